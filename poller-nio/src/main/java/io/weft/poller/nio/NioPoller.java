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
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One selector and the thread that waits in it.
 *
 * <p><b>Waking the loop.</b> A change that the selector has to learn of (an interest, a cancelled
 * key) is taken in when a select begins; only a select that already waits must be woken. Who runs
 * on the loop can not be told by the current thread, which may be a virtual one; but then the loop
 * is not in select. So the loop sets {@code WAITING} before a select that may wait and {@code
 * RUNNING} after it; others make their change first and read the state after it. Both sides write,
 * then read, with volatile semantics: either the other sees {@code WAITING} and wakes the selector,
 * or the select sees the change. A virtual thread on the loop always reads {@code RUNNING} and
 * never pays for a wake-up.
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

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(NioPoller.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private record Release(SelectableChannel channel, Completion done) {}

  private final Selector selector;
  private final Queue<Release> releases = new ConcurrentLinkedQueue<>();
  private volatile int state = RUNNING;
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
      channel.configureBlocking(false);
      return new NioStreamHandle(this, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private ListenHandle adopt(ServerSocketChannel channel) throws IOException {
    try {
      channel.configureBlocking(false);
      return new NioListenHandle(this, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
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
      if (!waits || !releases.isEmpty()) {
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
    // What the select has deregistered it has also closed, on this thread. A channel that was
    // closed while the select was at it may still be registered: the next poll finds it and does
    // not wait.
    for (Release release = releases.peek();
        release != null && !release.channel.isRegistered();
        release = releases.peek()) {
      releases.poll();
      release.done.complete(0);
      delivered++;
    }
    return delivered;
  }

  private static void deliver(SelectionKey key) {
    try {
      ((NioHandle<?>) key.attachment()).ready(key.readyOps());
    } catch (CancelledKeyException e) {
      // closed meanwhile: by then nobody waits
    }
  }

  @Override
  public void wakeup() {
    if (state != NOTIFIED && (int) STATE.getAndSet(this, NOTIFIED) == WAITING) {
      selector.wakeup();
    }
  }

  /** Makes a select that waits take in what the caller has changed. Any thread. */
  void interruptWait() {
    if (state == WAITING) {
      wakeup();
    }
  }

  /** Whether arming is too late. */
  boolean closed() {
    return closed;
  }

  SelectionKey register(SelectableChannel channel, NioHandle<?> handle) throws IOException {
    return channel.register(selector, 0, handle);
  }

  /**
   * Tells when a channel that has just been closed has really been: a selector holds on to the
   * descriptor until it has deregistered the key.
   *
   * @return 0 when it has been, or PENDING
   */
  int release(SelectableChannel channel, Completion done) {
    Release release = new Release(channel, done);
    releases.add(release);
    // close() sets the mark and then takes what is queued: one of the two gets this one
    if (selectorClosed && releases.remove(release)) {
      return 0;
    }
    interruptWait();
    return Completion.PENDING;
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
    for (Release release = releases.poll(); release != null; release = releases.poll()) {
      release.done.complete(0);
    }
  }
}
