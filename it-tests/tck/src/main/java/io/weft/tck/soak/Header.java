package io.weft.tck.soak;

import io.weft.Conn;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What every connection begins with, so that the server knows whose it is.
 *
 * @param session its number
 * @param leg which connection of the session
 */
record Header(int session, int leg) {
  private static final int BYTES = 8;

  void write(Conn conn) throws IOException {
    ByteBuffer src = ByteBuffer.allocate(BYTES).putInt(session).putInt(leg).flip();
    while (src.hasRemaining()) {
      try {
        conn.write(src);
      } catch (InterruptedIOException e) {
        Thread.interrupted();
        if (e instanceof SocketTimeoutException) {
          conn.setWriteDeadline(null);
        }
      }
    }
  }

  /** Null when the connection ended before it. */
  static @Nullable Header read(Conn conn) throws IOException {
    ByteBuffer dst = ByteBuffer.allocate(BYTES);
    while (dst.hasRemaining()) {
      if (conn.read(dst) < 0) {
        return null;
      }
    }
    return new Header(dst.getInt(0), dst.getInt(4));
  }
}
