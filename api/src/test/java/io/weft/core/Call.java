package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Net;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A call that runs on a thread of its own, and its outcome. */
final class Call<T> {
  private static final long LIMIT_SECONDS = 20;

  private final CompletableFuture<T> outcome = new CompletableFuture<>();
  private final CompletableFuture<Boolean> flag = new CompletableFuture<>();
  // known when the call has begun, on a thread that is used again
  private volatile @Nullable Thread thread;

  Call(Thread.Builder builder, Callable<T> body) {
    Thread made = builder.unstarted(() -> run(body));
    thread = made;
    made.start();
  }

  private Call() {}

  private Call(Net net, Callable<T> body) {
    thread = net.go(() -> run(body));
  }

  /** Calls on a thread of a net. */
  static <T> Call<T> on(Net net, Callable<T> body) {
    return new Call<>(net, body);
  }

  /** Calls on a thread that has served other calls before. */
  static <T> Call<T> on(Executor threads, Callable<T> body) {
    Call<T> call = new Call<>();
    threads.execute(
        () -> {
          // an interrupt that came too late for the call before
          Thread.interrupted();
          call.thread = Thread.currentThread();
          call.run(body);
        });
    return call;
  }

  private void run(Callable<T> body) {
    try {
      T result = body.call();
      flag.complete(Thread.currentThread().isInterrupted());
      outcome.complete(result);
    } catch (Throwable e) {
      flag.complete(Thread.currentThread().isInterrupted());
      outcome.completeExceptionally(e);
    }
  }

  /** The thread of a call that was given one of its own. */
  Thread thread() {
    return Objects.requireNonNull(thread);
  }

  /** Interrupts the call if it has begun. */
  void interrupt() {
    Thread present = thread;
    if (present != null) {
      present.interrupt();
    }
  }

  boolean isDone() {
    return outcome.isDone();
  }

  /** Whether the interrupt flag was set when the call ended. */
  boolean endedInterrupted() throws Exception {
    return flag.get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  T result() throws Exception {
    try {
      return outcome.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw hanging(e);
    }
  }

  /** What the call threw; fails when it returned. */
  <E extends Throwable> E failure(Class<E> type) throws Exception {
    try {
      T result = outcome.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      throw new AssertionError("returned " + result + " instead of throwing " + type.getName());
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      assertThat(cause).isInstanceOf(type);
      return type.cast(cause);
    } catch (TimeoutException e) {
      throw hanging(e);
    }
  }

  private AssertionError hanging(TimeoutException cause) {
    AssertionError error = new AssertionError("the call hangs", cause);
    error.setStackTrace(thread().getStackTrace());
    return error;
  }
}
