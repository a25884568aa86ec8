package io.weft.tck;

import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream socket whose reads fail to order and whose writes are short.
 *
 * @param handle the adapter's
 * @param readError asked before each read: 0, or the negated errno that it gives
 * @param writeBytesMax asked before each write: what it takes at most
 */
record FaultyStreamHandle(StreamHandle handle, IntSupplier readError, IntSupplier writeBytesMax)
    implements StreamHandle {
  @Override
  public void bind(SocketAddress local) throws IOException {
    handle.bind(local);
  }

  @Override
  public int connect(SocketAddress remote, Completion done) {
    return handle.connect(remote, done);
  }

  @Override
  public int read(ByteBuffer dst, @Nullable Completion done) {
    int error = readError.getAsInt();
    return error == 0 ? handle.read(dst, done) : error;
  }

  @Override
  public int readable(Completion done) {
    return handle.readable(done);
  }

  @Override
  public int write(ByteBuffer src, Completion done) {
    int max = writeBytesMax.getAsInt();
    ByteBuffer part = src.remaining() <= max ? src : src.duplicate().limit(src.position() + max);
    return handle.write(part, done);
  }

  @Override
  public int write(ByteBuffer[] srcs, int from, int to, Completion done) {
    if (writeBytesMax.getAsInt() == Integer.MAX_VALUE) {
      return handle.write(srcs, from, to, done);
    }
    int first = from;
    while (!srcs[first].hasRemaining()) {
      first++;
    }
    return write(srcs[first], done);
  }

  @Override
  public void shutdown(Direction direction) throws IOException {
    handle.shutdown(direction);
  }

  @Override
  public SocketAddress remoteAddress() throws IOException {
    return handle.remoteAddress();
  }

  @Override
  public <T> void setOption(SocketOption<T> option, T value) throws IOException {
    handle.setOption(option, value);
  }

  @Override
  public <T> T getOption(SocketOption<T> option) throws IOException {
    return handle.getOption(option);
  }

  @Override
  public SocketAddress localAddress() throws IOException {
    return handle.localAddress();
  }

  @Override
  public void cancel(Direction direction) {
    handle.cancel(direction);
  }

  @Override
  public int close(Completion done) {
    return handle.close(done);
  }
}
