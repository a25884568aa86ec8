package io.weft.core;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
    return new Waiting(endpoint, op, timeoutNanos);
  }

  /** Runs a task on a thread of this pool while the caller parks; what it throws is thrown here. */
  <T extends @Nullable Object> T call(Callable<? extends T> task) throws Exception {
    Future<? extends T> answer;
    try {
      answer = submit(task);
    } catch (RejectedExecutionException e) {
      throw new ClosedChannelException();
    }
    try {
      return answer.get();
    } catch (CancellationException e) {
      throw new AsynchronousCloseException();
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

  // A task that offloads again runs that in its own thread: were all threads taken by such tasks,
  // they would wait for each other.
  private <T extends @Nullable Object> Future<T> submit(Callable<T> task) {
    if (Thread.currentThread() instanceof Worker && !executor.isShutdown()) {
      FutureTask<T> answer = new FutureTask<>(task);
      answer.run();
      return answer;
    }
    return executor.submit(task);
  }

  /** Runs a read of a file on a thread of this pool; its completion tells the end. */
  void run(FileRead read) {
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

  /** Asks the resolver on behalf of one operation. */
  private final class Waiting implements Lookup {
    private final Polled.Endpoint endpoint;
    private final String op;
    private final long timeoutNanos;
    private final long startNanos = System.nanoTime();

    Waiting(Polled.Endpoint endpoint, String op, long timeoutNanos) {
      this.endpoint = endpoint;
      this.op = op;
      this.timeoutNanos = timeoutNanos;
    }

    @Override
    public InetAddress[] hosts(String name) throws IOException {
      try {
        return await(() -> resolver.hosts(name));
      } catch (ExecutionException e) {
        throw NetErrors.unknownHost(endpoint, op, name, e.getCause());
      }
    }

    @Override
    public int port(String service) throws IOException {
      try {
        return await(() -> resolver.port(service));
      } catch (ExecutionException e) {
        throw NetErrors.lookup(endpoint, op, "tcp/" + service, e.getCause());
      }
    }

    @Override
    public @Nullable Inet6Address scoped(Inet6Address ip, String zone) throws IOException {
      try {
        return await(() -> resolver.scoped(ip, zone));
      } catch (ExecutionException e) {
        throw NetErrors.lookup(endpoint, op, "interface " + zone, e.getCause());
      }
    }

    private <T extends @Nullable Object> T await(Callable<T> task)
        throws IOException, ExecutionException {
      Future<T> answer;
      try {
        answer = Offload.this.submit(task);
      } catch (RejectedExecutionException e) {
        throw NetErrors.closed(endpoint, op, false);
      }
      try {
        long restNanos = timeoutNanos - (System.nanoTime() - startNanos);
        return answer.get(restNanos, TimeUnit.NANOSECONDS);
      } catch (CancellationException e) {
        throw NetErrors.closed(endpoint, op, true);
      } catch (TimeoutException e) {
        answer.cancel(true);
        throw NetErrors.timeout(endpoint, op);
      } catch (InterruptedException e) {
        answer.cancel(true);
        Thread.currentThread().interrupt();
        throw NetErrors.interrupted(endpoint, op);
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
