package io.weft.tck.port;

import java.nio.ByteBuffer;

/** Bytes that tell where in a stream they belong. */
final class Bytes {
  private Bytes() {}

  static byte at(int stream, long position) {
    return (byte) (position * 31 + (position >> 8) * 17 + stream * 7L);
  }

  static byte[] of(int stream, long position, int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = at(stream, position + i);
    }
    return bytes;
  }

  static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  /** The first bytes of a buffer from its position on. */
  static byte[] firstOf(ByteBuffer buffer, int count) {
    byte[] bytes = new byte[count];
    buffer.get(buffer.position(), bytes);
    return bytes;
  }
}
