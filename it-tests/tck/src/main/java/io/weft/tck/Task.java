package io.weft.tck;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A call that runs on a thread of its own.
 *
 * @param <T> what it returns
 */
final class Task<T extends @Nullable Object> extends FutureTask<T> {
  private static final Set<Thread.State> WAITING =
      EnumSet.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);
  private static final long PATIENCE_MILLIS = 45_000;

  private final long patienceMillis;
  private volatile @Nullable Thread thread;

  Task(Callable<T> call) {
    this(call, PATIENCE_MILLIS);
  }

  Task(Callable<T> call, long patienceMillis) {
    super(call);
    this.patienceMillis = patienceMillis;
  }

  @Override
  public void run() {
    thread = Thread.currentThread();
    super.run();
  }

  /** Ends the task without having run it. */
  void reject(Throwable cause) {
    setException(cause);
  }

  /** Waits for the result; throws what the call threw. */
  T join() throws Exception {
    awaitEnd();
    try {
      return get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case Exception exception -> throw exception;
        case Error error -> throw error;
        case null, default -> throw e;
      }
    }
  }

  /** Waits for the end, and returns what the call threw. */
  Throwable failure() throws InterruptedException {
    awaitEnd();
    try {
      T result = get();
      throw new AssertionError("expected an exception, but the call returned " + result);
    } catch (ExecutionException e) {
      return Objects.requireNonNull(e.getCause());
    }
  }

  /** Waits until the call waits inside the implementation. */
  Task<T> awaitParked() throws Exception {
    Await.until("a call that parks", this::isParked);
    return this;
  }

  /** Interrupts the thread. */
  void interrupt() {
    Thread running = thread;
    if (running == null) {
      throw new IllegalStateException("not started");
    }
    running.interrupt();
  }

  /** Waits for the end, whichever it is; tells whether it came. */
  boolean ended(long timeoutMillis) throws InterruptedException {
    try {
      get(timeoutMillis, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      return true;
    } catch (TimeoutException e) {
      return false;
    }
    return true;
  }

  private void awaitEnd() throws InterruptedException {
    if (!ended(patienceMillis)) {
      throw new AssertionError("a call hangs\n" + ThreadDump.text());
    }
  }

  private boolean isParked() throws Exception {
    if (isDone()) {
      join();
      throw new AssertionError("expected a call that parks, but it returned");
    }
    Thread running = thread;
    if (running == null || !WAITING.contains(running.getState())) {
      return false;
    }
    for (StackTraceElement frame : running.getStackTrace()) {
      if (frame.getClassName().startsWith("io.weft.core.")) {
        return true;
      }
    }
    return false;
  }
}
