package io.weft;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;

/** The reading direction of a connection as a stream; any number of them, all the same. */
final class ConnInputStream extends InputStream {
  private final Conn conn;

  ConnInputStream(Conn conn) {
    this.conn = conn;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return conn.read(one) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] dst, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, dst.length);
    return conn.read(dst, offset, length);
  }

  @Override
  public long transferTo(OutputStream out) throws IOException {
    return out instanceof ConnOutputStream stream
        ? conn.transferTo(stream.conn(), Long.MAX_VALUE)
        : super.transferTo(out);
  }

  @Override
  public void close() {
    conn.close();
  }
}
