package io.weft.poller.iouring;

import io.weft.Network;
import io.weft.spi.ErrnoException;
import io.weft.spi.ListenHandle;
import io.weft.spi.Poller;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One loop's ring. Operations only fill submissions; {@link #poll} hands them over, waits and reaps
 * in one system call.
 */
final class IoUringPoller implements Poller {
  private static final System.Logger LOG = System.getLogger(IoUringPoller.class.getName());
  private static final int CANCEL_ALL_ANY = 1 | 1 << 2;
  private static final long DRAIN_MAX_NANOS = 5_000_000_000L;
  private static final long DRAIN_STEP_NANOS = 10_000_000L;

  private final Ring ring;
  private final BufferRing buffers;
  private final Wakeup wakeup;
  private final Ops ops = new Ops();
  private final Op wakeupRead = ops.allocate(this::woken);
  private final Queue<IoUringStreamHandle> bufferWaiters = new ArrayDeque<>();
  private boolean stopping;
  private volatile boolean closed;

  /**
   * Opens a ring.
   *
   * @param size how large
   * @throws ErrnoException the kernel refused
   */
  IoUringPoller(RingSize size) throws ErrnoException {
    ring = Ring.open(size.submissions(), size.completions());
    BufferRing opened = null;
    try {
      opened = new BufferRing(ring, size.buffers(), size.bufferBytes());
      wakeup = new Wakeup();
    } catch (ErrnoException e) {
      if (opened != null) {
        opened.close(ring);
      }
      ring.close(true);
      throw e;
    }
    buffers = opened;
  }

  @Override
  public boolean anyThread() {
    return false;
  }

  @Override
  public StreamHandle stream(Network network) throws IOException {
    int family = IoUringHandle.family(network);
    return new IoUringStreamHandle(this, IoUringHandle.socket(network, family), family);
  }

  @Override
  public ListenHandle listener(Network network) throws IOException {
    int family = IoUringHandle.family(network);
    return new IoUringListenHandle(this, IoUringHandle.socket(network, family), family);
  }

  @Override
  public void poll(long timeoutNanos) throws IOException {
    if (closed) {
      throw new IllegalStateException("the poller is closed");
    }
    if (!wakeupRead.inFlight()) {
      readWakeup();
    }
    turn(timeoutNanos);
  }

  private void turn(long timeoutNanos) throws ErrnoException {
    boolean wait = timeoutNanos != 0 && ring.reap() == 0;
    if (wait || ring.needsEnter()) {
      ring.enter(wait ? 1 : 0, timeoutNanos);
    }
    ring.reap();
    while (ring.advance()) {
      deliver(ring.userData(), ring.result(), ring.flags());
    }
  }

  private void deliver(long userData, int result, int flags) {
    Op op = ops.end(userData);
    if (op != null) {
      op.target.completed(op, result, flags);
    } else {
      assert userData == Ops.NOBODY : "a completion of an operation that has ended";
    }
  }

  private void readWakeup() {
    MemorySegment memory = wakeup.memory();
    start(wakeupRead, Sqe.READ, wakeup.fd(), memory).memory(memory.address(), wakeup.bytes());
  }

  private void woken(Op op, int result, int flags) {
    wakeup.consume();
    if (!stopping) {
      readWakeup();
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
    stopping = true;
    for (Op op : ops.all()) {
      if (op.target instanceof IoUringHandle handle) {
        handle.abandon();
      }
    }
    boolean drained = drain();
    closed = true;
    if (drained) {
      buffers.close(ring);
    } else {
      LOG.log(Level.ERROR, "{0} operations did not end; their memory is lost", ops.inFlight());
    }
    wakeup.close(drained);
    ring.close(drained);
  }

  private boolean drain() {
    long start = System.nanoTime();
    try {
      if (ops.inFlight() > 0) {
        ring.next(Sqe.ASYNC_CANCEL, -1, Ops.NOBODY).opFlags(CANCEL_ALL_ANY);
      }
      while (ops.inFlight() > 0 && System.nanoTime() - start < DRAIN_MAX_NANOS) {
        turn(DRAIN_STEP_NANOS);
      }
    } catch (ErrnoException | UncheckedIOException e) {
      LOG.log(Level.ERROR, "the ring broke while it was closed", e);
    }
    return ops.inFlight() == 0;
  }

  boolean closed() {
    return closed;
  }

  BufferRing buffers() {
    return buffers;
  }

  Ops ops() {
    return ops;
  }

  Op allocate(Op.Target target) {
    return ops.allocate(target);
  }

  void free(@Nullable Op op) {
    if (op != null && !closed) {
      ops.release(op);
    }
  }

  /**
   * Begins an operation and fills what every submission has.
   *
   * @param op its place
   * @param opcode an IORING_OP constant
   * @param fd the socket
   * @param memory the owner of the memory that it names, if any
   * @return the submission, to be filled at once
   */
  Sqe start(Op op, int opcode, int fd, @Nullable Object memory) {
    return ring.next(opcode, fd, ops.begin(op, memory));
  }

  MemorySegment scratch(long bytes) {
    return ring.scratch(bytes);
  }

  /**
   * Asks the kernel to end an operation, by its number, which no later operation has.
   *
   * @param op which one
   * @return whether it was in flight
   */
  boolean cancel(Op op) {
    if (!op.inFlight()) {
      return false;
    }
    ring.next(Sqe.ASYNC_CANCEL, -1, Ops.NOBODY).memory(op.userData(), 0);
    return true;
  }

  /** No buffer was free: starts the handle's receive again when one comes back, not by time. */
  void awaitBuffer(IoUringStreamHandle handle) {
    bufferWaiters.add(handle);
  }

  void giveBack(int buffer) {
    if (closed) {
      return;
    }
    buffers.giveBack(buffer);
    IoUringStreamHandle waiter = bufferWaiters.poll();
    if (waiter != null) {
      waiter.bufferIsBack();
    }
  }
}
