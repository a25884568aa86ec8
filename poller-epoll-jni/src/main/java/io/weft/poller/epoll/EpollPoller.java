package io.weft.poller.epoll;

import io.weft.Network;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import io.weft.spi.KernelPipes;
import io.weft.spi.ListenHandle;
import io.weft.spi.Pipe;
import io.weft.spi.Poller;
import io.weft.spi.SocketAddressCodec;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One epoll instance and the thread that waits for its events.
 *
 * <p>A descriptor is registered once, for both directions and edge-triggered, and never modified:
 * an event only sets what its handle remembers.
 *
 * <p><b>Waking the loop.</b> The loop sets {@code WAITING} before a wait and {@code RUNNING} after
 * it; who wakes it leaves {@code NOTIFIED} behind, which a later wait finds, and writes to the
 * eventfd only when it found {@code WAITING}.
 *
 * <p><b>The end.</b> Other threads use the two descriptors of this poller between {@link #enter}
 * and {@link #leave}; {@link #close} waits until none does, which is a matter of one system call
 * each. So they never meet a number that is another descriptor's by then.
 */
final class EpollPoller implements Poller {
  private static final int RUNNING = 0;
  private static final int WAITING = 1;
  private static final int NOTIFIED = 2;
  private static final int EPOLLIN = 1;
  private static final int EPOLLOUT = 1 << 2;
  private static final int EPOLLERR = 1 << 3;
  private static final int EPOLLHUP = 1 << 4;
  private static final int EPOLLRDHUP = 1 << 13;
  private static final int EPOLLET = 1 << 31;
  private static final int REGISTERED = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  private static final int EVENTS_MAX = 1024;
  // the eventfd's; a handle's has a number above its place
  private static final long WAKEUP_KEY = -1;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final VarHandle STATE;
  private static final VarHandle USERS;

  /** What tells that a syscall of one direction has a result. */
  static final int IN = EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR;

  static final int OUT = EPOLLOUT | EPOLLHUP | EPOLLERR;

  /** What tells that the connection has failed. */
  static final int FAILED = EPOLLERR;

  /** What tells that a read has a result from now on, whatever earlier ones have left. */
  static final int ENDED = EPOLLRDHUP | EPOLLHUP | EPOLLERR;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      STATE = lookup.findVarHandle(EpollPoller.class, "state", int.class);
      USERS = lookup.findVarHandle(EpollPoller.class, "users", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final EpollNative sys;
  private final HandleTable handles = new HandleTable();
  private final KernelPipes pipes;
  private final AtomicReference<@Nullable ByteBuffer> addressMemory = new AtomicReference<>();
  private final int ep;
  private final int wakeup;
  private final int eventBytes;
  private final long eventsAddress;
  // let go by close, as the rest of the memory of a net that is closed but still known to somebody
  private @Nullable ByteBuffer events;
  private final boolean precise;
  private volatile int state = RUNNING;
  private volatile int users;
  private volatile boolean closed;

  EpollPoller(EpollNative sys) throws ErrnoException {
    this.sys = sys;
    pipes = new KernelPipes(sys);
    eventBytes = sys.eventBytes();
    events = ByteBuffer.allocateDirect(EVENTS_MAX * eventBytes).order(ByteOrder.nativeOrder());
    eventsAddress = sys.address(events);
    ep = (int) ErrnoException.check(sys.epollCreate());
    int wake = sys.eventfd();
    int added = wake < 0 ? wake : sys.epollAdd(ep, wake, EPOLLIN, WAKEUP_KEY);
    if (added < 0) {
      sys.close(ep);
      if (wake >= 0) {
        sys.close(wake);
      }
      throw new ErrnoException(-added, null);
    }
    wakeup = wake;
    // by trial: the kernel may lack it, and a container's profile may refuse it
    int tried = sys.epollWaitNanos(ep, eventsAddress, EVENTS_MAX, 0);
    precise = tried >= 0 || tried == -Errno.EINTR.number();
  }

  /** Whether the kernel takes timeouts in nanoseconds. */
  boolean isPrecise() {
    return precise;
  }

  @Override
  public boolean anyThread() {
    return true;
  }

  @Override
  public StreamHandle stream(Network network) throws ErrnoException {
    int family = SocketAddressCodec.family(network);
    int fd = EpollHandle.socket(sys, network, family);
    return new EpollStreamHandle(this, new EpollHandle.Socket(fd, network, family), null);
  }

  @Override
  public ListenHandle listener(Network network) throws ErrnoException {
    int family = SocketAddressCodec.family(network);
    int fd = EpollHandle.socket(sys, network, family);
    return new EpollListenHandle(this, new EpollHandle.Socket(fd, network, family));
  }

  @Override
  public @Nullable Pipe pipe() {
    return pipes.take();
  }

  @Override
  public int poll(long timeoutNanos) throws IOException {
    ByteBuffer arrived = events;
    if (arrived == null) {
      throw new IOException("the poller is closed");
    }
    boolean waits = timeoutNanos != 0 && STATE.compareAndSet(this, RUNNING, WAITING);
    int count = await(waits ? timeoutNanos : 0);
    state = RUNNING;
    if (count < 0 && count != -Errno.EINTR.number()) {
      throw new ErrnoException(-count, null);
    }
    for (int at = 0, end = count * eventBytes; at < end; at += eventBytes) {
      deliver(arrived.getInt(at), arrived.getLong(at + eventBytes - Long.BYTES));
    }
    return Math.max(count, 0);
  }

  private int await(long timeoutNanos) {
    if (precise) {
      return sys.epollWaitNanos(ep, eventsAddress, EVENTS_MAX, timeoutNanos);
    }
    long millis = timeoutNanos < 0 ? -1 : Math.ceilDiv(timeoutNanos, NANOS_PER_MILLI);
    int limited = (int) Math.min(millis, Integer.MAX_VALUE);
    return sys.epollWaitMillis(ep, eventsAddress, EVENTS_MAX, limited);
  }

  private void deliver(int found, long key) {
    if (key == WAKEUP_KEY) {
      sys.eventfdRead(wakeup);
      return;
    }
    EpollHandle handle = handles.find(key);
    if (handle != null) {
      handle.ready(found);
    }
  }

  @Override
  public void wakeup() {
    if (state != NOTIFIED && (int) STATE.getAndSet(this, NOTIFIED) == WAITING && enter()) {
      sys.eventfdWrite(wakeup);
      leave();
    }
  }

  /** Whether arming is too late. */
  boolean closed() {
    return closed;
  }

  /** Registers a descriptor, for life. Any thread. */
  void register(EpollHandle handle) throws ErrnoException {
    if (!enter()) {
      throw new ErrnoException(Errno.ECANCELED.number(), null);
    }
    try {
      handles.add(handle);
      int added = sys.epollAdd(ep, handle.socket.fd(), REGISTERED, handle.key);
      if (added < 0) {
        handles.remove(handle);
        handle.key = EpollHandle.UNREGISTERED;
        throw new ErrnoException(-added, null);
      }
    } finally {
      leave();
    }
  }

  /** Undoes {@link #register}, before the descriptor is closed. Any thread. */
  void unregister(EpollHandle handle) {
    if (enter()) {
      sys.epollDelete(ep, handle.socket.fd());
      leave();
    }
    handles.remove(handle);
  }

  /** Memory for one address, to be given back. Any thread. */
  ByteBuffer takeAddressMemory() {
    ByteBuffer memory = addressMemory.getAndSet(null);
    return memory == null ? ByteBuffer.allocateDirect(SocketAddressCodec.BYTES_MAX) : memory;
  }

  void give(ByteBuffer memory) {
    addressMemory.set(memory);
  }

  // counted before the look at the mark; close() sets the mark before it looks at the count
  private boolean enter() {
    USERS.getAndAdd(this, 1);
    if (closed) {
      leave();
      return false;
    }
    return true;
  }

  private void leave() {
    USERS.getAndAdd(this, -1);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    handles.cancelAll();
    while (users != 0) {
      Thread.onSpinWait();
    }
    sys.close(wakeup);
    sys.close(ep);
    pipes.close();
    events = null;
    addressMemory.set(null);
  }
}
