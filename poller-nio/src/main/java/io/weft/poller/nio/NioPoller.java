package io.weft.poller.nio;

import io.weft.Network;
import io.weft.spi.Completion;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import io.weft.spi.ListenHandle;
import io.weft.spi.Poller;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One selector and the thread that waits in it, which alone touches it: others leave a {@link
 * NioChange}, which the next poll makes.
 *
 * <p><b>Waking the loop.</b> Only a select that already waits must be woken for a change. Who runs
 * on the loop can not be told by the current thread, which may be a virtual one; but then the loop
 * is not in select. So the loop sets {@code WAITING} before it takes the changes for a select that
 * may wait and {@code RUNNING} after it; others leave their change first and read the state after
 * it. Both sides write, then read, with volatile semantics: either the other sees {@code WAITING}
 * and wakes the selector, or the loop sees the change. A virtual thread on the loop always reads
 * {@code RUNNING} and never pays for a wake-up.
 *
 * <p>{@link #wakeup} asks for more, that the next poll returns even when it has not begun: it
 * leaves {@code NOTIFIED} behind, and a poll that finds it does not wait.
 */
final class NioPoller implements Poller {
  private static final int RUNNING = 0;
  private static final int WAITING = 1;
  private static final int NOTIFIED = 2;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final Consumer<SelectionKey> DELIVER = NioPoller::deliver;
  private static final VarHandle STATE;
  private static final VarHandle CHANGES;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      STATE = lookup.findVarHandle(NioPoller.class, "state", int.class);
      CHANGES = lookup.findVarHandle(NioPoller.class, "changes", NioChange.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Selector selector;
  // whom to tell that the next select has released its channel; belongs to the loop
  private final Queue<Completion> released = new ArrayDeque<>();
  private volatile int state = RUNNING;
  // the change that was left last, linked to those before; any thread adds, who takes takes all
  private volatile @Nullable NioChange changes;
  private volatile boolean closed;
  // set when the selector is closed, too: from then on a channel's close is immediate
  private volatile boolean selectorClosed;

  NioPoller(Selector selector) {
    this.selector = selector;
  }

  @Override
  public boolean anyThread() {
    return true;
  }

  @Override
  public StreamHandle stream(Network network) throws ErrnoException {
    ProtocolFamily family = family(network);
    try {
      return adopt(family == null ? SocketChannel.open() : SocketChannel.open(family));
    } catch (IOException | ClosedSelectorException e) {
      throw NioErrors.exception(e);
    } catch (UnsupportedOperationException e) {
      throw new ErrnoException(Errno.EAFNOSUPPORT.number(), e);
    }
  }

  @Override
  public ListenHandle listener(Network network) throws ErrnoException {
    ProtocolFamily family = family(network);
    try {
      return adopt(family == null ? ServerSocketChannel.open() : ServerSocketChannel.open(family));
    } catch (IOException | ClosedSelectorException e) {
      throw NioErrors.exception(e);
    } catch (UnsupportedOperationException e) {
      throw new ErrnoException(Errno.EAFNOSUPPORT.number(), e);
    }
  }

  /** Makes a channel, connected or not, this poller's; closes it on failure. */
  StreamHandle adopt(SocketChannel channel) throws IOException {
    try {
      requireOpen();
      channel.configureBlocking(false);
      return new NioStreamHandle(this, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private ListenHandle adopt(ServerSocketChannel channel) throws IOException {
    try {
      requireOpen();
      channel.configureBlocking(false);
      return new NioListenHandle(this, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new ClosedSelectorException();
    }
  }

  private static @Nullable ProtocolFamily family(Network network) {
    return switch (network) {
      case TCP -> null;
      case TCP4 -> StandardProtocolFamily.INET;
      case TCP6 -> StandardProtocolFamily.INET6;
      case UNIX -> StandardProtocolFamily.UNIX;
      case UNIXPACKET -> throw NioHandle.unsupported("the network unixpacket is");
    };
  }

  @Override
  public int poll(long timeoutNanos) throws IOException {
    // A flag left on this thread would make every select return at once.
    Thread.interrupted();
    boolean waits = timeoutNanos != 0 && STATE.compareAndSet(this, RUNNING, WAITING);
    int delivered;
    try {
      take(NioChange::make);
      if (!waits || !released.isEmpty()) {
        delivered = selector.selectNow(DELIVER);
      } else if (timeoutNanos < 0) {
        delivered = selector.select(DELIVER);
      } else {
        delivered = selector.select(DELIVER, Math.ceilDiv(timeoutNanos, NANOS_PER_MILLI));
      }
    } catch (ClosedSelectorException e) {
      throw new IOException("the poller is closed", e);
    } finally {
      state = RUNNING;
    }
    return delivered + tellReleased();
  }

  private void take(Consumer<NioChange> consumer) {
    NioChange change = changes == null ? null : (NioChange) CHANGES.getAndSet(this, null);
    while (change != null) {
      // once made, a change may be left again
      NioChange next = change.next();
      consumer.accept(change);
      change = next;
    }
  }

  private int tellReleased() {
    int count = 0;
    for (Completion done = released.poll(); done != null; done = released.poll()) {
      done.complete(0);
      count++;
    }
    return count;
  }

  private static void deliver(SelectionKey key) {
    try {
      ((NioHandle<?>) key.attachment()).ready(key.readyOps());
    } catch (CancelledKeyException e) {
      // the JDK has closed it itself, as its connect has failed: by then nobody waits
    }
  }

  @Override
  public void wakeup() {
    if (state != NOTIFIED && (int) STATE.getAndSet(this, NOTIFIED) == WAITING) {
      selector.wakeup();
    }
  }

  /** Leaves a change for the loop to make. Any thread; not twice at once. */
  void change(NioChange change) {
    NioChange last;
    do {
      last = changes;
      change.next(last);
    } while (!CHANGES.compareAndSet(this, last, change));
    // close() sets the mark and then takes what was left: one of the two gets this one
    if (selectorClosed) {
      take(NioChange::abandon);
    } else if (state == WAITING) {
      wakeup();
    }
  }

  /** Whether arming is too late. */
  boolean closed() {
    return closed;
  }

  /** Whether a channel's close is immediate. */
  boolean selectorClosed() {
    return selectorClosed;
  }

  /** Loop only. */
  SelectionKey register(SelectableChannel channel, int ops, NioHandle<?> handle)
      throws ClosedChannelException {
    return channel.register(selector, ops, handle);
  }

  /**
   * Tells, after the next select, that a channel that has just been closed has really been: a
   * selector holds on to the descriptor until a select has deregistered the key. Loop only.
   */
  void releasedBySelect(Completion done) {
    released.add(done);
  }

  @Override
  public void close() {
    closed = true;
    if (selector.isOpen()) {
      for (SelectionKey key : selector.keys()) {
        ((NioHandle<?>) key.attachment()).cancelAll();
      }
    }
    try {
      selector.close();
    } catch (IOException e) {
      // it is closed all the same
    }
    selectorClosed = true;
    tellReleased();
    take(NioChange::abandon);
  }
}
