package io.weft.server.wire;

/**
 * What the first bytes of a connection mean so far. A verdict other than {@link More} is final: it
 * is the same however the bytes were cut, and whatever follows them.
 *
 * @param <T> what is decoded
 */
public sealed interface Decoded<T> {
  /**
   * Not to be told yet: read on, and decode again from the first byte.
   *
   * @param bytesMax how many bytes from the first one on may be needed in all, at most
   * @param <T> what is decoded
   */
  record More<T>(int bytesMax) implements Decoded<T> {}

  /**
   * It is there.
   *
   * @param value what was decoded
   * @param bytes how many of the first bytes are not the connection's own, and must not be relayed
   * @param <T> what is decoded
   */
  record Done<T>(T value, int bytes) implements Decoded<T> {}

  /**
   * It is not, and will not be, what it has to be.
   *
   * @param reason what is wrong, in one line that is fit for a log
   * @param <T> what is decoded
   */
  record Malformed<T>(String reason) implements Decoded<T> {}
}
