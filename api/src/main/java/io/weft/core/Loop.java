package io.weft.core;

import io.weft.LoopCounts;
import io.weft.Scheduling;
import io.weft.spi.Poller;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One event loop: a platform thread that runs what is ready, expires timers, and waits in its
 * poller. For threads that the JDK carries it passes that on while it is busy: see {@link Baton}.
 *
 * <p>As an {@link Executor} it never blocks and never rejects: a task given by the loop's own code
 * is queued without a lock, one from elsewhere is posted and wakes the loop if it sleeps; after the
 * loop has ended, tasks go to the rescue executor, so that every continuation gets to its end.
 *
 * <p>Threads: {@code ready} and {@code timers} belong to who runs the loop; {@code posted}, {@code
 * phase} and the flags are shared.
 */
final class Loop implements Executor {
  // posted tasks and ready tasks that one iteration runs before it looks at the poller again
  private static final int BATCH_MAX = 256;

  // a lone event is not worth passing the loop on and back
  private static final int PASSED_MIN = 2;

  // a handler that holds its loop for longer is at fault, and is reported
  private static final long FAR_NANOS = 1_000_000_000;

  private static final int RUNNING = 0;
  private static final int WAITING = 1;
  private static final int NOTIFIED = 2;
  private static final VarHandle PHASE;
  private static final VarHandle TURNS;
  private static final VarHandle EVENTS;
  private static final VarHandle RECENT_NANOS;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      PHASE = lookup.findVarHandle(Loop.class, "phase", int.class);
      TURNS = lookup.findVarHandle(Loop.class, "turns", long.class);
      EVENTS = lookup.findVarHandle(Loop.class, "events", long.class);
      RECENT_NANOS = lookup.findVarHandle(Loop.class, "recentNanos", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final LoopThread thread;
  // null when the loop stays with its own thread
  private final @Nullable Baton baton;
  private final Poller poller;
  private final boolean anyThread;
  private final Clock clock;
  private final Executor rescue;
  private final TimerWheel timers = new TimerWheel();
  private final ArrayDeque<Runnable> ready = new ArrayDeque<>();
  private final ConcurrentLinkedQueue<Runnable> posted = new ConcurrentLinkedQueue<>();
  private final Handles handles = new Handles();
  private volatile int phase = RUNNING;
  private volatile boolean stopping;
  // nothing may be started any more; set before the poller is closed, which ends what is pending
  private volatile boolean ended;
  // set when the poller is closed, too: from then on this loop's thread touches no handle
  private volatile boolean pollerClosed;
  // iterations so far, and what they were given; written by who runs the loop, read by others
  private volatile long turns;
  private volatile long events;
  // when it last looked at the clock; written by who runs the loop, read by others
  private volatile long recentNanos;
  // whether the processor's other threads come first before the next wait; the loop's own
  private boolean yields;
  // why the loop ended, when nobody asked it to; written before ended
  private @Nullable Throwable failure;

  Loop(String name, Poller poller, Clock clock, Executor rescue, Scheduling scheduling) {
    this.poller = poller;
    this.anyThread = poller.anyThread();
    this.clock = clock;
    this.rescue = rescue;
    this.thread = new LoopThread(this, name);
    boolean passes = scheduling == Scheduling.JDK && anyThread;
    this.baton = passes ? new Baton(this, name + "-runner") : null;
  }

  void start() {
    thread.start();
  }

  /** Asks the loop to end once nothing is left to run. */
  void stop() {
    stopping = true;
    wake();
  }

  Thread thread() {
    return thread;
  }

  Poller poller() {
    return poller;
  }

  Clock clock() {
    return clock;
  }

  /** Listeners, connections and dials that live on this loop. */
  Handles handles() {
    return handles;
  }

  /**
   * Whether a moment, for which a timer is set, is far from when the loop last looked at the clock,
   * as it does in each turn while it has timers: then it has not come, and no look is needed.
   */
  boolean isFar(long nanos) {
    return nanos - recentNanos > FAR_NANOS;
  }

  /** The loop that runs the caller, or null. */
  static @Nullable Loop current() {
    return Carriers.current() instanceof LoopThread carrier ? carrier.loop() : null;
  }

  /** Whether this loop runs the caller. */
  boolean isCurrent() {
    return Carriers.current() == thread || (baton != null && baton.isRunner());
  }

  /** Whether the caller may start operations itself, or has to post them. */
  boolean isDirect() {
    return anyThread || isCurrent();
  }

  /** Whether the caller may release a handle itself, or has to post that. */
  boolean isReleasingDirect() {
    return isDirect() || pollerClosed;
  }

  /** Whether the loop is passed on to the carriers of the JDK's while it is busy. */
  boolean isPassed() {
    return baton != null;
  }

  boolean hasEnded() {
    return ended;
  }

  /** Whether the loop is running something, and not waiting in its poller. */
  boolean isRunning() {
    return phase == RUNNING && !ended;
  }

  /** Iterations so far. */
  long turns() {
    return turns;
  }

  /** What the loop has done so far: each iteration polls once. */
  LoopCounts counts() {
    return new LoopCounts(thread.getName(), turns, events, poller.shortages());
  }

  /** Why the loop died; null when it runs or was stopped. */
  @Nullable Throwable failure() {
    return ended ? failure : null;
  }

  @Override
  public void execute(Runnable task) {
    if (isCurrent() && !ended) {
      ready.add(task);
    } else {
      posted.add(task);
      if (pollerClosed) {
        rescuePosted();
      } else {
        wake();
      }
    }
  }

  /** Runs a task of the loop's: now, when this loop runs the caller. */
  void runOrPost(Runnable task) {
    if (isCurrent()) {
      task.run();
    } else {
      execute(task);
    }
  }

  /**
   * Before the loop that carries the caller, if one does, waits the next time, it lets other
   * threads of its processor run: for when what it is to wait for is more of a stream in full flow.
   * Who sends or takes that may be among them, and each wait then brings more.
   */
  static void yieldBeforeWait() {
    Loop carrying = current();
    if (carrying != null) {
      carrying.yields = true;
    }
  }

  /** Puts the timer in or moves it. Loop only. */
  void schedule(Timer timer, long deadlineNanos) {
    timers.schedule(timer, deadlineNanos);
  }

  /** Takes the timer out. Loop only. */
  void unschedule(Timer timer) {
    timers.remove(timer);
  }

  private void wake() {
    if (phase == WAITING && PHASE.compareAndSet(this, WAITING, NOTIFIED)) {
      poller.wakeup();
    }
  }

  void run() {
    Throwable cause = null;
    try {
      while (!stopping || !ready.isEmpty() || !posted.isEmpty()) {
        int delivered = iterate();
        if (baton != null && delivered >= PASSED_MIN) {
          baton.pass();
        }
      }
    } catch (Throwable t) {
      cause = t;
    }
    end(cause);
  }

  /** One iteration that does not wait; whether another one has something to do. */
  boolean turn() throws IOException {
    runReady();
    if (timers.count() > 0) {
      expireTimers();
    }
    return poll(0) > 0 || !ready.isEmpty() || !posted.isEmpty();
  }

  private void runReady() {
    TURNS.setOpaque(this, turns + 1);
    Runnable task;
    for (int i = 0; i < BATCH_MAX && (task = posted.poll()) != null; i++) {
      ready.add(task);
    }
    for (int i = Math.min(ready.size(), BATCH_MAX); i > 0; i--) {
      ready.remove().run();
    }
  }

  private long expireTimers() {
    long now = lookAtClock();
    timers.advance(now);
    return now;
  }

  /** Looks at the clock, for those who ask what is far. Loop only. */
  long lookAtClock() {
    long now = clock.nanos();
    RECENT_NANOS.setOpaque(this, now);
    return now;
  }

  private int poll(long timeoutNanos) throws IOException {
    int delivered = poller.poll(timeoutNanos);
    EVENTS.setOpaque(this, events + delivered);
    return delivered;
  }

  /** How much was delivered. */
  private int iterate() throws IOException {
    runReady();
    long timeoutNanos = timers.count() > 0 ? timers.untilNextNanos(expireTimers()) : -1;
    if (!ready.isEmpty()) {
      return poll(0);
    }
    if (yields) {
      yields = false;
      Thread.yield();
    }
    // published before the last look at the queue; who posts looks at the phase after adding
    phase = WAITING;
    boolean idle = posted.isEmpty() && !stopping;
    int delivered = poll(idle ? timeoutNanos : 0);
    phase = RUNNING;
    return delivered;
  }

  // Continuations of the threads that fail now must not run before the poller is closed: they close
  // their connections, and until then only this thread may touch a handle.
  private void end(@Nullable Throwable cause) {
    phase = RUNNING;
    failure = cause;
    ended = true;
    if (baton != null) {
      baton.end();
    }
    try {
      poller.close();
    } finally {
      pollerClosed = true;
      Runnable task;
      while ((task = ready.poll()) != null) {
        posted.add(task);
      }
      rescuePosted();
    }
    if (cause != null) {
      System.getLogger("io.weft")
          .log(System.Logger.Level.ERROR, thread.getName() + " died; its connections fail", cause);
    }
  }

  private void rescuePosted() {
    Runnable task;
    while ((task = posted.poll()) != null) {
      rescue.execute(task);
    }
  }
}
