package io.weft.core;

import java.net.InetAddress;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A few platform threads for calls that block theirs, such as name look-ups, away from the loops.
 */
final class Offload {
  static final int THREADS_MAX = 16;

  private final Target.Lookup resolver;
  private final ThreadPoolExecutor executor =
      new ThreadPoolExecutor(
          THREADS_MAX,
          THREADS_MAX,
          1,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          task -> Thread.ofPlatform().daemon().name("weft-offload").unstarted(task));

  Offload() {
    this(InetAddress::getAllByName);
  }

  Offload(Target.Lookup resolver) {
    this.resolver = resolver;
    executor.allowCoreThreadTimeOut(true);
  }

  /** Looks names up on a thread of this pool while the caller parks, for at most the timeout. */
  Target.Lookup lookup(Polled.Endpoint endpoint, String op, long timeoutNanos) {
    return host -> {
      Future<InetAddress[]> answer;
      try {
        answer = executor.submit(() -> resolver.all(host));
      } catch (RejectedExecutionException e) {
        throw NetErrors.closed(endpoint, op, false);
      }
      try {
        return answer.get(timeoutNanos, TimeUnit.NANOSECONDS);
      } catch (CancellationException e) {
        throw NetErrors.closed(endpoint, op, true);
      } catch (ExecutionException e) {
        throw NetErrors.unknownHost(endpoint, op, host, e.getCause());
      } catch (TimeoutException e) {
        answer.cancel(true);
        throw NetErrors.timeout(endpoint, op);
      } catch (InterruptedException e) {
        answer.cancel(true);
        Thread.currentThread().interrupt();
        throw NetErrors.interrupted(endpoint, op);
      }
    };
  }

  /** Refuses further look-ups and ends those that wait for a thread. */
  void close() {
    for (Runnable queued : executor.shutdownNow()) {
      if (queued instanceof Future<?> answer) {
        answer.cancel(false);
      }
    }
  }
}
