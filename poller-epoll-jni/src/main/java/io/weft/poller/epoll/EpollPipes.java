package io.weft.poller.epoll;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The pipes of one poller: empty ones that wait for their next use, and a count of those that are
 * open. Any thread; never waits.
 */
final class EpollPipes {
  /** How much room a pipe is given, if the kernel lets this user have it. */
  static final int PIPE_BYTES = 256 * 1024;

  /** How many are open at once: with what is in them, they hold up to 16 MiB of the kernel's. */
  static final int OPEN_MAX = 64;

  /** How many of them wait for their next use. */
  static final int KEPT_MAX = 8;

  private final EpollNative sys;
  private final AtomicReferenceArray<@Nullable EpollPipe> kept =
      new AtomicReferenceArray<>(KEPT_MAX);
  private final AtomicInteger openCount = new AtomicInteger();
  private volatile boolean closed;

  EpollPipes(EpollNative sys) {
    this.sys = sys;
  }

  /** An empty pipe, or null: too many are open, the kernel has none, or this is closed. */
  @Nullable EpollPipe take() {
    for (int i = 0; i < KEPT_MAX; i++) {
      if (kept.get(i) != null) {
        EpollPipe taken = kept.getAndSet(i, null);
        if (taken != null) {
          return taken;
        }
      }
    }
    return closed ? null : open();
  }

  private @Nullable EpollPipe open() {
    if (openCount.incrementAndGet() <= OPEN_MAX) {
      long ends = sys.pipe();
      if (ends >= 0) {
        int writeEnd = (int) (ends >> Integer.SIZE);
        // refused when this user has much in pipes already; then it has less room
        sys.setPipeBytes(writeEnd, PIPE_BYTES);
        return new EpollPipe(this, sys, (int) ends, writeEnd);
      }
    }
    openCount.decrementAndGet();
    return null;
  }

  void giveBack(EpollPipe pipe, boolean usable) {
    for (int i = 0; usable && i < KEPT_MAX; i++) {
      if (kept.compareAndSet(i, null, pipe)) {
        // put in before the look at the mark; close() sets the mark before it looks in
        if (closed) {
          closeKept();
        }
        return;
      }
    }
    pipe.close();
    openCount.decrementAndGet();
  }

  /** Closes what waits here, and from now on what is given back. */
  void close() {
    closed = true;
    closeKept();
  }

  private void closeKept() {
    for (int i = 0; i < KEPT_MAX; i++) {
      EpollPipe pipe = kept.getAndSet(i, null);
      if (pipe != null) {
        pipe.close();
        openCount.decrementAndGet();
      }
    }
  }
}
