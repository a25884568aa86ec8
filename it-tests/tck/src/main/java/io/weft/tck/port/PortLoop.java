package io.weft.tck.port;

import io.weft.spi.Poller;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * The smallest loop that drives a poller: a platform thread that runs what is posted, and polls.
 */
final class PortLoop implements AutoCloseable {
  private static final long NO_LIMIT = -1;

  private final Poller poller;
  private final Queue<Runnable> posted = new ConcurrentLinkedQueue<>();
  private final Thread thread = Thread.ofPlatform().name("port-loop").unstarted(this::run);
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
    while (!future.isDone() && thread.isAlive()) {
      Thread.onSpinWait();
    }
    rethrow();
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e;
    }
  }

  /** Ends the loop and closes the poller on its thread. */
  @Override
  public void close() {
    stopped = true;
    poller.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("the loop does not end", e);
    }
    rethrow();
  }

  private void rethrow() {
    if (death != null) {
      throw new AssertionError("the loop died", death);
    }
  }
}
