package io.weft.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;

/** What goes over a connection. */
final class Traffic {
  private static final int CHUNK_BYTES = 8 * 1024;
  private static final int FILL_ATTEMPTS_IN_VAIN = 2;

  private Traffic() {}

  static byte[] randomBytes(Random random, int count) {
    byte[] bytes = new byte[count];
    // many times faster than the other, which took a fifth of the suite's time
    new SplittableRandom(random.nextLong()).nextBytes(bytes);
    return bytes;
  }

  /** Reads until {@code count} bytes are there. */
  static byte[] readFully(Conn conn, int count) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(count);
    while (all.hasRemaining()) {
      if (conn.read(all) < 0) {
        throw new EOFException("end of stream after " + all.position() + " of " + count);
      }
    }
    return all.array();
  }

  /** Reads until end of stream. */
  static byte[] readAll(Conn conn) throws IOException {
    byte[] all = new byte[CHUNK_BYTES];
    int length = 0;
    for (; ; ) {
      if (length == all.length) {
        all = Arrays.copyOf(all, 2 * length);
      }
      int n = conn.read(all, length, all.length - length);
      if (n < 0) {
        return Arrays.copyOf(all, length);
      }
      length += n;
    }
  }

  /** Reads until end of stream and forgets; returns how much. */
  static long discard(Conn conn) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    long total = 0;
    for (int n = conn.read(buffer); n >= 0; n = conn.read(buffer.clear())) {
      total += n;
    }
    return total;
  }

  /** As {@link #discard}, but the end may be of any kind. */
  static void discardQuietly(Conn conn) {
    quietly(() -> discard(conn));
  }

  /** Sends back what comes, until end of stream; the end may be of any kind. */
  static void echo(Conn conn) {
    quietly(
        () -> {
          ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES);
          while (conn.read(buffer.clear()) >= 0) {
            conn.write(buffer.flip());
          }
        });
  }

  /** Sends for ever, until the connection ends. */
  static void flood(Conn conn) {
    byte[] chunk = new byte[CHUNK_BYTES];
    Arrays.fill(chunk, (byte) 'a');
    quietly(
        () -> {
          for (; ; ) {
            conn.write(chunk);
          }
        });
  }

  /** Writes until nothing more goes into the kernel, and leaves the deadline cleared. */
  static long fill(Conn conn) throws IOException {
    return fill(conn, new byte[64 * 1024]);
  }

  /** As {@link #fill(Conn)}, these bytes over and over; returns how many went in. */
  static long fill(Conn conn, byte[] chunk) throws IOException {
    ByteBuffer next = ByteBuffer.wrap(chunk);
    long total = 0;
    // Who waits is told of much room only, so that there may be a little for another attempt; and
    // the kernel may find some more when it has asked the peer once again.
    for (int vain = 0; vain < FILL_ATTEMPTS_IN_VAIN; ) {
      conn.setWriteTimeout(Duration.ofMillis(200));
      int start = next.position();
      try {
        conn.write(next);
      } catch (SocketTimeoutException e) {
        assertThat(e.bytesTransferred).isEqualTo(next.position() - start);
      }
      int taken = next.position() - start;
      total += taken;
      vain = taken == 0 ? vain + 1 : 0;
      if (!next.hasRemaining()) {
        next.clear();
      }
    }
    conn.setWriteTimeout(null);
    return total;
  }

  /** A message goes there and another one back. */
  static void roundTrip(Conn one, Conn other) throws IOException {
    one.write(new byte[] {1, 2, 3});
    assertThat(readFully(other, 3)).containsExactly(1, 2, 3);
    other.write(new byte[] {4, 5});
    assertThat(readFully(one, 2)).containsExactly(4, 5);
  }

  /** Sends a message to a peer that echoes. */
  static void echoRoundTrip(Conn conn) throws IOException {
    conn.write(new byte[] {7, 8, 9});
    assertThat(readFully(conn, 3)).containsExactly(7, 8, 9);
  }

  private static void quietly(Step step) {
    try {
      step.run();
    } catch (ClosedChannelException | SocketException | SocketTimeoutException e) {
      // the case has ended the connection in its own way
    } catch (Exception e) {
      throw new AssertionError("an unexpected end", e);
    }
  }
}
