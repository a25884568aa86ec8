package io.weft.core;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/** Test data, and memory of every kind that users have. */
final class Bytes {
  private Bytes() {}

  /** A pattern in which no part looks like another. */
  static byte[] pattern(int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (i * 31 + (i >>> 8) * 17 + 5);
    }
    return bytes;
  }

  static byte[] of(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(buffer.position(), bytes);
    return bytes;
  }

  /** Where a buffer's memory comes from. */
  enum Memory {
    HEAP,
    HEAP_SLICE,
    DIRECT,
    DIRECT_SLICE,
    AUTOMATIC_ARENA,
    CONFINED_ARENA,
    SHARED_ARENA;

    static Memory any(Random random) {
      List<Memory> all = List.of(values());
      return all.get(random.nextInt(all.size()));
    }

    /** Must be called on the thread that uses the buffer, for the confined arena. */
    ByteBuffer allocate(int count) {
      return switch (this) {
        case HEAP -> ByteBuffer.allocate(count);
        case HEAP_SLICE -> ByteBuffer.allocate(count + 9).slice(7, count);
        case DIRECT -> ByteBuffer.allocateDirect(count);
        case DIRECT_SLICE -> ByteBuffer.allocateDirect(count + 9).slice(7, count);
        case AUTOMATIC_ARENA -> Arena.ofAuto().allocate(count).asByteBuffer();
        case CONFINED_ARENA -> Arena.ofConfined().allocate(count).asByteBuffer();
        case SHARED_ARENA -> Arena.ofShared().allocate(count).asByteBuffer();
      };
    }

    ByteBuffer copyOf(byte[] bytes) {
      return allocate(bytes.length).put(bytes).flip();
    }
  }
}
