package io.weft.bench.load;

import java.nio.ByteBuffer;
import java.util.Random;

/**
 * An endless stream of bytes that repeats after a prime number of them: requests of any usual size
 * differ from each other, and connections that begin at different places from each other. So an
 * answer that is old, or somebody else's, is found out.
 */
final class Pattern {
  static final int PERIOD = 4_099;

  private static final int RECEIVE_BYTES = 256 * 1024;
  private static final long SEED = 20_261_129;

  // Both belong to the load's thread; their positions mean nothing between two calls.
  private final ByteBuffer pattern = ByteBuffer.allocateDirect(PERIOD + RECEIVE_BYTES);
  private final ByteBuffer received = ByteBuffer.allocateDirect(RECEIVE_BYTES);

  Pattern() {
    byte[] once = new byte[PERIOD];
    new Random(SEED).nextBytes(once);
    while (pattern.hasRemaining()) {
      pattern.put(once, 0, Math.min(PERIOD, pattern.remaining()));
    }
  }

  static int advance(int place, int bytes) {
    int next = place + bytes;
    return next < PERIOD ? next : next % PERIOD;
  }

  /** At most so many bytes of the stream, from a place on. */
  ByteBuffer from(int place, long bytes) {
    int count = (int) Math.min(bytes, Plan.SIZE_BYTES_MAX);
    return pattern.limit(place + count).position(place);
  }

  /** Where to receive the bytes that are then checked. */
  ByteBuffer receiver() {
    return received.clear();
  }

  /** How many of the bytes in the receiver are not those of the stream from a place on. */
  long wrongBytes(int place) {
    received.flip();
    int count = received.remaining();
    pattern.limit(place + count).position(place);
    int first = pattern.mismatch(received);
    if (first < 0) {
      return 0;
    }
    long wrong = 0;
    for (int i = first; i < count; i++) {
      if (pattern.get(place + i) != received.get(i)) {
        wrong++;
      }
    }
    return wrong;
  }
}
