package io.weft.core;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Guards a few statements that never wait. It spins: with a lock that has a queue, a loop could
 * stand behind a thread that it has to carry itself. A virtual thread does not even yield: it might
 * go on elsewhere, in the middle of an operation that belongs to its loop.
 */
final class FakeLock {
  private final AtomicBoolean locked = new AtomicBoolean();

  void lock() {
    for (int spins = 1; !locked.compareAndSet(false, true); spins++) {
      if (spins % 64 == 0 && !Thread.currentThread().isVirtual()) {
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
