package io.weft.poller.iouring;

import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.ListenHandle;
import io.weft.spi.Poller;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket. A canceled accept stays in the kernel; its connection is the next caller's.
 */
final class IoUringListenHandle extends IoUringHandle implements ListenHandle {
  private static final int NONE = -1;

  private final Op op = new Op(this);
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
    if (poller.closed()) {
      return Completion.CANCELED;
    }
    if (!op.inFlight) {
      poller.start(op, Sqe.ACCEPT, fd, null).opFlags(SOCK_CLOEXEC);
    }
    waiter = done;
    return Completion.PENDING;
  }

  @Override
  public StreamHandle accepted(Poller owner) {
    assert arrived != NONE : "accept() has not returned 0";
    StreamHandle stream = new IoUringStreamHandle((IoUringPoller) owner, arrived, family);
    arrived = NONE;
    return stream;
  }

  @Override
  public void completed(Op ended, int result, int flags) {
    if (result >= 0) {
      arrived = result;
    }
    tell(result >= 0 ? Completion.AGAIN : result);
    closeIfDrained();
  }

  @Override
  public void cancel(Direction direction) {
    if (direction == Direction.READ) {
      tell(Completion.CANCELED);
    }
  }

  private void tell(int result) {
    Completion told = waiter;
    waiter = null;
    if (told != null) {
      told.complete(result);
    }
  }

  @Override
  boolean cancelInFlight() {
    return poller.cancel(op);
  }

  @Override
  boolean isInFlight() {
    return op.inFlight;
  }

  @Override
  void release() {
    poller.free(op);
    if (arrived != NONE) {
      Sys.CLOSE.call(arrived);
    }
    Sys.CLOSE.call(fd);
  }
}
