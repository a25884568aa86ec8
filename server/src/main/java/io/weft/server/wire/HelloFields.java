package io.weft.server.wire;

import java.nio.ByteBuffer;

/** Fields that stand one behind the other; none reaches beyond what holds it. */
final class HelloFields {
  private final ByteBuffer from;

  HelloFields(ByteBuffer from) {
    this.from = from;
  }

  boolean isEmpty() {
    return !from.hasRemaining();
  }

  int number(int bytes, String field) throws HelloFault {
    require(bytes, field);
    return bytes == 1 ? from.get() & 0xff : from.getShort() & 0xffff;
  }

  void skip(int bytes, String field) throws HelloFault {
    require(bytes, field);
    from.position(from.position() + bytes);
  }

  /** What stands behind its length of two bytes. */
  HelloFields vector(String field) throws HelloFault {
    int bytes = number(2, field);
    require(bytes, field);
    ByteBuffer part = from.slice(from.position(), bytes);
    from.position(from.position() + bytes);
    return new HelloFields(part);
  }

  ByteBuffer rest() {
    return from.slice();
  }

  void requireEmpty(String field) throws HelloFault {
    if (from.hasRemaining()) {
      throw new HelloFault(from.remaining() + " bytes are left behind " + field);
    }
  }

  private void require(int bytes, String field) throws HelloFault {
    if (bytes > from.remaining()) {
      throw new HelloFault(
          "%s needs %d bytes, and %d are left".formatted(field, bytes, from.remaining()));
    }
  }
}
