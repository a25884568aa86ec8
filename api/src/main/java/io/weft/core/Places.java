package io.weft.core;

import io.weft.OpenLimit;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one implementation of {@link OpenLimit}: places for connections, and the accept loops that
 * wait for one.
 *
 * <p>A place is taken before a connection is accepted, and given back when there was none to
 * accept: so a loop whose listener has nothing keeps none from the others. Who finds no place
 * queues; while somebody does, the first of the queue alone takes one. Whoever gives one back, and
 * whoever leaves the queue, wakes the first.
 */
final class Places implements OpenLimit {
  private final int openMax;
  private final AtomicInteger taken = new AtomicInteger();
  private final Queue<Seeker> queue = new ConcurrentLinkedQueue<>();

  Places(int openMax) {
    if (openMax < 1) {
      throw new IllegalArgumentException("openMax must be at least 1: " + openMax);
    }
    this.openMax = openMax;
  }

  @Override
  public int openMax() {
    return openMax;
  }

  @Override
  public int open() {
    return taken.get();
  }

  /** Gives a connection's place back. Any thread. */
  void leave() {
    taken.decrementAndGet();
    wakeFirst();
  }

  private boolean take() {
    for (; ; ) {
      int seen = taken.get();
      if (seen >= openMax) {
        return false;
      }
      if (taken.compareAndSet(seen, seen + 1)) {
        return true;
      }
    }
  }

  private void wakeFirst() {
    Seeker first = queue.peek();
    if (first != null && taken.get() < openMax) {
      first.wake();
    }
  }

  @Override
  public String toString() {
    return "%d of %d open, %d waiting".formatted(open(), openMax, queue.size());
  }

  /** An accept loop, which takes one place after the other. */
  final class Seeker {
    private volatile @Nullable Thread thread;
    // Whether it has a place for which there is no connection yet. Belongs to whoever runs the
    // loop's accept.
    private boolean holds;

    /** Has a place for what is accepted next; false when there is none, or others wait for one. */
    boolean enter() {
      holds = holds || (queue.isEmpty() && take());
      return holds;
    }

    /** The place is a connection's now. */
    void handOver() {
      holds = false;
    }

    /** Gives the place back, if it has one: nothing was accepted. */
    void giveUp() {
      if (holds) {
        holds = false;
        leave();
      }
    }

    /** Waits for a place, or until there is no use in it, or the thread is interrupted. */
    void await(BooleanSupplier useful) {
      thread = Thread.currentThread();
      // in the queue before the look at the places; who gives one back looks at the queue after
      queue.add(this);
      while (!takesFirst() && useful.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
        LockSupport.park(this);
      }
      queue.remove(this);
      wakeFirst();
    }

    private boolean takesFirst() {
      holds = queue.peek() == this && take();
      return holds;
    }

    /** Makes the loop look again. Any thread. */
    void wake() {
      LockSupport.unpark(thread);
    }
  }
}
