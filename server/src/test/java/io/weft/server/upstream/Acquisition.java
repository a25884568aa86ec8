package io.weft.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** A call of acquire on a thread of its own. */
final class Acquisition {
  private static final long LIMIT_SECONDS = 30;

  private final CompletableFuture<Slot> outcome = new CompletableFuture<>();
  private final CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
  private final Thread thread;

  Acquisition(Callable<Slot> call) {
    thread = Thread.ofVirtual().start(() -> run(call));
  }

  private void run(Callable<Slot> call) {
    try {
      outcome.complete(call.call());
    } catch (Exception | AssertionError e) {
      outcome.completeExceptionally(e);
    }
    interrupted.complete(Thread.currentThread().isInterrupted());
  }

  void interrupt() {
    thread.interrupt();
  }

  boolean isDone() {
    return outcome.isDone();
  }

  Slot slot() throws Exception {
    return outcome.get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  boolean endedInterrupted() throws Exception {
    return interrupted.get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  /** What the call threw; fails when it returned. */
  <E extends Exception> E failure(Class<E> type) throws Exception {
    try {
      throw new AssertionError("got a slot of " + slot().upstream());
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(type);
      return type.cast(e.getCause());
    }
  }
}
