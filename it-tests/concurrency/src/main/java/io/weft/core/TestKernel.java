package io.weft.core;

import io.weft.Network;
import io.weft.concurrency.Start;
import io.weft.concurrency.Watch;
import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Handle;
import io.weft.spi.ListenHandle;
import io.weft.spi.Poller;
import io.weft.spi.StreamHandle;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A poller and its only handle, with one operation that is pending until somebody completes or
 * cancels it: one of them does, exactly once, as the port asks of every adapter.
 *
 * <p>A poll waits with a bound; the bound is a wake-up that was lost.
 */
class TestKernel implements Poller, Handle {
  private final boolean anyThread;
  private final Watch watch;
  private final AtomicInteger closes = new AtomicInteger();
  private final AtomicReference<@Nullable Completion> pending = new AtomicReference<>();
  private volatile @Nullable Thread poller;
  private volatile boolean notified;
  private volatile boolean lost;
  private volatile boolean wasUsedAfterClose;

  TestKernel(boolean anyThread, Watch watch) {
    this.anyThread = anyThread;
    this.watch = watch;
  }

  /** Starts the operation. */
  final int start(Completion done) {
    wasUsedAfterClose |= closes.get() > 0;
    pending.set(done);
    return Completion.PENDING;
  }

  final boolean isPending() {
    return pending.get() != null;
  }

  /** Completes the operation if it is pending. */
  final boolean complete(int result) {
    Completion done = pending.getAndSet(null);
    if (done != null) {
      done.complete(result);
    }
    return done != null;
  }

  final void awaitPending() {
    for (int spins = 0; !isPending(); spins++) {
      Start.pause(spins);
    }
  }

  /** Whether a poll was not woken. */
  final boolean hasLost() {
    return lost;
  }

  /** How often it was closed, and whether always without an operation and for ever. */
  final String closes() {
    return wasUsedAfterClose ? "used after close" : "closed " + closes;
  }

  /** What happens in the kernel while the loop waits; called by each poll. */
  void play() {}

  @Override
  public final boolean anyThread() {
    return anyThread;
  }

  @Override
  public final int poll(long timeoutNanos) {
    poller = Thread.currentThread();
    play();
    long start = System.nanoTime();
    while (timeoutNanos < 0 && !notified) {
      if (System.nanoTime() - start > watch.boundNanos()) {
        lost = true;
        watch.noteLoss();
        rescue();
        return 0;
      }
      LockSupport.parkNanos(watch.boundNanos() / 10);
    }
    notified = false;
    return delivered();
  }

  /** What a poll says; nothing by default. */
  int delivered() {
    return 0;
  }

  /** Ends the test after a loss. */
  void rescue() {}

  @Override
  public final void wakeup() {
    notified = true;
    LockSupport.unpark(poller);
  }

  @Override
  public final void close() {
    complete(Completion.CANCELED);
  }

  @Override
  public final void cancel(Direction direction) {
    wasUsedAfterClose |= closes.get() > 0;
    complete(Completion.CANCELED);
  }

  @Override
  public final int close(Completion done) {
    wasUsedAfterClose |= isPending();
    closes.incrementAndGet();
    return 0;
  }

  @Override
  public final StreamHandle stream(Network network) {
    throw new UnsupportedOperationException();
  }

  @Override
  public final ListenHandle listener(Network network) {
    throw new UnsupportedOperationException();
  }

  @Override
  public final <T> void setOption(SocketOption<T> option, T value) {
    throw new UnsupportedOperationException();
  }

  @Override
  public final <T> T getOption(SocketOption<T> option) {
    throw new UnsupportedOperationException();
  }

  @Override
  public final SocketAddress localAddress() {
    return new InetSocketAddress(0);
  }
}
