package io.weft;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/** The writing direction of a connection as a stream; any number of them, all the same. */
final class ConnOutputStream extends OutputStream {
  private final Conn conn;

  ConnOutputStream(Conn conn) {
    this.conn = conn;
  }

  Conn conn() {
    return conn;
  }

  @Override
  public void write(int value) throws IOException {
    conn.write(new byte[] {(byte) value});
  }

  @Override
  public void write(byte[] src, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, src.length);
    // a stream has no messages, and so no empty ones
    if (length > 0) {
      conn.write(src, offset, length);
    }
  }

  @Override
  public void close() {
    conn.close();
  }
}
