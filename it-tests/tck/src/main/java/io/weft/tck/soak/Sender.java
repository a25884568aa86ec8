package io.weft.tck.soak;

import io.weft.Conn;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Random;

/** Sends a stream in pieces of all sizes and kinds, and ends it. */
final class Sender extends Half {
  private static final int GATHERED_MAX = 40;

  private final Bytes bytes;
  private final Stream stream;

  Sender(Conn conn, Random random, Carried carried) {
    super(conn, random, carried.tally());
    bytes = carried.bytes();
    stream = carried.stream();
  }

  /** Sends so many bytes. */
  void send(int count) throws IOException {
    while (stream.sent() < count) {
      int piece = (int) Math.min(Sizes.piece(random), count - stream.sent());
      switch (random.nextInt(8)) {
        case 0 -> writeParts(piece);
        case 1 -> writeFile(piece);
        default -> write(piece);
      }
      dawdle();
    }
    stream.end();
    conn.closeWrite();
  }

  private ByteBuffer filled(ByteBuffer src, long ahead) {
    bytes.copyTo(src, stream.position(stream.sent() + ahead));
    return src.flip();
  }

  private void write(int count) throws IOException {
    ByteBuffer src = filled(buffers.next(count), 0);
    InterruptedIOException ended = null;
    try {
      check(conn.write(src) == count, "a write of " + count + " wrote less");
    } catch (InterruptedIOException e) {
      check(e.bytesTransferred == src.position(), "a write miscounted");
      ended = e;
    } finally {
      stream.addSent(src.position());
      Buffers.poison(src);
    }
    if (ended != null) {
      resume(ended);
    }
  }

  private void writeParts(int count) throws IOException {
    ByteBuffer[] parts = new ByteBuffer[1 + random.nextInt(GATHERED_MAX)];
    int left = count;
    for (int i = 0; i < parts.length; i++) {
      int part = i == parts.length - 1 ? left : random.nextInt(1 + left / 2);
      parts[i] = filled(buffers.fresh(part), count - left);
      left -= part;
    }
    InterruptedIOException ended = null;
    try {
      check(conn.write(parts) == count, "a write of parts wrote less");
    } catch (InterruptedIOException e) {
      ended = e;
    } finally {
      long unsent = 0;
      for (ByteBuffer part : parts) {
        unsent += part.remaining();
        Buffers.poison(part);
      }
      stream.addSent(count - unsent);
    }
    if (ended != null) {
      resume(ended);
    }
  }

  private void writeFile(int count) throws IOException {
    FileChannel file = bytes.file();
    long position = stream.position(stream.sent());
    int most = Math.min(count, bytes.following(position));
    try {
      long sent = conn.transferFrom(file, bytes.offset(position), most);
      stream.addSent(sent);
      check(sent == most, "of a file less was sent");
    } catch (InterruptedIOException e) {
      stream.addSent(e.bytesTransferred);
      resume(e);
    }
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  @Override
  void forgetDeadline() throws IOException {
    conn.setWriteDeadline(null);
  }
}
