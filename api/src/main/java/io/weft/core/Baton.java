package io.weft.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Passes a loop between its own thread and the runner, a virtual thread of the JDK's scheduler.
 *
 * <p>The loop's own thread is good at waiting for the kernel and dear at waking threads that the
 * JDK carries: each batch costs a switch to a carrier and one back. So while there is much to do,
 * the runner runs the loop on the carriers, in turn with the threads that it wakes, and never
 * waits; when a turn has found nothing, it passes the loop back.
 *
 * <p>Between two turns the runner lies in the scheduler's queue. If all carriers are held and it
 * does not come up there, the loop's own thread takes the loop back: deadlines, and threads that
 * the JDK does not carry, must not depend on its scheduler. And after some turns the runner passes
 * the loop back in any case: a carrier looks at what other threads have made runnable only when its
 * own queue is empty, and as long as the runner is in there it never is.
 *
 * <pre>
 *   OWN ------pass-----> OFFERED ----comes up---> RUNNING
 *   OWN <---patience---- OFFERED <-----turn------ RUNNING
 *   OWN <----------nothing found, or enough------ RUNNING
 * </pre>
 *
 * <p>Who moves the state out of OFFERED has the loop, and with it all that the loop's fields say.
 */
final class Baton {
  private static final int OWN = 0;
  private static final int OFFERED = 1;
  private static final int RUNNING = 2;
  private static final int TURNS_MAX = 64;
  private static final long PATIENCE_NANOS = 50_000_000;
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Baton.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Loop loop;
  private final Thread runner;
  private volatile int state = OWN;
  // the loop's own thread; written by it before it passes the loop on
  private @Nullable Thread own;
  // since the loop was passed on; the runner's
  private int turns;
  // written by the runner before it passes the loop back
  private @Nullable Throwable thrown;

  Baton(Loop loop, String name) {
    this.loop = loop;
    this.runner =
        Thread.ofVirtual().name(name).inheritInheritableThreadLocals(false).unstarted(this::run);
  }

  /** Whether the caller is the runner, which does nothing but run the loop. */
  boolean isRunner() {
    return Thread.currentThread() == runner;
  }

  /** Passes the loop on; returns when it is back. The loop's own thread. */
  void pass() throws Throwable {
    own = Thread.currentThread();
    state = OFFERED;
    if (runner.getState() == Thread.State.NEW) {
      runner.start();
    } else {
      LockSupport.unpark(runner);
    }
    long seen = loop.turns();
    while (state != OWN) {
      LockSupport.parkNanos(this, PATIENCE_NANOS);
      long now = loop.turns();
      if (now == seen && STATE.compareAndSet(this, OFFERED, OWN)) {
        return;
      }
      seen = now;
    }
    Throwable failure = thrown;
    if (failure != null) {
      throw failure;
    }
  }

  /** Lets the runner end, once the loop has. The loop's own thread. */
  void end() {
    LockSupport.unpark(runner);
  }

  private void run() {
    while (!loop.hasEnded()) {
      if (STATE.compareAndSet(this, OFFERED, RUNNING)) {
        turn();
      } else {
        LockSupport.park(this);
      }
    }
  }

  private void turn() {
    boolean busy = false;
    try {
      busy = loop.turn();
    } catch (Throwable e) {
      thrown = e;
    }
    if (busy && ++turns < TURNS_MAX) {
      state = OFFERED;
      Thread.yield();
    } else {
      turns = 0;
      state = OWN;
      LockSupport.unpark(own);
    }
  }
}
