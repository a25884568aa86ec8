package io.weft.core;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Bounded polling for what other threads bring about. */
final class Waiting {
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);

  private Waiting() {}

  static void until(String what, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > LIMIT_NANOS) {
        throw new AssertionError("waited in vain until " + what);
      }
      LockSupport.parkNanos(50_000);
    }
  }

  /** Until a thread waits for something, without limit or with one. */
  static void untilParked(Thread thread) {
    until(
        thread + " is parked",
        () ->
            thread.getState() == Thread.State.WAITING
                || thread.getState() == Thread.State.TIMED_WAITING);
  }

  /** Until a latch is open, on a thread that nobody interrupts. */
  static void untilOpen(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
