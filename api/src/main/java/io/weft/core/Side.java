package io.weft.core;

import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import io.weft.spi.NativeMemory;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a handle: its deadline, and the one operation that runs in it.
 *
 * <p>A thread that holds the direction's lock calls {@link #perform}: it starts the operation,
 * itself or by posting this object to the loop, and parks until {@link #complete}. Everybody else
 * can only cancel: a close, a deadline, an interrupt and what makes an operation unwanted are
 * noticed by {@link #check} after the cancel has completed the operation.
 *
 * <p>No wake-up is lost. Who cancels first publishes why (closed bit, deadline, interrupt flag) and
 * then cancels; the operation's thread first arms and then looks for a reason to cancel itself.
 *
 * <p>Threads: {@code result}, {@code thrown}, {@code waiter} and {@code posted} are written by the
 * operation's thread before it starts the operation, the first two again by whoever completes it;
 * {@code state} orders the two threads. As a {@link Timer} it belongs to the loop.
 */
abstract class Side extends Timer implements Completion, Runnable {
  private static final int WAITING = 0;
  private static final int DONE = 1;
  private static final int CHECKS_PER_NOTE = 16;
  private static final byte UNBROKEN_MAX = 64;
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Side.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Polled owner;
  private final Loop loop;
  private final Direction direction;
  // The four fields below are owned by the thread that holds the direction's lock.
  // A buffer whose memory is stable, and how many others were found to be since.
  private @Nullable WeakReference<ByteBuffer> noted;
  private byte unnoted;
  // How many operations in a row had their result at once, and the turn of the loop that carries
  // the thread, cut to an int, in which these were counted from zero.
  private byte unbroken;
  private int countedTurn;
  private volatile int state = DONE;
  private @Nullable Thread waiter;
  private int result;
  private boolean posted;
  // what a posted attempt threw
  private @Nullable RuntimeException thrown;
  // why the waiter cancels, for an operation that is just being started again on the loop
  private volatile boolean interrupted;
  private volatile long deadlineNanos = Clock.NEVER;
  // when the wheel will look at this side: never later than its deadline. Written by the loop.
  private volatile long scheduledNanos = Clock.NEVER;

  Side(Polled owner, Direction direction) {
    this.owner = owner;
    this.loop = owner.loop();
    this.direction = direction;
  }

  final Direction direction() {
    return direction;
  }

  /**
   * Gets what the next attempt needs and might have to wait for. On the caller's thread: one that
   * waits here is still free to be carried on elsewhere, as it is not in the middle of an attempt.
   */
  void provide() {}

  /**
   * Starts the operation that the lock holder has prepared; its value, PENDING, AGAIN, or CANCELED
   * to have the caller provide anew. Never waits: who runs it may be the loop.
   */
  abstract int attempt();

  /** The prepared operation's value if the caller's thread can have it off the loop, or EAGAIN. */
  int attemptElsewhere() {
    return -Errno.EAGAIN.number();
  }

  /** Whether the operation must end though nobody cancels it; {@link #check} throws why. */
  boolean isUnwanted() {
    return false;
  }

  /** The name of the operation, for messages. */
  abstract String op();

  /**
   * Whether the kernel may work on a buffer's own memory. Finding out may allocate, so a buffer
   * that comes again and again is noted. Under this direction's lock.
   */
  final boolean isStable(ByteBuffer buffer) {
    if (!buffer.isDirect()) {
      return false;
    }
    WeakReference<ByteBuffer> known = noted;
    if (known != null && known.refersTo(buffer)) {
      return true;
    }
    boolean stable = NativeMemory.isStable(buffer);
    // not at once: a note is of no use for those that come only once
    if (stable && ++unnoted == CHECKS_PER_NOTE) {
      unnoted = 0;
      noted = new WeakReference<>(buffer);
    }
    return stable;
  }

  /** Runs the prepared operation to its result: zero or more, or a negated errno. */
  final int perform() throws IOException {
    for (; ; ) {
      if (isUnbroken(UNBROKEN_MAX)) {
        giveWay();
      }
      check();
      int r = start();
      if (r == PENDING) {
        unbroken = 0;
        r = await();
      } else {
        unbroken++;
      }
      if (r != AGAIN && r != CANCELED) {
        return r;
      }
    }
  }

  /**
   * Whether so many operations in a row had their result at once; counts from zero then. Under this
   * direction's lock.
   */
  final boolean isUnbroken(int operations) {
    if (unbroken < operations) {
      return false;
    }
    unbroken = 0;
    return true;
  }

  // A thread that always finds a result at once never parks, and would hold the loop that carries
  // it: the others there, the timers and the poller have their turn first. Not if it parked for
  // something else meanwhile, as an echo does between its writes: then they have had it.
  private void giveWay() {
    Loop carrying = Loop.current();
    if (carrying == null || !Thread.currentThread().isVirtual()) {
      return;
    }
    if (countedTurn == (int) carrying.turns()) {
      Thread.yield();
    }
    countedTurn = (int) carrying.turns();
  }

  /**
   * Runs something that not the handle does, and that completes this side on another thread; its
   * result may be CANCELED. {@link Polled#cancelPending} has to end it early, but may be told of it
   * only by {@code start}: what was completed before this side is armed would be waited for in
   * vain.
   */
  final int performElsewhere(Runnable start) throws IOException {
    check();
    arm(false);
    start.run();
    return await();
  }

  /** Throws if the operation must not go on: closed, deadline passed, interrupted. */
  void check() throws IOException {
    owner.requireOpen(op());
    if (isExpired()) {
      throw owner.timeout(op());
    }
    if (Thread.currentThread().isInterrupted()) {
      throw owner.interrupted(op());
    }
  }

  /** Sets the deadline in the clock's time; {@link Clock#NEVER} for none. Any thread. */
  final void setDeadline(long nanos) {
    deadlineNanos = nanos;
    // first, as what is scheduled and far is known not to have expired without a look at the clock
    if (nanos < scheduledNanos) {
      loop.runOrPost(this::schedule);
    }
    if (isExpired()) {
      cancel();
    }
  }

  /** Ends the pending operation, if there is one. Any thread that is inside the lock word. */
  final void cancel() {
    if (loop.isDirect()) {
      owner.cancelPending(direction);
    } else {
      // so that the handle is not released before
      owner.mutex.hold();
      loop.execute(this::cancelHeld);
    }
  }

  private void cancelHeld() {
    if (!loop.hasEnded()) {
      owner.cancelPending(direction);
    }
    owner.leave();
  }

  /** Lets go of the timer; the side is not used any more. Any thread. */
  final void retire() {
    if (scheduledNanos != Clock.NEVER) {
      loop.runOrPost(() -> loop.unschedule(this));
    }
  }

  @Override
  public final void complete(int completed) {
    if (posted && completed == AGAIN) {
      loop.execute(this);
    } else {
      finish(completed);
    }
  }

  /** Starts the posted operation on the loop. */
  @Override
  public final void run() {
    int r;
    try {
      do {
        r = interrupted || mustEnd() ? CANCELED : attempt();
      } while (r == AGAIN);
    } catch (RuntimeException e) {
      // the operation's failure, not the loop's
      thrown = e;
      r = CANCELED;
    }
    if (r != PENDING) {
      finish(r);
    }
  }

  @Override
  final void expire() {
    scheduledNanos = Clock.NEVER;
    if (!isExpired()) {
      schedule();
    } else if (owner.mutex.enter()) {
      owner.cancelPending(direction);
      owner.leave();
    }
  }

  private int start() {
    provide();
    boolean direct = loop.isDirect();
    if (!direct) {
      int r = attemptElsewhere();
      if (r != -Errno.EAGAIN.number()) {
        return r;
      }
    }
    arm(!direct);
    if (direct) {
      return attempt();
    }
    loop.execute(this);
    return PENDING;
  }

  private void arm(boolean posts) {
    waiter = Thread.currentThread();
    interrupted = false;
    posted = posts;
    STATE.setOpaque(this, WAITING);
  }

  private int await() {
    if (mustEnd()) {
      cancel();
    }
    while ((int) STATE.getAcquire(this) != DONE) {
      LockSupport.park(this);
      if (state != DONE) {
        interrupted |= Thread.interrupted();
        if (interrupted || isUnwanted()) {
          cancel();
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    rethrow();
    return result;
  }

  private void rethrow() {
    RuntimeException failure = thrown;
    if (failure != null) {
      thrown = null;
      throw failure;
    }
  }

  // the lock word before the deadline: the loop notes the time, enters the word, and then cancels
  private boolean mustEnd() {
    return owner.isClosing() || isExpired() || loop.hasEnded() || isUnwanted();
  }

  private void finish(int completed) {
    result = completed;
    Thread woken = waiter;
    // Volatile, not only released: the unpark of a virtual thread that has a permit is but a look
    // at it, perhaps before others see this. Its thread would use it up, see no end, and sleep.
    state = DONE;
    LockSupport.unpark(woken);
  }

  private boolean isExpired() {
    long deadline = deadlineNanos;
    boolean isAhead = deadline >= scheduledNanos && loop.isFar(deadline);
    return !isAhead && deadline <= loop.clock().nanos();
  }

  // loop only; the deadline may have moved since it was asked for
  private void schedule() {
    long deadline = deadlineNanos;
    if (deadline >= scheduledNanos) {
      return;
    }
    // before this is published, by which others know that the loop minds the deadline
    loop.lookAtClock();
    // published before the look at the lock word; who retires looks here after closing that
    scheduledNanos = deadline;
    if (owner.isClosing()) {
      scheduledNanos = Clock.NEVER;
      loop.unschedule(this);
    } else {
      loop.schedule(this, deadline);
    }
  }
}
