package io.weft.tck.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.spi.Poller;
import io.weft.spi.PollerProvider;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: poll waits as long as it is asked to, and a wake-up is never lost. */
@Timeout(value = 20, unit = TimeUnit.SECONDS)
interface PollProof {
  /** How often poll may return without a reason before we call it a spin. */
  int SPURIOUS_MAX = 10;

  PollerProvider provider();

  @Test
  default void wakeupBeforePollIsNotLost() throws Exception {
    try (Poller poller = provider().open()) {
      for (int i = 0; i < 100; i++) {
        poller.wakeup();
        poller.poll(-1);
      }
    }
  }

  @Test
  default void wakeupFromAnotherThreadEndsAnEndlessPoll() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    int rounds = 2000;
    try (Poller poller = provider().open()) {
      CountDownLatch started = new CountDownLatch(1);
      AtomicInteger seen = new AtomicInteger();
      Thread other =
          Thread.ofPlatform()
              .start(
                  () -> {
                    started.countDown();
                    for (int i = 1; i <= rounds; i++) {
                      asked.set(i);
                      poller.wakeup();
                      while (seen.get() < i && !Thread.currentThread().isInterrupted()) {
                        Thread.onSpinWait();
                      }
                    }
                  });
      started.await();
      try {
        while (seen.get() < rounds) {
          poller.poll(-1);
          seen.set(asked.get());
        }
      } finally {
        other.interrupt();
        other.join();
      }
    }
  }

  @Test
  default void pollDoesNotReturnEarlyWithoutReason() throws Exception {
    try (Poller poller = provider().open()) {
      poller.poll(0);
      long timeoutNanos = TimeUnit.MILLISECONDS.toNanos(30);
      int returns = 0;
      long start = System.nanoTime();
      for (long left = timeoutNanos; left > 0; left = start + timeoutNanos - System.nanoTime()) {
        poller.poll(left);
        returns++;
      }
      assertThat(returns).isLessThanOrEqualTo(SPURIOUS_MAX);
    }
  }

  @Test
  default void manyWakeupsAreFewReturns() throws Exception {
    try (Poller poller = provider().open()) {
      for (int i = 0; i < 1000; i++) {
        poller.wakeup();
      }
      poller.poll(-1);
      long start = System.nanoTime();
      long timeoutNanos = TimeUnit.MILLISECONDS.toNanos(30);
      int returns = 0;
      for (long left = timeoutNanos; left > 0; left = start + timeoutNanos - System.nanoTime()) {
        poller.poll(left);
        returns++;
      }
      assertThat(returns).isLessThanOrEqualTo(SPURIOUS_MAX);
    }
  }

  @Test
  default void wakeupAfterCloseHasNoEffect() throws Exception {
    Poller poller = provider().open();
    poller.poll(0);
    poller.close();
    poller.wakeup();
    poller.close();
    try (Poller neverPolled = provider().open()) {
      neverPolled.wakeup();
    }
  }
}
