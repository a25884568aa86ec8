package io.weft.tck.port;

import io.weft.spi.Completion;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What became of one operation; checks the rules of {@link Completion} on the way: one completion
 * after PENDING and none otherwise, never from inside the call that starts the operation.
 */
final class Outcome implements Completion {
  private static final int HANG_SECONDS = 10;

  private final String what;
  private final AtomicInteger completions = new AtomicInteger();
  private final CountDownLatch completed = new CountDownLatch(1);
  private final CountDownLatch fullOrCompleted = new CountDownLatch(1);
  private volatile @Nullable Thread starter;
  private volatile int returned;
  private volatile int result;
  private volatile boolean full;
  private volatile @Nullable String violation;

  Outcome(String what) {
    this.what = what;
  }

  /** The call that starts the operation begins on this thread. */
  void starting() {
    starter = Thread.currentThread();
  }

  /** The call that starts the operation has returned. */
  void started(int value) {
    starter = null;
    returned = value;
    if (value != PENDING) {
      end(value);
    }
  }

  private void end(int value) {
    result = value;
    completed.countDown();
    fullOrCompleted.countDown();
  }

  @Override
  public void complete(int value) {
    if (Thread.currentThread() == starter) {
      violation = "completed inside the call that started it";
    }
    if (value == PENDING) {
      violation = "completed with PENDING";
    }
    if (completions.incrementAndGet() > 1) {
      violation = "completed twice, with " + result + " and " + value;
    }
    end(value);
  }

  @Override
  public void full() {
    if (done()) {
      violation = "full after its end";
    }
    full = true;
    fullOrCompleted.countDown();
  }

  boolean done() {
    return completed.getCount() == 0;
  }

  boolean wasPending() {
    return returned == PENDING;
  }

  int result() {
    return result;
  }

  /** Waits for the end of the operation. */
  int await() throws InterruptedException {
    await(completed);
    return result;
  }

  /** Waits until a write has found no room, or ended; tells whether it has found none. */
  boolean isFull() throws InterruptedException {
    await(fullOrCompleted);
    return full;
  }

  private void await(CountDownLatch latch) throws InterruptedException {
    if (!latch.await(HANG_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError(what + ": has not completed");
    }
  }

  /** To be called when the poller is closed, after which nothing can complete any more. */
  void verify() {
    int expected = returned == PENDING ? 1 : 0;
    if (violation == null && completions.get() != expected) {
      violation = completions.get() + " completions after it returned " + returned;
    }
    if (violation != null) {
      throw new AssertionError(what + ": " + violation);
    }
  }
}
