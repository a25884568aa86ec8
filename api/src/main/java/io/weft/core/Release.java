package io.weft.core;

import io.weft.spi.Completion;
import io.weft.spi.Handle;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The release of one descriptor, which the closer waits for. */
final class Release implements Completion {
  // a bound for the case that the loop is held up by a handler; far above anything normal
  static final long BOUND_NANOS = 10_000_000_000L;

  // for threads that the loop carries: what holds it up holds them up, too, and a bound is dear
  static final long UNBOUNDED = Long.MAX_VALUE;

  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicBoolean told = new AtomicBoolean();

  /** Releases a handle that nobody uses any more, on a thread that may. Any thread. */
  void start(Handle handle, Loop loop) {
    if (loop.isReleasingDirect()) {
      start(handle);
    } else {
      loop.execute(() -> start(handle));
    }
  }

  private void start(Handle handle) {
    int outcome = handle.close(this);
    if (outcome != PENDING) {
      complete(outcome);
    }
  }

  @Override
  public void complete(int result) {
    released.countDown();
  }

  /** Whether the caller is the one to tell that the descriptor is released: true once. */
  boolean tell() {
    return told.compareAndSet(false, true);
  }

  /** Waits, not interruptibly but with a bound, after which the release goes on by itself. */
  void await(Object closed) {
    await(closed, BOUND_NANOS);
  }

  /** The same with another bound, or with none. */
  void await(Object closed, long boundNanos) {
    if (boundNanos == UNBOUNDED) {
      Uninterrupted.await(released);
      return;
    }
    long start = System.nanoTime();
    boolean ended =
        Uninterrupted.await(
            () -> released.await(boundNanos - (System.nanoTime() - start), TimeUnit.NANOSECONDS));
    if (!ended) {
      System.getLogger("io.weft")
          .log(
              System.Logger.Level.WARNING,
              "close of {0} has not ended yet: is its loop held up by a handler?",
              closed);
    }
  }
}
