package io.weft.poller.epoll;

import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.ErrnoException;
import io.weft.spi.ListenHandle;
import io.weft.spi.Poller;
import io.weft.spi.SocketAddressCodec;
import io.weft.spi.StreamHandle;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A listening socket. What one event tells is remembered until the queue is empty. */
final class EpollListenHandle extends EpollHandle implements ListenHandle {
  private static final int NONE = -1;

  // the connection between accept() and accepted(), and its peer
  private int taken = NONE;
  private @Nullable SocketAddress peer;

  EpollListenHandle(EpollPoller poller, Socket socket) {
    super(poller, socket);
  }

  @Override
  void ready(int events) {
    in.signal();
  }

  @Override
  void cancelAll() {
    in.cancel();
  }

  @Override
  public void cancel(Direction direction) {
    if (direction == Direction.READ) {
      in.cancel();
    }
  }

  @Override
  public void listen(SocketAddress address, int backlogMax) throws ErrnoException {
    bind(address);
    ErrnoException.check(sys.listen(socket.fd(), backlogMax));
    poller.register(this);
  }

  @Override
  public int accept(Completion done) {
    for (; ; ) {
      if (in.attempt()) {
        int result = acceptNow();
        if (result != WOULD_BLOCK) {
          // the queue may hold more, and an error has taken nothing out of it
          in.more();
          return result;
        }
      }
      int armed = await(in, done);
      if (armed != Completion.AGAIN) {
        return armed;
      }
    }
  }

  private int acceptNow() {
    ByteBuffer memory = poller.takeAddressMemory();
    try {
      long accepted;
      do {
        accepted = sys.accept(socket.fd(), sys.address(memory));
      } while (accepted == INTERRUPTED);
      if (accepted < 0) {
        return (int) accepted;
      }
      taken = (int) accepted;
      peer = SocketAddressCodec.decode(memory, (int) (accepted >> Integer.SIZE));
      return 0;
    } finally {
      poller.give(memory);
    }
  }

  @Override
  public StreamHandle accepted(Poller owner) throws ErrnoException {
    assert taken != NONE : "accept() has not taken a connection";
    Socket connection = new Socket(taken, socket.network(), socket.family());
    taken = NONE;
    EpollPoller loop = (EpollPoller) owner;
    EpollStreamHandle stream = new EpollStreamHandle(loop, connection, peer);
    try {
      loop.register(stream);
    } catch (ErrnoException e) {
      sys.close(connection.fd());
      throw e;
    }
    return stream;
  }
}
