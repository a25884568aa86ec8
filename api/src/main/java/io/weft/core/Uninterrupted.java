package io.weft.core;

import java.util.concurrent.CountDownLatch;

/** Waits that an interrupt does not end: it is kept, and its flag is set again afterwards. */
final class Uninterrupted {
  private Uninterrupted() {}

  /** A wait with a result; started again after an interrupt, so it counts its own time. */
  interface Wait<T> {
    T await() throws InterruptedException;
  }

  static <T> T await(Wait<T> wait) {
    boolean interrupted = false;
    try {
      for (; ; ) {
        try {
          return wait.await();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits until a latch is open. */
  static void await(CountDownLatch latch) {
    await(
        () -> {
          latch.await();
          return latch;
        });
  }

  /** Waits until a thread has ended. */
  static void join(Thread thread) {
    await(
        () -> {
          thread.join();
          return thread;
        });
  }
}
