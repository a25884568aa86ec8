package io.weft.poller.iouring;

import io.weft.Network;
import io.weft.spi.Direction;
import io.weft.spi.ErrnoException;
import io.weft.spi.ListenHandle;
import io.weft.spi.Poller;
import io.weft.spi.SocketAddressCodec;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Queue;
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
  final Op.Table ops = new Op.Table();
  // who has bytes to receive, but nowhere to
  final Queue<IoUringStreamHandle> bufferWaiters = new ArrayDeque<>();
  private final Wakeup wakeup;
  private volatile boolean closed;

  IoUringPoller(Sys sys, Caps caps, Size size) throws IOException {
    this.sys = sys;
    wakeup = new Wakeup(sys);
    Ring opened = null;
    try {
      opened = Ring.open(sys, caps, size.submissions(), size.completions());
      buffers = new BufferRing(sys, opened, size.buffers(), size.bufferBytes());
    } catch (IOException e) {
      wakeup.close(true);
      if (opened != null) {
        opened.close(true);
      }
      throw e;
    }
    ring = opened;
  }

  @Override
  public boolean anyThread() {
    return false;
  }

  @Override
  public StreamHandle stream(Network network) throws IOException {
    int family = SocketAddressCodec.family(network);
    return new IoUringStreamHandle(this, IoUringHandle.socket(sys, network, family), family);
  }

  @Override
  public ListenHandle listener(Network network) throws IOException {
    int family = SocketAddressCodec.family(network);
    return new IoUringListenHandle(this, IoUringHandle.socket(sys, network, family), family);
  }

  @Override
  public int poll(long timeoutNanos) throws IOException {
    if (closed) {
      throw new IOException("the poller is closed");
    }
    if (!wakeup.read.inFlight) {
      start(wakeup.read, Sqe.READ, wakeup.fd, null).memory(wakeup.address(), Long.BYTES);
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
      Op op = ops.end(ring.userData());
      if (op != null) {
        op.target.completed(op, ring.result(), ring.flags());
      } else {
        assert ring.userData() == Op.NOBODY : "a completion of what has ended";
      }
    }
    return delivered;
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
    for (Op op : ops.all()) {
      if (op.target instanceof IoUringHandle handle) {
        handle.cancel(Direction.READ);
      }
    }
    boolean drained = drain();
    closed = true;
    if (drained) {
      buffers.close(ring);
    }
    wakeup.close(drained);
    ring.close(drained);
  }

  private boolean drain() {
    long start = System.nanoTime();
    Exception cause = null;
    try {
      if (ops.inFlight() > 0) {
        ring.next(Sqe.ASYNC_CANCEL, -1, Op.NOBODY).opFlags(CANCEL_ALL_ANY);
      }
      while (ops.inFlight() > 0 && System.nanoTime() - start < DRAIN_MAX_NANOS) {
        turn(DRAIN_STEP_NANOS);
      }
    } catch (ErrnoException | UncheckedIOException e) {
      cause = e;
    }
    int left = ops.inFlight();
    if (left > 0) {
      System.getLogger(IoUringPoller.class.getName())
          .log(Level.ERROR, left + " operations did not end; their memory is lost", cause);
    }
    return left == 0;
  }

  boolean closed() {
    return closed;
  }

  void free(Op op) {
    if (!closed) {
      ops.release(op);
    }
  }

  /** Begins an operation; memory is the owner of what the submission, still to be filled, names. */
  Sqe start(Op op, int opcode, int fd, @Nullable Object memory) {
    return ring.next(opcode, fd, ops.begin(op, memory));
  }

  /** Asks the kernel to end an operation, if it is in flight, by what no later one is known by. */
  boolean cancel(Op op) {
    if (!op.inFlight || closed) {
      return false;
    }
    ring.next(Sqe.ASYNC_CANCEL, -1, Op.NOBODY).memory(op.userData(), 0);
    return true;
  }

  void giveBack(int buffer) {
    if (closed) {
      return;
    }
    buffers.giveBack(buffer);
    // those whose reader has left need none
    for (IoUringStreamHandle next = bufferWaiters.poll(); next != null; ) {
      next = next.resume() ? null : bufferWaiters.poll();
    }
  }
}
