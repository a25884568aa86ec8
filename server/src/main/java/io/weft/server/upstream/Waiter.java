package io.weft.server.upstream;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A session that looks for a slot, on the thread that made this. */
final class Waiter {
  private final Pick pick;
  private final long deadlineNanos;
  private final Thread thread = Thread.currentThread();
  // its own thread's
  private long untilNanos;
  // guarded by the pool's lock
  private @Nullable Slot slot;
  // any thread sets it, its own one clears it: the permit of an unpark may go to another wait
  private volatile boolean woken;

  Waiter(Pick pick, long deadlineNanos) {
    this.pick = pick;
    this.deadlineNanos = deadlineNanos;
  }

  Pick pick() {
    return pick;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  /** The slot that it was given, if it was. */
  @Nullable Slot slot() {
    return slot;
  }

  void give(Slot granted) {
    slot = granted;
    wake();
  }

  /** Makes it look again. Any thread. */
  void wake() {
    woken = true;
    LockSupport.unpark(thread);
  }

  /** The next wait ends then, or at the deadline. */
  void lookAgainAt(long nanos) {
    untilNanos = Math.min(nanos, deadlineNanos);
  }

  /** Waits until it is woken or interrupted, or has to look again. */
  void await(Time time) {
    while (!woken && !thread.isInterrupted() && time.nanos() < untilNanos) {
      time.parkUntil(untilNanos);
    }
    woken = false;
  }
}
