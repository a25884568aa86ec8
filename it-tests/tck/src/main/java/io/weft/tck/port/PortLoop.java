package io.weft.tck.port;

import io.weft.spi.Poller;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The smallest loop that drives a poller: a platform thread that runs what is posted, and polls.
 */
final class PortLoop implements AutoCloseable {
  private static final long NO_LIMIT = -1;
  private static final long HANG_MILLIS = 10_000;
  private static final long LOOK_MILLIS = 100;

  private final Poller poller;
  private final Queue<Runnable> posted = new ConcurrentLinkedQueue<>();
  private final Thread thread = Thread.ofPlatform().daemon().name("port-loop").unstarted(this::run);
  private volatile boolean stopped;
  private volatile @Nullable Throwable death;

  PortLoop(Poller poller) {
    this.poller = poller;
    thread.start();
  }

  private void run() {
    try (poller) {
      while (!stopped) {
        boolean ran = false;
        for (Runnable task = posted.poll(); task != null; task = posted.poll()) {
          task.run();
          ran = true;
        }
        poller.poll(ran ? 0 : NO_LIMIT);
      }
    } catch (Throwable e) {
      death = e;
    }
  }

  boolean isLoop(Thread candidate) {
    return candidate == thread;
  }

  /** Runs something on the loop and waits for its value. */
  <T> T call(Callable<T> task) throws Exception {
    FutureTask<T> future = new FutureTask<>(task);
    posted.add(future);
    poller.wakeup();
    for (long i = 0; i < HANG_MILLIS / LOOK_MILLIS; i++) {
      try {
        return future.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        rethrow(); // the loop may have died
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Exception cause) {
          throw cause;
        }
        throw new AssertionError("a task on the loop failed", e.getCause());
      }
    }
    throw new AssertionError("the loop does not answer");
  }

  /** Ends the loop and closes the poller on its thread. */
  @Override
  public void close() {
    stopped = true;
    poller.wakeup();
    try {
      if (!thread.join(Duration.ofMillis(HANG_MILLIS))) {
        throw new AssertionError("the loop does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
    rethrow();
  }

  private void rethrow() {
    if (death != null) {
      throw new AssertionError("the loop died", death);
    }
  }
}
