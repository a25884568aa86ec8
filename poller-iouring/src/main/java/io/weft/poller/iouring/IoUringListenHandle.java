package io.weft.poller.iouring;

import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.ErrnoException;
import io.weft.spi.ListenHandle;
import io.weft.spi.Poller;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket on a ring. A canceled accept stays in the kernel, and its connection is the
 * next caller's.
 */
final class IoUringListenHandle extends IoUringHandle implements ListenHandle {
  private static final int CLOEXEC = 02000000;
  private static final int NONE = -1;

  private @Nullable Op op;
  private @Nullable Completion waiter;
  private int arrived = NONE;

  IoUringListenHandle(IoUringPoller poller, int fd, int family) {
    super(poller, fd, family);
  }

  @Override
  public void listen(SocketAddress address, int backlogMax) throws IOException {
    bindTo(address);
    Sys.LISTEN.need(fd, backlogMax);
  }

  @Override
  public int accept(Completion done) {
    if (arrived != NONE) {
      return 0;
    }
    if (op == null) {
      op = poller.allocate(this);
    }
    if (!op.inFlight()) {
      poller.start(op, Sqe.ACCEPT, fd, null).opFlags(CLOEXEC);
    }
    waiter = done;
    return Completion.PENDING;
  }

  @Override
  public StreamHandle accepted(Poller owner) throws IOException {
    if (arrived == NONE) {
      throw new IllegalStateException("no connection was accepted");
    }
    StreamHandle stream = new IoUringStreamHandle((IoUringPoller) owner, arrived, family);
    arrived = NONE;
    return stream;
  }

  @Override
  public void completed(Op ended, int result, int flags) {
    Completion told = waiter;
    waiter = null;
    if (result >= 0) {
      arrived = result;
    }
    if (told != null) {
      told.complete(Math.min(result, 0));
    }
    closeIfDrained();
  }

  @Override
  public void cancel(Direction direction) {
    Completion told = waiter;
    if (direction == Direction.READ && told != null) {
      waiter = null;
      told.complete(Completion.CANCELED);
    }
  }

  @Override
  boolean cancelAll() {
    return op != null && poller.cancel(op);
  }

  @Override
  boolean inFlight() {
    return op != null && op.inFlight();
  }

  @Override
  void abandon() {
    cancel(Direction.READ);
  }

  @Override
  void release() {
    if (arrived != NONE) {
      Sys.CLOSE.call(arrived);
    }
    poller.free(op);
    super.release();
  }
}
