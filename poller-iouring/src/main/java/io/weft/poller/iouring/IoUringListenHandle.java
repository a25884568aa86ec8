package io.weft.poller.iouring;

import io.weft.poller.iouring.ring.Caps.Feature;
import io.weft.poller.iouring.ring.Sqe;
import io.weft.poller.iouring.ring.sys.Sys;
import io.weft.poller.iouring.ring.sys.Sys.Call;
import io.weft.spi.Completion;
import io.weft.spi.ListenHandle;
import io.weft.spi.Poller;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A listening socket. One accept stays in the kernel and brings one connection after the other,
 * also when nobody waits, up to a bound; they are the next callers'.
 */
final class IoUringListenHandle extends IoUringHandle implements ListenHandle {
  // beyond it the kernel queues, but for those that it has accepted already
  private static final int ARRIVED_MAX = 64;

  private final boolean messages;
  private final Queue<Integer> arrived = new ArrayDeque<>();

  IoUringListenHandle(IoUringPoller poller, int fd, int family, boolean messages) {
    super(poller, fd, family);
    this.messages = messages;
  }

  @Override
  public void listen(SocketAddress address, int backlogMax) throws IOException {
    bind(address);
    poller.sys.need(Call.LISTEN, fd, backlogMax);
  }

  @Override
  public int accept(Completion done) {
    return arrived.isEmpty() ? awaitIn(done) : 0;
  }

  @Override
  public StreamHandle accepted(Poller owner) {
    return new IoUringStreamHandle((IoUringPoller) owner, arrived.remove(), family, messages);
  }

  @Override
  void receive() {
    boolean stays = poller.ring.caps.has(Feature.ACCEPT_MULTISHOT);
    poller
        .start(this, RECEIVE, Sqe.ACCEPT, fd)
        .opFlags(Sys.SOCK_CLOEXEC)
        .also(stays ? Sqe.ACCEPT_MULTISHOT : 0);
  }

  @Override
  void received(int result, int flags) {
    if (result >= 0) {
      arrived.add(result);
      if (arrived.size() >= ARRIVED_MAX) {
        poller.cancel(this, RECEIVE);
      }
      tellReader(Completion.AGAIN);
    } else if (result != Completion.CANCELED) {
      tellReader(result);
    } else if (hasReader()) {
      // he came when the queue had been emptied, but what ended at its bound was still there
      receive();
    }
  }

  @Override
  void sent(int kind, int result, int flags) {
    throw new AssertionError("a listener sends nothing");
  }

  @Override
  void releaseArrived() {
    arrived.forEach(connection -> poller.sys.call(Call.CLOSE, connection));
    arrived.clear();
  }
}
