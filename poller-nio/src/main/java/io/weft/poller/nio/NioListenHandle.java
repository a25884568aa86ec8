package io.weft.poller.nio;

import io.weft.spi.Completion;
import io.weft.spi.ErrnoException;
import io.weft.spi.ListenHandle;
import io.weft.spi.Poller;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A listening channel. */
final class NioListenHandle extends NioHandle<ServerSocketChannel> implements ListenHandle {
  // between accept() and accepted()
  private @Nullable SocketChannel taken;

  NioListenHandle(NioPoller poller, ServerSocketChannel channel) {
    super(poller, channel);
  }

  @Override
  void ready(int ops) {
    in.ready(SelectionKey.OP_ACCEPT);
  }

  @Override
  public void listen(SocketAddress address, int backlogMax) throws ErrnoException {
    requirePath(address);
    try {
      channel.bind(address, backlogMax);
    } catch (IOException | RuntimeException e) {
      throw NioErrors.exception(e);
    }
  }

  @Override
  public int accept(Completion done) {
    try {
      for (; ; ) {
        if (in.attempt()) {
          taken = channel.accept();
          if (taken != null) {
            in.more();
            return 0;
          }
        }
        int armed = in.await(SelectionKey.OP_ACCEPT, done);
        if (armed != Completion.AGAIN) {
          return armed;
        }
      }
    } catch (IOException | RuntimeException e) {
      in.more();
      return NioErrors.result(e);
    }
  }

  @Override
  public StreamHandle accepted(Poller owner) throws ErrnoException {
    SocketChannel accepted = Objects.requireNonNull(taken, "accept() has not taken a connection");
    taken = null;
    try {
      return ((NioPoller) owner).adopt(accepted);
    } catch (IOException | RuntimeException e) {
      throw NioErrors.exception(e);
    }
  }
}
