package io.weft.tck;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Bounded polling, for what tells nobody when it happens. */
final class Await {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long STEP_NANOS = 500_000;

  private Await() {}

  /** Waits until the condition holds; fails naming it when that takes too long. */
  static void until(String what, Callable<Boolean> condition) throws Exception {
    long start = System.nanoTime();
    while (!condition.call()) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new AssertionError("did not come true: " + what + "\n" + ThreadDump.text());
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
  }

  /** Lets at least this much time pass. */
  static void elapse(Duration time) {
    long start = System.nanoTime();
    long left = time.toNanos();
    while (left > 0) {
      LockSupport.parkNanos(left);
      left = time.toNanos() - (System.nanoTime() - start);
    }
  }
}
