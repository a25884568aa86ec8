package io.weft.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.server.wire.Decoded.Done;
import io.weft.server.wire.Decoded.More;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Hands bytes to a decoder in every possible way, and wants one and the same verdict. */
public final class EveryWay {
  private static final int PREFIXES_MAX = 700;
  private static final int BEHIND_MAX = 8;
  private static final int MARGIN = 3;

  private EveryWay() {}

  static Decoded<ProxyHeader> header(byte[] bytes) {
    return decode(bytes, () -> new ProxyHeaderDecoder()::decode);
  }

  static Decoded<ClientHello> hello(byte[] bytes) {
    return decode(bytes, () -> new ClientHelloDecoder()::decode);
  }

  /**
   * The verdict on all bytes at once, after it was compared with that on bytes that arrive one by
   * one; of very long inputs, in larger pieces.
   */
  static <T> Decoded<T> decode(byte[] bytes, Supplier<Function<ByteBuffer, Decoded<T>>> decoders) {
    ByteBuffer direct = room(ByteBuffer.allocateDirect(bytes.length + 2 * MARGIN), bytes);
    ByteBuffer heap = room(ByteBuffer.allocate(bytes.length + 2 * MARGIN), bytes);
    Decoded<T> whole = once(direct, bytes.length, decoders.get());
    assertThat(once(heap, bytes.length, decoders.get())).isEqualTo(whole);
    Function<ByteBuffer, Decoded<T>> decoder = decoders.get();
    int step = 1 + bytes.length / PREFIXES_MAX;
    int bytesMax = Integer.MAX_VALUE;
    int behind = 0;
    for (int length = 0; length < bytes.length && behind < BEHIND_MAX; length += step) {
      Decoded<T> verdict = once(length % 2 == 0 ? direct : heap, length, decoder);
      if (verdict instanceof More<T>(int more)) {
        assertThat(behind).as("final verdicts before %s", verdict).isZero();
        assertThat(more).as("allowed after %d bytes", length).isBetween(length + 1, bytesMax);
        bytesMax = more;
      } else {
        assertThat(verdict).as("after %d bytes", length).isEqualTo(whole);
        behind++;
      }
    }
    if (whole instanceof Done<T>(_, int taken)) {
      assertThat(taken).isBetween(0, Math.min(bytes.length, bytesMax));
    }
    return whole;
  }

  private static ByteBuffer room(ByteBuffer empty, byte[] bytes) {
    return empty.put(MARGIN, bytes).asReadOnlyBuffer();
  }

  /** Decodes a prefix; other bytes stand in front, and those behind cannot be read. */
  private static <T> Decoded<T> once(
      ByteBuffer room, int length, Function<ByteBuffer, Decoded<T>> decoder) {
    ByteBuffer given = room.clear().position(MARGIN).limit(MARGIN + length).duplicate();
    Decoded<T> verdict = decoder.apply(given);
    assertThat(given.position()).as("position after decoding").isEqualTo(MARGIN);
    assertThat(given.limit()).as("limit after decoding").isEqualTo(MARGIN + length);
    return verdict;
  }

  /** Some of what goes wrong with bytes: changed, missing, doubled, inserted, cut. */
  public static byte[] mutated(byte[] bytes, RandomGenerator random) {
    byte[] result = bytes;
    for (int changes = random.nextInt(1, 4); changes > 0 && result.length > 0; changes--) {
      int at = random.nextInt(result.length);
      int to = Math.min(result.length, at + random.nextInt(1, 9));
      result =
          switch (random.nextInt(5)) {
            case 0 -> with(result, at, (byte) random.nextInt());
            case 1 -> with(result, at, (byte) (result[at] ^ 1 << random.nextInt(8)));
            case 2 -> joined(result, at, to, result.length);
            case 3 -> joined(result, to, at, result.length);
            default -> Arrays.copyOf(result, at);
          };
    }
    return result;
  }

  private static byte[] with(byte[] bytes, int at, byte value) {
    byte[] copy = bytes.clone();
    copy[at] = value;
    return copy;
  }

  /** All up to an index, and all from another one on. */
  private static byte[] joined(byte[] bytes, int to, int from, int end) {
    return ByteBuffer.allocate(to + end - from)
        .put(bytes, 0, to)
        .put(bytes, from, end - from)
        .array();
  }
}
