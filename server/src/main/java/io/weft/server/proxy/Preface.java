package io.weft.server.proxy;

import io.weft.Conn;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The first bytes of a connection, which are looked at before any are relayed. */
final class Preface {
  /** No bytes. */
  static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private static final int CAPACITY_MIN = 2048;

  private final Conn conn;
  private ByteBuffer bytes = NOTHING;

  Preface(Conn conn) {
    this.conn = conn;
  }

  /** What has arrived and was not taken away, from position to limit. */
  ByteBuffer bytes() {
    return bytes;
  }

  /** The same, for good: it is kept here no more. */
  ByteBuffer take() {
    ByteBuffer taken = bytes;
    bytes = NOTHING;
    return taken;
  }

  /** Takes bytes away that are not to be relayed. */
  void skip(int count) {
    bytes.position(bytes.position() + count);
  }

  /**
   * Waits until more is there.
   *
   * @throws EOFException the stream has ended
   */
  void readMore() throws IOException {
    conn.awaitReadable();
    bytes =
        bytes.remaining() < bytes.capacity()
            ? bytes.compact()
            : ByteBuffer.allocate(Math.max(2 * bytes.capacity(), CAPACITY_MIN)).put(bytes);
    int read = conn.read(bytes);
    bytes.flip();
    if (read < 0) {
      throw new EOFException("end of stream");
    }
  }
}
