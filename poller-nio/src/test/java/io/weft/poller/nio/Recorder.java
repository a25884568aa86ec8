package io.weft.poller.nio;

import io.weft.spi.Completion;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToIntFunction;

/** A completion that remembers its result, fails a second one, and can be waited for. */
final class Recorder implements Completion {
  private final AtomicInteger count = new AtomicInteger();
  private final Thread waiter = Thread.currentThread();
  private volatile int result = PENDING;

  @Override
  public void complete(int told) {
    if (told == PENDING || count.incrementAndGet() != 1) {
      throw new AssertionError("completion " + count + " with " + told + " after " + result);
    }
    result = told;
    LockSupport.unpark(waiter);
  }

  /** The result, or PENDING. */
  int result() {
    return result;
  }

  /** How often it has been completed. */
  int count() {
    return count.get();
  }

  /** Blocks until another thread's poll completes it. */
  int await() {
    while (result == PENDING) {
      LockSupport.park(this);
    }
    return result;
  }

  /** Runs an operation to its end on this thread, while another one polls. */
  static int blocking(ToIntFunction<Completion> operation) {
    for (; ; ) {
      Recorder done = new Recorder();
      int result = operation.applyAsInt(done);
      if (result != PENDING) {
        if (done.count() != 0) {
          throw new AssertionError("completed with " + done.result() + " after " + result);
        }
        return result;
      }
      result = done.await();
      if (result != AGAIN) {
        return result;
      }
    }
  }
}
