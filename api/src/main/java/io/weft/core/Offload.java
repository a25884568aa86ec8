package io.weft.core;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A few platform threads for calls that block theirs, such as name look-ups, away from the loops.
 */
final class Offload {
  static final int THREADS_MAX = 16;

  private final Lookup resolver;
  private final ThreadPoolExecutor executor =
      new ThreadPoolExecutor(
          THREADS_MAX, THREADS_MAX, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Worker::new);

  Offload() {
    this(new SystemLookup());
  }

  Offload(Lookup resolver) {
    this.resolver = resolver;
    executor.allowCoreThreadTimeOut(true);
  }

  /** Looks up on a thread of this pool while the caller parks, for at most the timeout in all. */
  Lookup lookup(Polled.Endpoint endpoint, String op, long timeoutNanos) {
    return new OffloadedLookup(
        this, resolver, new OffloadedLookup.Asker(endpoint, op, timeoutNanos));
  }

  /** Runs a task on a thread of this pool while the caller parks; what it throws is thrown here. */
  <T extends @Nullable Object> T call(Callable<? extends T> task) throws Exception {
    Future<? extends T> answer;
    try {
      answer = submit(task);
    } catch (RejectedExecutionException e) {
      throw NetErrors.closed("offload", false);
    }
    try {
      return answer.get();
    } catch (CancellationException e) {
      throw NetErrors.closed("offload", true);
    } catch (ExecutionException e) {
      throw thrown(e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw e;
    }
  }

  private static Exception thrown(ExecutionException e) {
    return switch (e.getCause()) {
      case Error error -> throw error;
      case Exception exception -> exception;
      case null, default -> e;
    };
  }

  /**
   * Runs a task on a thread of this pool. A task that offloads again runs that in its own thread:
   * were all threads taken by such tasks, they would wait for each other.
   */
  <T extends @Nullable Object> Future<T> submit(Callable<T> task) {
    if (isOwn()) {
      FutureTask<T> answer = new FutureTask<>(task);
      answer.run();
      return answer;
    }
    return executor.submit(task);
  }

  private boolean isOwn() {
    return Thread.currentThread() instanceof Worker && !executor.isShutdown();
  }

  /** Runs a read of a file as it runs a task; its completion tells the end. */
  void run(FileRead read) {
    if (isOwn()) {
      read.run();
      return;
    }
    try {
      executor.execute(read);
    } catch (RejectedExecutionException e) {
      // the net is closed, and with it whoever waits for this
      read.abandon();
    }
  }

  /** Refuses further tasks and ends those that wait for a thread. */
  void close() {
    for (Runnable queued : executor.shutdownNow()) {
      if (queued instanceof Future<?> answer) {
        answer.cancel(false);
      } else if (queued instanceof FileRead read) {
        read.abandon();
      }
    }
  }

  /** A thread of this pool. */
  private static final class Worker extends Thread {
    Worker(Runnable task) {
      super(null, task, "weft-offload", 0, false);
      setDaemon(true);
    }
  }
}
