package io.weft.poller.iouring;

import io.weft.Network;
import io.weft.poller.iouring.ring.BufferRing;
import io.weft.poller.iouring.ring.Caps;
import io.weft.poller.iouring.ring.Caps.Feature;
import io.weft.poller.iouring.ring.InFlight;
import io.weft.poller.iouring.ring.Ring;
import io.weft.poller.iouring.ring.Sqe;
import io.weft.poller.iouring.ring.sys.Sys;
import io.weft.poller.iouring.ring.sys.Sys.Call;
import io.weft.spi.Direction;
import io.weft.spi.ErrnoException;
import io.weft.spi.KernelPipes;
import io.weft.spi.ListenHandle;
import io.weft.spi.Pipe;
import io.weft.spi.Poller;
import io.weft.spi.SocketAddressCodec;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One loop's ring. Operations only fill submissions; {@link #poll} hands them over, waits and reaps
 * in one system call.
 */
final class IoUringPoller implements Poller {
  /**
   * How large one loop's ring is; all powers of two. Buffers limit the receives whose bytes nobody
   * has read yet.
   */
  record Size(int submissions, int completions, int buffers, int bufferBytes) {
    /** About 170 KiB of queues, and 8 MiB of buffers once each has been used. */
    static final Size DEFAULT = new Size(512, 8192, 1024, 8 * 1024);

    /** What counts towards RLIMIT_MEMLOCK: the queues and the list of buffers. */
    int lockedBytes() {
      return submissions * Sqe.BYTES + completions * 16 + buffers * 16 + 4 * 1024;
    }
  }

  private static final int CANCEL_ALL_ANY = 1 | 1 << 2;
  private static final long DRAIN_MAX_NANOS = 5_000_000_000L;
  private static final long DRAIN_STEP_NANOS = 10_000_000L;

  final Sys sys;
  final Ring ring;
  final BufferRing buffers;
  final InFlight.Table owners = new InFlight.Table();
  final Addresses addresses = new Addresses();
  private final Wakeup wakeup;
  final RingPipes pipeCalls;
  private final KernelPipes pipes;
  // what a call of another thread hands its errno back by
  private final AtomicReference<@Nullable MemorySegment> spareFrame = new AtomicReference<>();
  private volatile boolean closed;
  // receives that found bytes and no buffer
  private final AtomicLong bufferShortages = new AtomicLong();

  IoUringPoller(Sys sys, Caps caps, Size size) throws IOException {
    this.sys = sys;
    wakeup = new Wakeup(sys);
    Ring opened = null;
    try {
      opened = Ring.open(sys, caps, size.submissions(), size.completions());
      buffers =
          new BufferRing(
              sys, opened, size.buffers(), size.bufferBytes(), caps.has(Feature.BUFFER_PARTS));
    } catch (IOException e) {
      wakeup.close(true);
      if (opened != null) {
        opened.close(true);
      }
      throw e;
    }
    ring = opened;
    pipeCalls = new RingPipes(sys, ring);
    pipes = new KernelPipes(pipeCalls);
  }

  @Override
  public boolean anyThread() {
    return false;
  }

  @Override
  public Map<String, Long> shortages() {
    return Map.of("completions", ring.overflows(), "buffers", bufferShortages.get());
  }

  void missesBuffer() {
    bufferShortages.incrementAndGet();
  }

  @Override
  public StreamHandle stream(Network network) throws IOException {
    int family = SocketAddressCodec.family(network);
    int fd = IoUringHandle.socket(sys, network, family);
    return new IoUringStreamHandle(this, fd, family, network == Network.UNIXPACKET);
  }

  @Override
  public ListenHandle listener(Network network) throws IOException {
    int family = SocketAddressCodec.family(network);
    int fd = IoUringHandle.socket(sys, network, family);
    return new IoUringListenHandle(this, fd, family, network == Network.UNIXPACKET);
  }

  @Override
  public @Nullable Pipe pipe() {
    return pipes.take();
  }

  // Java alone has no way to a file's descriptor
  @Override
  public boolean pipesTakeFiles() {
    return false;
  }

  @Override
  public int poll(long timeoutNanos) throws IOException {
    if (closed) {
      throw new IOException("the poller is closed");
    }
    if (!wakeup.has(InFlight.RECEIVE)) {
      start(wakeup, InFlight.RECEIVE, Sqe.READ, wakeup.fd).memory(wakeup.address(), Long.BYTES);
    }
    return turn(timeoutNanos);
  }

  private int turn(long timeoutNanos) throws ErrnoException {
    boolean wait = timeoutNanos != 0 && ring.reap() == 0;
    if (wait || ring.needsEnter()) {
      ring.enter(wait ? 1 : 0, timeoutNanos);
    }
    ring.reap();
    int delivered = 0;
    while (ring.advance()) {
      delivered++;
      deliver(ring.userData(), ring.result(), ring.flags());
    }
    return delivered;
  }

  private void deliver(long userData, int result, int flags) {
    InFlight owner = owners.find(userData);
    int kind = (int) (userData >>> 56);
    if ((kind & InFlight.CANCEL) != 0) {
      canceled(owner, kind & ~InFlight.CANCEL, result);
      return;
    }
    assert owner != null : "a completion of what has ended";
    if ((flags & Ring.CQE_F_MORE) == 0) {
      owners.end(owner, kind);
    }
    owner.completed(kind, result, flags);
  }

  /**
   * The kernel finds nothing to cancel while the target is on its way from one of its queues to
   * another, and remembers nothing: ask again, unless that was the target's end.
   */
  private void canceled(@Nullable InFlight owner, int kind, int result) {
    if (result < 0 && owner != null && owner.has(kind) && owner.isCanceled(kind)) {
      askToEnd(owner, kind);
    }
  }

  @Override
  public void wakeup() {
    wakeup.signal();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    forEachHandle(handle -> handle.cancel(Direction.READ));
    forEachHandle(handle -> handle.cancel(Direction.WRITE));
    boolean drained = drain();
    closed = true;
    forEachHandle(IoUringHandle::abandon);
    if (drained) {
      buffers.close(ring);
    }
    wakeup.close(drained);
    ring.close(drained);
    pipes.close();
  }

  private void forEachHandle(Consumer<IoUringHandle> action) {
    for (InFlight owner : owners.all()) {
      if (owner instanceof IoUringHandle handle) {
        action.accept(handle);
      }
    }
  }

  private boolean drain() {
    long start = System.nanoTime();
    Exception cause = null;
    try {
      if (owners.inFlight() > 0) {
        ring.next(Sqe.ASYNC_CANCEL, -1, InFlight.NOBODY).opFlags(CANCEL_ALL_ANY);
      }
      while (owners.inFlight() > 0 && System.nanoTime() - start < DRAIN_MAX_NANOS) {
        turn(DRAIN_STEP_NANOS);
      }
    } catch (ErrnoException | UncheckedIOException e) {
      cause = e;
    }
    int left = owners.inFlight();
    if (left > 0) {
      System.getLogger(IoUringPoller.class.getName())
          .log(Level.ERROR, left + " operations did not end; their memory is lost", cause);
    }
    return left == 0;
  }

  /** As send(2). Any thread; allocates only when another one is here, too. */
  int sendNow(int fd, long address, int bytes, int flags) {
    MemorySegment frame = spareFrame.getAndSet(null);
    if (frame == null) {
      frame = Arena.ofAuto().allocate(Sys.FRAME_BYTES, Long.BYTES);
    }
    int result = (int) sys.make(Call.SENDTO, Sys.fill(frame, fd, address, bytes, flags));
    spareFrame.set(frame);
    return result;
  }

  boolean closed() {
    return closed;
  }

  void remove(InFlight owner) {
    if (!closed) {
      owners.remove(owner);
    }
  }

  /** Begins an operation, whose submission is still to be filled. */
  Sqe start(InFlight owner, int kind, int opcode, int fd) {
    return ring.next(opcode, fd, owners.begin(owner, kind));
  }

  /** Asks the kernel to end an operation, once, if it is in flight. */
  void cancel(InFlight owner, int kind) {
    if (!closed && owner.markCanceled(kind)) {
      askToEnd(owner, kind);
    }
  }

  private void askToEnd(InFlight owner, int kind) {
    ring.next(Sqe.ASYNC_CANCEL, -1, owner.userData(kind | InFlight.CANCEL))
        .memory(owner.userData(kind), 0);
  }

  void giveBack(int buffer) {
    if (!closed) {
      buffers.giveBack(buffer);
    }
  }
}
