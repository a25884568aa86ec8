package io.weft.core;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** How many connections of one accept loop are open; the loop waits here while that is the most. */
final class OpenLimit {
  private final int openMax;
  private final AtomicInteger open = new AtomicInteger();
  private volatile @Nullable Thread acceptor;

  OpenLimit(int openMax) {
    this.openMax = openMax;
  }

  /** Waits for room, or until the listener is closed or the thread interrupted. */
  void await(PolledListener listener) {
    // published before the look at the count; who leaves looks here after counting
    acceptor = Thread.currentThread();
    while (open.get() >= openMax && listener.isOpen() && !Thread.currentThread().isInterrupted()) {
      LockSupport.park(this);
    }
  }

  void enter() {
    open.incrementAndGet();
  }

  /** Any thread. */
  void leave() {
    if (open.getAndDecrement() >= openMax) {
      wake();
    }
  }

  /** Makes the acceptor look again. Any thread. */
  void wake() {
    LockSupport.unpark(acceptor);
  }
}
