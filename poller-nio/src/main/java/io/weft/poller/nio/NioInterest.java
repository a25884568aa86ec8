package io.weft.poller.nio;

import io.weft.spi.Completion;
import io.weft.spi.Readiness;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What is known of the readiness of one direction of a handle, who waits, and the bit that it needs
 * in the interest set of the handle's key.
 *
 * <p>The loop alone changes the set: it puts a bit in when a waiter asks for it, and takes it out
 * when an event finds nobody waiting, since select would report it again and again. The waiter arms
 * first and then looks whether the bit is in, the loop says that it is out first and then looks for
 * a waiter, and all four accesses are volatile: so either the waiter sees that the bit is gone and
 * asks for it, or the loop sees the waiter and puts it back.
 */
final class NioInterest extends NioChange {
  private static final VarHandle ASKED;

  static {
    try {
      ASKED = MethodHandles.lookup().findVarHandle(NioInterest.class, "asked", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final NioPoller poller;
  private final Bits bits;
  private final Readiness readiness = new Readiness(false);
  // Worth a syscall although no event said so: nothing is known yet, or the last one took all it
  // could hold. Belongs to the operation's thread; kept out of Readiness, so that known() tells
  // only of what the kernel has told.
  private boolean likely = true;
  // the bit that who waits needs; written by the operation's thread
  private volatile int wanted;
  // the bit that is in the set, or 0; written by the loop
  private volatile int held;
  // on the poller's list of changes
  private volatile boolean asked;

  NioInterest(NioPoller poller, Bits bits) {
    this.poller = poller;
    this.bits = bits;
  }

  /** The interest set of a key, which may not be there yet. Loop only. */
  interface Bits {
    void putIn(int op);

    void takeOut(int op);
  }

  /** Whether a syscall is worth it; consumes the readiness. */
  boolean attempt() {
    boolean told = readiness.attempt();
    boolean worth = told || likely;
    likely = false;
    return worth;
  }

  /** After a syscall: the next one is worth it, too. */
  void more() {
    likely = true;
  }

  /** Whether an event came since the last attempt. */
  boolean known() {
    return readiness.ready();
  }

  /**
   * Waits for the next event.
   *
   * @return PENDING, AGAIN when an event came meanwhile, CANCELED when the poller is closed
   */
  int await(int op, Completion done) {
    wanted = op;
    if (!readiness.arm(done)) {
      return Completion.AGAIN;
    }
    // The poller's close marks itself closed and then cancels all whom its keys and its list of
    // changes name: whoever sees no mark here is seen there.
    if (poller.closed()) {
      return readiness.disarm() ? Completion.CANCELED : Completion.PENDING;
    }
    if (held != op && !asked && ASKED.compareAndSet(this, false, true)) {
      poller.change(this);
    }
    return Completion.PENDING;
  }

  /** Whether anybody has ever waited, so that the selector may know the channel. */
  boolean waited() {
    return wanted != 0;
  }

  @Override
  void make() {
    // first: who arms from now on asks anew, unless it sees the bit
    asked = false;
    putIn(wanted);
  }

  @Override
  void abandon() {
    cancel();
  }

  /** An event came. Loop only. */
  void ready(int op) {
    if (readiness.signal()) {
      return;
    }
    takeOut(op);
    if (readiness.armed()) {
      putIn(op);
    }
  }

  /** An event came whose bit is needed no more. Loop only. */
  void readyOnce(int op) {
    takeOut(op);
    readiness.signal();
  }

  private void putIn(int op) {
    held = op;
    bits.putIn(op);
  }

  private void takeOut(int op) {
    held = 0;
    bits.takeOut(op);
  }

  /** This direction was shut down: from now on every syscall has a result at once. Any thread. */
  void end() {
    readiness.hangUp();
  }

  void cancel() {
    readiness.cancel();
  }
}
