package io.weft.tck.soak;

import java.util.Random;

/** How much at once: mostly little, sometimes much. */
final class Sizes {
  static final int PIECE_BYTES_MAX = 64 * 1024;
  private static final int STREAM_BYTES_LOG_MAX = 19;

  private Sizes() {}

  static int piece(Random random) {
    return 1 + random.nextInt(1 << random.nextInt(17));
  }

  static int stream(Random random) {
    return random.nextInt(1 << random.nextInt(STREAM_BYTES_LOG_MAX + 1));
  }
}
