package io.weft.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What a readiness adapter remembers of one direction of a handle: whether an attempt is worth a
 * syscall, and who waits.
 *
 * <p>The operation's thread calls {@link #attempt}, then its syscall, then {@link #more} or {@link
 * #arm}; the loop calls {@link #signal}; anybody calls {@link #cancel}. Readiness is consumed
 * before the syscall, never after it, so that an event that arrives in between is not lost.
 *
 * <pre>
 *   IDLE  --signal--> READY  --attempt--> IDLE
 *   IDLE  --arm-----> ARMED  --signal---> READY, completes with AGAIN
 *                     ARMED  --cancel---> IDLE, completes with CANCELED
 *                     ARMED  --takeOver-> IDLE, the loop completes with a result of its own
 * </pre>
 */
public final class Readiness {
  private static final int IDLE = 0;
  private static final int READY = 1;
  private static final int ARMED = 2;
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Readiness.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile int state;
  // written by the operation's thread before ARMED, read by whoever leaves ARMED
  private @Nullable Completion waiter;
  // once set, readiness is for ever
  private volatile boolean hungUp;

  /**
   * Starts as ready when nothing is known yet and a first attempt is cheap.
   *
   * @param ready whether the first attempt is worth its syscall
   */
  public Readiness(boolean ready) {
    state = ready ? READY : IDLE;
  }

  /**
   * Asks, before the syscall, whether it is worth it; consumes the readiness.
   *
   * @return false when nothing became ready since the last attempt: arm instead
   */
  public boolean attempt() {
    return STATE.compareAndSet(this, READY, IDLE) || hungUp;
  }

  /**
   * Looks without consuming.
   *
   * @return whether an attempt is worth its syscall
   */
  public boolean ready() {
    return state == READY || hungUp;
  }

  /** Says, after a syscall that took all it could hold, that more may be there. */
  public void more() {
    STATE.compareAndSet(this, IDLE, READY);
  }

  /**
   * Waits for the next {@link #signal}.
   *
   * @param done whom to tell
   * @return true when armed: PENDING; false when readiness came in between: attempt again
   */
  public boolean arm(Completion done) {
    if (hungUp) {
      return false;
    }
    waiter = done;
    if (!STATE.compareAndSet(this, IDLE, ARMED)) {
      return false;
    }
    return !hungUp || !STATE.compareAndSet(this, ARMED, READY);
  }

  /**
   * Tells that an attempt is worth its syscall again. Loop only.
   *
   * @return whether somebody was waiting and has been told
   */
  public boolean signal() {
    for (; ; ) {
      int seen = state;
      if (seen == READY) {
        return false;
      }
      if (STATE.compareAndSet(this, seen, READY)) {
        return seen == ARMED && tell(Completion.AGAIN);
      }
    }
  }

  /**
   * Tells that this direction has ended, by the peer or by a shutdown: from now on every attempt
   * has a result at once. Any thread.
   */
  public void hangUp() {
    hungUp = true;
    signal();
  }

  /** Ends the wait, if there is one, with {@link Completion#CANCELED}. */
  public void cancel() {
    if (disarm()) {
      tell(Completion.CANCELED);
    }
  }

  /**
   * Takes an {@link #arm} back, on the thread that armed and before it has said PENDING.
   *
   * @return false when the wait has ended already: it has been told, PENDING
   */
  public boolean disarm() {
    return STATE.compareAndSet(this, ARMED, IDLE);
  }

  /**
   * Takes over a wait, to do the operation for who waits. Loop only, instead of {@link #signal}.
   *
   * @return whom to tell the result, or null: nobody waits, and {@link #signal} is due
   */
  public @Nullable Completion takeOver() {
    return STATE.compareAndSet(this, ARMED, IDLE) ? waiter : null;
  }

  /**
   * Tells whether somebody waits.
   *
   * @return whether armed
   */
  public boolean armed() {
    return state == ARMED;
  }

  private boolean tell(int result) {
    Completion told = waiter;
    assert told != null;
    told.complete(result);
    return true;
  }
}
