package io.weft.core;

import io.weft.Scheduling;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The virtual threads of a net: starts them, and knows which still run. Any thread. */
final class Threads {
  private final Scheduling scheduling;
  private final AtomicLong ids = new AtomicLong();
  private final Set<Thread> running = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();

  Threads(Scheduling scheduling) {
    this.scheduling = scheduling;
  }

  /** Starts a virtual thread, carried by the loop when loops carry threads. */
  Thread start(String prefix, Loop loop, Runnable task) {
    if (closed.get()) {
      throw new RejectedExecutionException("the net is closed");
    }
    Thread.Builder.OfVirtual builder =
        scheduling == Scheduling.ON_LOOP ? Carriers.builder(loop) : Thread.ofVirtual();
    Runnable tracked =
        () -> {
          try {
            task.run();
          } finally {
            running.remove(Thread.currentThread());
          }
        };
    Thread thread = builder.name(prefix + ids.incrementAndGet()).unstarted(tracked);
    running.add(thread);
    boolean started = false;
    try {
      thread.start();
      started = true;
    } finally {
      if (!started) {
        running.remove(thread);
      }
    }
    return thread;
  }

  /** The running thread that a platform thread carries just now; null when it is none of these. */
  @Nullable Thread carriedBy(Thread carrier) {
    for (Thread thread : running) {
      if (Carriers.carrierOf(thread) == carrier) {
        return thread;
      }
    }
    return null;
  }

  /** Refuses new threads from now on. */
  void refuse() {
    closed.set(true);
  }

  /** Interrupts all but the caller. */
  void interruptOthers() {
    for (Thread thread : running) {
      if (thread != Thread.currentThread()) {
        thread.interrupt();
      }
    }
  }

  /**
   * Waits until all but the caller have ended, also those that start meanwhile; false when the time
   * ran out.
   */
  boolean joinOthers(Duration timeout) throws InterruptedException {
    long start = System.nanoTime();
    for (Thread other = anyOther(); other != null; other = anyOther()) {
      Duration left = timeout.minusNanos(System.nanoTime() - start);
      if (other.getState() == Thread.State.NEW) {
        // its starter is between two statements
        Thread.yield();
        if (left.isNegative()) {
          return false;
        }
      } else if (!other.join(left.isNegative() ? Duration.ZERO : left)) {
        return false;
      }
    }
    return true;
  }

  private @Nullable Thread anyOther() {
    for (Thread thread : running) {
      if (thread != Thread.currentThread()) {
        return thread;
      }
    }
    return null;
  }
}
