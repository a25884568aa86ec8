package io.weft.concurrency;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Finds an actor that sleeps for ever and wakes it, so that its test can name the loss.
 *
 * <p>The bound is far above what a busy machine makes of a wake-up. Once something was lost the
 * test has failed, and the bound shrinks, so that it fails soon.
 */
public final class Watch {
  private static final long BOUND_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long BOUND_ONCE_LOST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private volatile @Nullable Sleeper asleep;
  private volatile boolean lost;

  /** Starts to watch; one watch for each actor that may sleep. */
  public Watch() {
    Thread.ofPlatform().daemon().name("watch").start(this::run);
  }

  /** Who may be asleep. */
  @FunctionalInterface
  public interface Sleeper {
    /** Notes the loss, and wakes. */
    void rescue();
  }

  /** The caller goes where it may sleep. */
  public void begin(Sleeper sleeper) {
    asleep = sleeper;
  }

  /** The caller is back. */
  public void end() {
    asleep = null;
  }

  /** How long to wait for anything, by the time that is left to a sleeper. */
  public long boundNanos() {
    return lost ? BOUND_ONCE_LOST_NANOS : BOUND_NANOS;
  }

  /** Something was lost. */
  public void noteLoss() {
    lost = true;
  }

  private void run() {
    for (; ; ) {
      Sleeper seen = asleep;
      if (isStill(seen, boundNanos()) && seen != null) {
        noteLoss();
        seen.rescue();
        if (isStill(seen, BOUND_NANOS)) {
          // nothing helps, and jcstress would wait for ever: this ends its test with an error
          Runtime.getRuntime().halt(1);
        }
      }
    }
  }

  private boolean isStill(@Nullable Sleeper seen, long nanos) {
    long start = System.nanoTime();
    do {
      LockSupport.parkNanos(boundNanos() / 10);
    } while (asleep == seen && System.nanoTime() - start < nanos);
    return asleep == seen;
  }
}
