package io.weft.tck.soak;

import java.util.concurrent.CountDownLatch;

/** A thread that another one waits for, interrupts or not. */
final class Worker {
  private final CountDownLatch ended = new CountDownLatch(1);

  void end() {
    ended.countDown();
  }

  void await() {
    while (ended.getCount() > 0) {
      try {
        ended.await();
      } catch (InterruptedException e) {
        // it was meant for I/O
      }
    }
  }
}
