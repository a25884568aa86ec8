package io.weft.poller.iouring;

import io.weft.poller.iouring.Sys.Call;
import io.weft.spi.Completion;
import io.weft.spi.ListenHandle;
import io.weft.spi.Poller;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.net.SocketAddress;

/**
 * A listening socket. A canceled accept stays in the kernel; its connection is the next caller's.
 */
final class IoUringListenHandle extends IoUringHandle implements ListenHandle {
  private static final int NONE = -1;

  private int arrived = NONE;

  IoUringListenHandle(IoUringPoller poller, int fd, int family) {
    super(poller, fd, family);
  }

  @Override
  public void listen(SocketAddress address, int backlogMax) throws IOException {
    bind(address);
    poller.sys.need(Call.LISTEN, fd, backlogMax);
  }

  @Override
  public int accept(Completion done) {
    if (arrived != NONE) {
      return 0;
    }
    if (poller.closed()) {
      return Completion.CANCELED;
    }
    in.waiter = done;
    if (!in.inFlight) {
      poller.start(in, Sqe.ACCEPT, fd, null).opFlags(SOCK_CLOEXEC);
    }
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
  void completedIn(int result, int flags) {
    if (result >= 0) {
      arrived = result;
    }
    in.tell(result >= 0 ? Completion.AGAIN : result);
  }

  @Override
  void releaseArrived() {
    if (arrived != NONE) {
      poller.sys.call(Call.CLOSE, arrived);
    }
  }
}
