package io.weft.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/** A client or a server on the JDK's own socket. */
record Plain(SocketChannel channel) implements AutoCloseable {
  private static final long QUIET_NANOS = 200_000_000;

  void say(String text) throws IOException {
    say(text.getBytes(StandardCharsets.UTF_8));
  }

  void say(byte[] bytes) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    while (rest.hasRemaining()) {
      channel.write(rest);
    }
  }

  /** Reads as much as the text has, which has to be the text. */
  void hear(String text) throws IOException {
    byte[] expected = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer heard = ByteBuffer.allocate(expected.length);
    while (heard.hasRemaining() && channel.read(heard) >= 0) {
      // more may come
    }
    assertThat(StandardCharsets.UTF_8.decode(heard.flip()).toString()).isEqualTo(text);
  }

  /** Reads to the end of the stream, where the text has to end. */
  void hearTheEndAfter(String text) throws IOException {
    hear(text);
    assertThat(channel.read(ByteBuffer.allocate(1))).as("end of stream").isEqualTo(-1);
  }

  /** Says something until nobody takes any more for a while. */
  void fill() throws IOException {
    ByteBuffer something = ByteBuffer.allocate(64 * 1024);
    channel.configureBlocking(false);
    long last = System.nanoTime();
    while (System.nanoTime() - last < QUIET_NANOS) {
      if (channel.write(something.clear()) > 0) {
        last = System.nanoTime();
      } else {
        LockSupport.parkNanos(QUIET_NANOS / 100);
      }
    }
    channel.configureBlocking(true);
  }

  /** Ends its own side. */
  void end() throws IOException {
    channel.shutdownOutput();
  }

  void reset() throws IOException {
    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    channel.close();
  }

  /**
   * Waits for the end of the connection, whatever comes before, and tells whether it is a reset.
   */
  boolean isReset() {
    ByteBuffer anything = ByteBuffer.allocate(64 * 1024);
    try {
      while (channel.read(anything.clear()) >= 0) {
        // it was on its way
      }
      return false;
    } catch (IOException e) {
      assertThat(e).hasMessage("Connection reset");
      return true;
    }
  }

  /** Says something until nobody takes it any more. */
  void awaitRefusal() {
    assertThatIOException()
        .isThrownBy(
            () -> {
              while (channel.isOpen()) {
                say(new byte[64 * 1024]);
              }
            });
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
