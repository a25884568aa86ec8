package io.weft.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: with a loop that signals, an operation that attempts and arms, and cancels in between,
 * every PENDING has exactly one completion and no signal is lost.
 */
@Timeout(60)
class ReadinessStressTest {
  private static final int ITEMS = 100_000;

  private final Readiness readiness = new Readiness(false);
  // the kernel: what was produced and not yet consumed
  private final AtomicInteger kernel = new AtomicInteger();
  // what the loop consumed for the operation that waited
  private final AtomicInteger handedOver = new AtomicInteger();
  private final AtomicInteger completions = new AtomicInteger();
  private final Semaphore completed = new Semaphore(0);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private int pendings;
  private volatile boolean done;

  @Test
  void everySignalIsSeenWithoutCancels() throws Exception {
    play(false, 1);
  }

  @Test
  void everySignalIsSeenWithCancels() throws Exception {
    play(true, 2);
  }

  private void play(boolean cancels, int seed) throws Exception {
    Thread loop = start("loop", () -> produce(new Random(seed)));
    Thread canceler = start("canceler", () -> cancel(cancels));
    try {
      consume();
    } finally {
      done = true;
    }
    loop.join();
    canceler.join();
    assertThat(failure).hasNullValue();
    assertThat(completions).as("completions").hasValue(pendings);
    assertThat(completed.availablePermits()).isZero();
  }

  // edge-triggered: a signal for each change, some of them for several at once
  private void produce(Random random) {
    for (int left = ITEMS; left > 0; ) {
      int items = Math.min(left, 1 + random.nextInt(3));
      kernel.addAndGet(items);
      left -= items;
      Completion taken = random.nextBoolean() ? readiness.takeOver() : null;
      if (taken == null) {
        readiness.signal();
      } else {
        // the loop does the operation of who waits, and may find nothing
        taken.complete(kernel.getAndSet(0));
      }
      if (random.nextInt(4) == 0) {
        Thread.yield();
      }
    }
  }

  private void cancel(boolean cancels) {
    while (cancels && !done) {
      readiness.cancel();
      Thread.yield();
    }
  }

  // as an adapter does: attempt, syscall, arm, wait
  private void consume() throws InterruptedException {
    int consumed = 0;
    while (consumed < ITEMS) {
      if (readiness.attempt()) {
        consumed += kernel.getAndSet(0);
      } else if (readiness.arm(this::complete)) {
        pendings++;
        boolean inTime = completed.tryAcquire(20, TimeUnit.SECONDS);
        assertThat(inTime).as("a signal after %s of %s is lost", consumed, ITEMS).isTrue();
        consumed += handedOver.getAndSet(0);
      }
    }
    assertThat(consumed).isEqualTo(ITEMS);
  }

  private void complete(int result) {
    if (result >= 0) {
      handedOver.addAndGet(result);
    } else {
      assertThat(result).isIn(Completion.AGAIN, Completion.CANCELED);
    }
    completions.incrementAndGet();
    completed.release();
  }

  private Thread start(String name, Runnable body) {
    return Thread.ofPlatform()
        .daemon()
        .name(name)
        .uncaughtExceptionHandler((thread, thrown) -> failure.set(thrown))
        .start(body);
  }
}
