package io.weft.concurrency;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A thread that plays a third party beside two actors; one task at a time. */
public final class Partner {
  private static final int SPINS_BEFORE_PARK = 2_000;

  private volatile @Nullable Runnable task;
  private final Thread thread = Thread.ofPlatform().daemon().name("partner").start(this::run);

  /** Gives it a task; the one before has been joined. */
  public void start(Runnable given) {
    task = given;
    LockSupport.unpark(thread);
  }

  /** Waits for the end of the task. */
  public void join() {
    for (int spins = 0; task != null; spins++) {
      Start.pause(spins);
    }
  }

  private void run() {
    for (int idle = 0; ; idle++) {
      Runnable given = task;
      if (given != null) {
        given.run();
        task = null;
        idle = 0;
      } else if (idle < SPINS_BEFORE_PARK) {
        Thread.onSpinWait();
      } else {
        LockSupport.park();
      }
    }
  }
}
