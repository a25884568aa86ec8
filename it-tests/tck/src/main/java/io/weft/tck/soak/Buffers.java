package io.weft.tck.soak;

import java.nio.ByteBuffer;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The buffers of one thread. Some are used for one call only and then garbage, so that memory that
 * the kernel still used would soon be somebody else's.
 */
final class Buffers {
  private static final byte POISON = 0x5a;

  private final Random random;
  private byte[] heap = new byte[Sizes.PIECE_BYTES_MAX];
  private @Nullable ByteBuffer direct;

  Buffers(Random random) {
    this.random = random;
  }

  /** An empty buffer with room for so many bytes. */
  ByteBuffer next(int bytes) {
    int kind = random.nextInt(16);
    if (kind < 4) {
      return fresh(bytes);
    }
    if (kind < 10) {
      return ByteBuffer.wrap(heap, 0, bytes).slice();
    }
    ByteBuffer reused = direct;
    if (reused == null) {
      reused = ByteBuffer.allocateDirect(Sizes.PIECE_BYTES_MAX);
      direct = reused;
    }
    return reused.slice(0, bytes);
  }

  /** As {@link #next}, with memory that no other buffer has. */
  ByteBuffer fresh(int bytes) {
    return random.nextInt(4) == 0 ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
  }

  /** From now on other memory is used. */
  void renew() {
    heap = new byte[Sizes.PIECE_BYTES_MAX];
    direct = null;
  }

  /** Overwrites a buffer that a call has given back. */
  static void poison(ByteBuffer buffer) {
    buffer.clear();
    for (int i = 0; i < buffer.capacity(); i++) {
      buffer.put(i, POISON);
    }
  }

  static boolean isPoisoned(ByteBuffer buffer) {
    for (int i = 0; i < buffer.capacity(); i++) {
      if (buffer.get(i) != POISON) {
        return false;
      }
    }
    return true;
  }
}
