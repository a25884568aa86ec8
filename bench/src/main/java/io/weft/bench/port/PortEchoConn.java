package io.weft.bench.port;

import io.weft.spi.Completion;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.Queue;

/** One echoed connection: reads, writes back, and steps aside whenever it would have to wait. */
final class PortEchoConn implements Completion, Runnable {
  private static final int BUFFER_BYTES = 16 * 1024;

  private final StreamHandle handle;
  private final Queue<Runnable> ready;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private boolean writing;
  private int result = AGAIN;

  PortEchoConn(StreamHandle handle, Queue<Runnable> ready) throws IOException {
    this.handle = handle;
    this.ready = ready;
    handle.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }

  @Override
  public void complete(int completed) {
    result = completed;
    ready.add(this);
  }

  @Override
  public void run() {
    for (; ; ) {
      if (result == AGAIN) {
        result = writing ? handle.write(buffer, this) : handle.read(buffer, this);
      }
      if (result == PENDING) {
        return;
      }
      if (result != AGAIN && !advance(result)) {
        return;
      }
    }
  }

  /** What a result leads to; false when the connection has ended. */
  private boolean advance(int count) {
    if (count <= 0) {
      handle.close(released -> {});
      return false;
    }
    result = AGAIN;
    if (!writing) {
      buffer.limit(count);
      writing = true;
    } else if (count < buffer.remaining()) {
      buffer.position(buffer.position() + count);
    } else {
      buffer.clear();
      writing = false;
    }
    return true;
  }
}
