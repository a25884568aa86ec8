package io.weft.core;

import io.weft.spi.Completion;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The release of one descriptor, which the closer waits for. */
final class Release implements Completion {
  // a bound for the case that the loop is held up by a handler; far above anything normal
  static final long BOUND_NANOS = 10_000_000_000L;

  private final CountDownLatch released = new CountDownLatch(1);

  @Override
  public void complete(int result) {
    released.countDown();
  }

  /** Waits, not interruptibly but with a bound, after which the release goes on by itself. */
  void await(Object closed) {
    await(closed, BOUND_NANOS);
  }

  void await(Object closed, long boundNanos) {
    long start = System.nanoTime();
    boolean interrupted = false;
    while (released.getCount() > 0) {
      try {
        long leftNanos = boundNanos - (System.nanoTime() - start);
        if (!released.await(leftNanos, TimeUnit.NANOSECONDS)) {
          System.getLogger("io.weft")
              .log(
                  System.Logger.Level.WARNING,
                  "close of {0} has not ended yet: is its loop held up by a handler?",
                  closed);
        }
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
