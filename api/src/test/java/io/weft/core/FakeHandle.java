package io.weft.core;

import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.ErrnoException;
import io.weft.spi.Handle;
import io.weft.spi.NativeMemory;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What fake streams and fake listeners have in common. The poller's lock guards all state. */
abstract class FakeHandle implements Handle {
  private static final int PENDING = Completion.PENDING;

  final FakePoller poller;
  final Map<SocketOption<?>, Object> options = new ConcurrentHashMap<>();
  // what was done to the socket before it was connected, in order
  final Queue<String> calls = new ConcurrentLinkedQueue<>();
  final AtomicInteger cancels = new AtomicInteger();
  // operations that were started; attempts of readiness included
  final AtomicInteger starts = new AtomicInteger();
  private final Map<Direction, FakeOp> pending = new EnumMap<>(Direction.class);
  private volatile SocketAddress local = new InetSocketAddress("127.0.0.1", 4000);
  private volatile int addressErrno;
  private boolean holdsCancels;
  private boolean holdsClose;
  private @Nullable Completion closing;
  private boolean closed;
  private boolean released;

  FakeHandle(FakePoller poller) {
    this.poller = poller;
    poller.handles.add(this);
  }

  /** The result that the kernel has for an operation now; PENDING for none. Under the lock. */
  abstract int resultOf(FakeOp op);

  /** Whether the kernel has a result, which resultOf would take. Under the lock. */
  abstract boolean hasResult(FakeOp op);

  /** Runs a change of the kernel's state. */
  final void kernel(Runnable change) {
    poller.lock.lock();
    try {
      change.run();
      poller.dirty();
    } finally {
      poller.lock.unlock();
    }
  }

  /** Completion manner: a canceled operation does not complete until told otherwise. */
  final void holdCancels(boolean hold) {
    kernel(() -> holdsCancels = hold);
  }

  /** The release of the descriptor is pending until told otherwise. */
  final void holdClose(boolean hold) {
    kernel(() -> holdsClose = hold);
  }

  final void failAddresses(int errno) {
    addressErrno = errno;
  }

  final boolean isPending(Direction direction) {
    poller.lock.lock();
    try {
      return pending.containsKey(direction);
    } finally {
      poller.lock.unlock();
    }
  }

  /** Whether something waits that has given no memory to the kernel. */
  final boolean isPendingWithoutMemory(Direction direction) {
    poller.lock.lock();
    try {
      FakeOp op = pending.get(direction);
      return op != null && op.buffers.isEmpty();
    } finally {
      poller.lock.unlock();
    }
  }

  final boolean isCancelAsked(Direction direction) {
    poller.lock.lock();
    try {
      FakeOp op = pending.get(direction);
      return op != null && op.cancelAsked;
    } finally {
      poller.lock.unlock();
    }
  }

  final boolean isReleased() {
    poller.lock.lock();
    try {
      return released;
    } finally {
      poller.lock.unlock();
    }
  }

  /** Starts an operation; under the rules of the manner. */
  final int start(Direction direction, FakeOp op) {
    if (poller.anyThread() && isFull(op)) {
      op.done.full();
    }
    poller.lock.lock();
    try {
      starts.incrementAndGet();
      requireUsable(op.kind.toString());
      if (pending.containsKey(direction)) {
        poller.violate("two operations of " + direction);
      }
      if (poller.isClosing()) {
        return Completion.CANCELED;
      }
      if (isImmediate(op) && hasResult(op)) {
        return resultOf(op);
      }
      pending.put(direction, op);
      poller.dirty();
      return PENDING;
    } finally {
      poller.lock.unlock();
    }
  }

  private boolean isFull(FakeOp op) {
    poller.lock.lock();
    try {
      return op.kind == FakeOp.Kind.WRITE && !hasResult(op);
    } finally {
      poller.lock.unlock();
    }
  }

  /** Whether a result that is there is returned at once instead of in the next poll. */
  boolean isImmediate(FakeOp op) {
    return poller.anyThread();
  }

  final void requireOpen(String what) {
    if (closed) {
      poller.violate(what + " after close");
    }
  }

  final void requireUsable(String what) {
    requireOpen(what);
    if (!poller.anyThread()) {
      poller.requireLoop(what);
    }
  }

  final void requireMemory(ByteBuffer buffer, boolean first) {
    if (!NativeMemory.isStable(buffer) || (first && !buffer.hasRemaining())) {
      poller.violate("memory that must not be given to the kernel: " + buffer);
    }
  }

  /** Takes what poll delivers. Under the lock. */
  final void collect(List<Runnable> completions) {
    for (Direction direction : Direction.values()) {
      FakeOp op = pending.get(direction);
      if (op != null) {
        int result = polled(op);
        if (result != PENDING) {
          end(direction, op, result, completions);
        } else if (!poller.anyThread() && !op.toldFull && op.kind == FakeOp.Kind.WRITE) {
          op.toldFull = true;
          completions.add(op.done::full);
        }
      }
    }
    Completion told = closing;
    if (told != null && !holdsClose) {
      closing = null;
      released = true;
      completions.add(() -> told.complete(0));
    }
  }

  private int polled(FakeOp op) {
    if (hasResult(op)) {
      return poller.anyThread() ? Completion.AGAIN : checkedResult(op);
    }
    return op.cancelAsked && !holdsCancels ? Completion.CANCELED : PENDING;
  }

  private int checkedResult(FakeOp op) {
    if (!op.isUntouched()) {
      poller.violate("memory of a pending operation was touched");
    }
    return resultOf(op);
  }

  private void end(Direction direction, FakeOp op, int result, List<Runnable> completions) {
    pending.remove(direction);
    completions.add(() -> op.done.complete(result));
  }

  /** The poller is closed. Under the lock. */
  final void abandon(List<Runnable> completions) {
    for (Direction direction : Direction.values()) {
      FakeOp op = pending.get(direction);
      if (op != null) {
        end(direction, op, Completion.CANCELED, completions);
      }
    }
    holdsClose = false;
    collect(completions);
  }

  @Override
  public void cancel(Direction direction) {
    FakeOp ended = null;
    poller.lock.lock();
    try {
      cancels.incrementAndGet();
      requireUsable("cancel");
      FakeOp op = pending.get(direction);
      if (op == null) {
        return;
      }
      if (poller.anyThread()) {
        ended = pending.remove(direction);
      } else {
        op.cancelAsked = true;
        poller.dirty();
      }
    } finally {
      poller.lock.unlock();
    }
    if (ended != null) {
      ended.done.complete(Completion.CANCELED);
    }
  }

  @Override
  public int close(Completion done) {
    poller.lock.lock();
    try {
      if (closed) {
        poller.violate("close called twice");
      }
      if (!pending.isEmpty()) {
        poller.violate("close with operations pending: " + pending.keySet());
      }
      if (!poller.isClosed() && !poller.anyThread()) {
        poller.requireLoop("close");
      }
      closed = true;
      if (poller.isClosed() || (!holdsClose && poller.anyThread())) {
        released = true;
        return 0;
      }
      closing = done;
      poller.dirty();
      return PENDING;
    } finally {
      poller.lock.unlock();
    }
  }

  @Override
  public <T> void setOption(SocketOption<T> option, T value) throws ErrnoException {
    poller.requireNoLack();
    poller.requireSettable(option);
    calls.add(option.name() + "=" + value);
    options.put(option, value);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> T getOption(SocketOption<T> option) {
    poller.requireNoLack();
    return (T) Objects.requireNonNull(options.get(option), option::name);
  }

  @Override
  public SocketAddress localAddress() throws ErrnoException {
    if (addressErrno != 0) {
      throw new ErrnoException(addressErrno, null);
    }
    return local;
  }

  final void local(SocketAddress address) {
    local = address;
  }
}
