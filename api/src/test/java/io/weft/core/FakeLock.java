package io.weft.core;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Guards a few statements that never wait. It spins: with a lock that has a queue, a loop could
 * stand behind a thread that it has to carry itself.
 */
final class FakeLock {
  private final AtomicBoolean locked = new AtomicBoolean();

  void lock() {
    for (int spins = 1; !locked.compareAndSet(false, true); spins++) {
      if (spins % 64 == 0) {
        Thread.yield();
      } else {
        Thread.onSpinWait();
      }
    }
  }

  void unlock() {
    locked.set(false);
  }
}
