package io.weft.poller.nio;

import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A stream channel, connected or about to be. */
final class NioStreamHandle extends NioHandle<SocketChannel> implements StreamHandle {
  private static final int AGAIN = Completion.AGAIN;
  private static final int WOULD_BLOCK = -Errno.EAGAIN.number();

  private boolean connecting;
  // of the buffers of a gathering write, before it; belongs to the writer
  private int[] positions = {};

  NioStreamHandle(NioPoller poller, SocketChannel channel) {
    super(poller, channel);
  }

  @Override
  void ready(int ops) {
    if ((ops & SelectionKey.OP_READ) != 0) {
      in.ready(SelectionKey.OP_READ);
    }
    if ((ops & SelectionKey.OP_WRITE) != 0) {
      out.ready(SelectionKey.OP_WRITE);
    }
    if ((ops & SelectionKey.OP_CONNECT) != 0) {
      // Before anybody is told: a connected channel with this bit would keep select from waiting,
      // and the selector would not even say why.
      out.readyOnce(SelectionKey.OP_CONNECT);
    }
  }

  @Override
  public void bind(SocketAddress local) throws ErrnoException {
    requirePath(local);
    try {
      channel.bind(local);
    } catch (IOException | RuntimeException e) {
      throw NioErrors.exception(e);
    }
  }

  @Override
  public int connect(SocketAddress remote, Completion done) {
    requirePath(remote);
    try {
      for (; ; ) {
        if (connecting ? channel.finishConnect() : channel.connect(remote)) {
          return 0;
        }
        if (remote instanceof UnixDomainSocketAddress) {
          // The queue is full. The kernel does not go on with it, though the JDK waits as for TCP
          // and would then take the socket for connected.
          return WOULD_BLOCK;
        }
        connecting = true;
        int armed = out.await(SelectionKey.OP_CONNECT, done);
        if (armed != AGAIN) {
          return armed;
        }
      }
    } catch (IOException | RuntimeException e) {
      return NioErrors.result(e);
    }
  }

  @Override
  public int read(ByteBuffer dst, @Nullable Completion done) {
    try {
      for (; ; ) {
        if (in.attempt() || done == null) {
          int result = receive(dst);
          if (result != WOULD_BLOCK || done == null) {
            return result;
          }
        }
        int armed = in.await(SelectionKey.OP_READ, done);
        if (armed != AGAIN) {
          return armed;
        }
      }
    } catch (IOException | RuntimeException e) {
      in.more();
      return NioErrors.result(e);
    }
  }

  private int receive(ByteBuffer dst) throws IOException {
    int position = dst.position();
    int room = dst.remaining();
    int received = channel.read(dst);
    dst.position(position);
    if (received == room || received < 0) {
      in.more();
    }
    return received == 0 ? WOULD_BLOCK : Math.max(received, 0);
  }

  @Override
  public int readable(Completion done) {
    if (in.known()) {
      return 0;
    }
    int armed = in.await(SelectionKey.OP_READ, done);
    return armed == AGAIN ? 0 : armed;
  }

  @Override
  public int write(ByteBuffer src, Completion done) {
    try {
      for (; ; ) {
        if (out.attempt()) {
          int result = send(src);
          if (result != WOULD_BLOCK) {
            return result;
          }
        }
        int armed = awaitRoom(done);
        if (armed != AGAIN) {
          return armed;
        }
      }
    } catch (IOException | RuntimeException e) {
      return failedWrite(e);
    }
  }

  private int send(ByteBuffer src) throws IOException {
    int position = src.position();
    int size = src.remaining();
    int sent = channel.write(src);
    src.position(position);
    return sent(sent, size);
  }

  @Override
  public int write(ByteBuffer[] srcs, int from, int to, Completion done) {
    try {
      for (; ; ) {
        if (out.attempt()) {
          int result = gather(srcs, from, to);
          if (result != WOULD_BLOCK) {
            return result;
          }
        }
        int armed = awaitRoom(done);
        if (armed != AGAIN) {
          return armed;
        }
      }
    } catch (IOException | RuntimeException e) {
      return failedWrite(e);
    }
  }

  private int gather(ByteBuffer[] srcs, int from, int to) throws IOException {
    int count = Math.min(to - from, GATHER_MAX);
    if (positions.length < count) {
      positions = new int[Math.max(count, 2 * positions.length)];
    }
    // as many as have a sum that an int can tell
    long size = 0;
    int used = 0;
    while (used < count && size + srcs[from + used].remaining() <= Integer.MAX_VALUE) {
      positions[used] = srcs[from + used].position();
      size += srcs[from + used].remaining();
      used++;
    }
    long sent = channel.write(srcs, from, used);
    for (int i = 0; i < used; i++) {
      srcs[from + i].position(positions[i]);
    }
    return sent((int) sent, size);
  }

  private int awaitRoom(Completion done) {
    done.full();
    return out.await(SelectionKey.OP_WRITE, done);
  }

  private int failedWrite(Exception e) {
    out.more();
    // what the JDK throws, whatever the kernel said, once this end has been shut down for writing
    boolean shutDown = e instanceof AsynchronousCloseException;
    return shutDown ? -Errno.EPIPE.number() : NioErrors.result(e);
  }

  private int sent(int sent, long size) {
    if (sent == size) {
      out.more();
    }
    return sent == 0 ? WOULD_BLOCK : sent;
  }

  @Override
  public void shutdown(Direction direction) throws ErrnoException {
    try {
      if (direction == Direction.READ) {
        channel.shutdownInput();
        in.end();
      } else {
        channel.shutdownOutput();
        out.end();
      }
    } catch (IOException | NotYetConnectedException e) {
      throw NioErrors.exception(e);
    }
  }

  @Override
  public SocketAddress remoteAddress() throws ErrnoException {
    SocketAddress remote;
    try {
      remote = channel.getRemoteAddress();
    } catch (IOException e) {
      throw NioErrors.exception(e);
    }
    return known(remote, Errno.ENOTCONN);
  }
}
