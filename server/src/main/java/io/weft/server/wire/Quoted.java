package io.weft.server.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What a peer sent, for messages: in quotes, bounded, with nothing in it that a log obeys. */
final class Quoted {
  private static final int CHARS_MAX = 64;

  private Quoted() {}

  /** The bytes from the first one on, so many of them. */
  static String of(ByteBuffer bytes, int length) {
    byte[] copy = new byte[length];
    bytes.get(0, copy);
    return of(new String(copy, StandardCharsets.ISO_8859_1));
  }

  static String of(String text) {
    StringBuilder quoted = new StringBuilder("'");
    text.chars()
        .limit(CHARS_MAX)
        .forEach(
            c -> {
              if (c >= ' ' && c <= '~' && c != '\'' && c != '\\') {
                quoted.append((char) c);
              } else {
                quoted.append(c <= 0xff ? "\\x%02x".formatted(c) : "\\u%04x".formatted(c));
              }
            });
    return quoted.append(text.length() > CHARS_MAX ? "...'" : "'").toString();
  }
}
