package io.weft.tck.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/**
 * Two ends of a connection.
 *
 * @param near the adapter's
 * @param far a plain, blocking channel of the JDK
 */
record PortPair(StreamHandle near, SocketChannel far) implements AutoCloseable {
  void farWrites(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      far.write(buffer);
    }
  }

  byte[] farReads(int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining() && far.read(buffer) >= 0) {
      assertThat(buffer.position()).isPositive();
    }
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  int farReadsOnce() throws IOException {
    return far.read(ByteBuffer.allocate(1));
  }

  @Override
  public void close() throws IOException {
    far.close();
  }
}
