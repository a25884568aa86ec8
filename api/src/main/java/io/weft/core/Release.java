package io.weft.core;

import io.weft.spi.Completion;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The release of one descriptor, which the closer waits for. */
final class Release implements Completion {
  // a bound for the case that the loop is held up by a handler; far above anything normal
  private static final long BOUND_SECONDS = 10;

  private final CountDownLatch released = new CountDownLatch(1);

  @Override
  public void complete(int result) {
    released.countDown();
  }

  /** Waits, not interruptibly but with a bound, after which the release goes on by itself. */
  void await(Object closed) {
    boolean interrupted = false;
    while (released.getCount() > 0) {
      try {
        if (!released.await(BOUND_SECONDS, TimeUnit.SECONDS)) {
          System.getLogger("io.weft")
              .log(
                  System.Logger.Level.WARNING,
                  "close of {0} did not end within {1} s: is its loop held up by a handler?",
                  closed,
                  BOUND_SECONDS);
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
