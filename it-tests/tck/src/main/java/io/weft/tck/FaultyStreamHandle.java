package io.weft.tck;

import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Pipe;
import io.weft.spi.StreamHandle;
import io.weft.tck.FaultPlan.Call;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stream socket that does what was ordered.
 *
 * @param handle the adapter's
 * @param faults what was ordered
 */
record FaultyStreamHandle(StreamHandle handle, HandleFaults faults) implements StreamHandle {
  @Override
  public void bind(SocketAddress local) throws IOException {
    handle.bind(local);
  }

  @Override
  public int connect(SocketAddress remote, Completion done) {
    return faults.run(Call.CONNECT, done, d -> handle.connect(remote, d));
  }

  @Override
  public int read(ByteBuffer dst, @Nullable Completion done) {
    if (done != null) {
      return faults.run(Call.READ, done, d -> handle.read(dst, d));
    }
    int error = faults.plan().error(Call.READ);
    return error == 0 ? handle.read(dst, null) : error;
  }

  @Override
  public int readable(Completion done) {
    return faults.run(Call.READABLE, done, handle::readable);
  }

  @Override
  public int write(ByteBuffer src, Completion done) {
    int bytesMax = faults.plan().writeBytes();
    if (bytesMax < 0) {
      return bytesMax;
    }
    ByteBuffer part = part(src, bytesMax);
    return write(done, d -> handle.write(part, d));
  }

  @Override
  public int write(ByteBuffer[] srcs, int from, int to, Completion done) {
    faults.plan().gathered();
    if (!faults.plan().shortensWrites()) {
      return write(done, d -> handle.write(srcs, from, to, d));
    }
    int left = faults.plan().writeBytes();
    if (left < 0) {
      return left;
    }
    List<ByteBuffer> parts = new ArrayList<>();
    for (int i = from; i < to && i - from < GATHER_MAX && left > 0; i++) {
      ByteBuffer part = part(srcs[i], left);
      parts.add(part);
      left -= part.remaining();
    }
    ByteBuffer[] all = parts.toArray(ByteBuffer[]::new);
    return write(done, d -> handle.write(all, 0, all.length, d));
  }

  @Override
  public int read(Pipe to, int bytesMax) {
    int error = faults.plan().error(Call.PIPED_READ);
    int result = error == 0 ? handle.read(to, bytesMax) : error;
    faults.plan().piped(Math.max(result, 0));
    return result;
  }

  @Override
  public int write(Pipe from, int bytesMax, Completion done) {
    int error = faults.plan().error(Call.PIPED_WRITE);
    int bytes = error == 0 ? Math.min(bytesMax, faults.plan().writeBytes()) : error;
    return bytes < 0 ? bytes : write(done, d -> handle.write(from, bytes, d));
  }

  private int write(Completion done, FaultyOperation.Start start) {
    int result = faults.run(Call.WRITE, new Write(done, faults.plan()), start);
    if (result == Completion.PENDING) {
      faults.plan().writeWaits();
    }
    return result;
  }

  private static ByteBuffer part(ByteBuffer src, int bytesMax) {
    return src.remaining() <= bytesMax ? src : src.duplicate().limit(src.position() + bytesMax);
  }

  private record Write(Completion done, FaultPlan plan) implements Completion {
    @Override
    public void complete(int result) {
      done.complete(result);
    }

    @Override
    public void full() {
      plan.wasFull();
      done.full();
    }
  }

  @Override
  public boolean onFailure(Runnable told) {
    return handle.onFailure(told);
  }

  @Override
  public int failure() {
    return handle.failure();
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
    faults.cancel(direction);
  }

  @Override
  public int close(Completion done) {
    return handle.close(done);
  }
}
