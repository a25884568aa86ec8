package io.weft.server.upstream;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Bytes as a configuration writes them: text in UTF-8 with {@code \r}, {@code \n}, {@code \t},
 * {@code \0}, {@code \\} and {@code \xHH}.
 *
 * @param text the written form
 */
public record EscapedBytes(String text) {
  /** No bytes. */
  public static final EscapedBytes NONE = new EscapedBytes("");

  private static final int LENGTH_MAX = 4096;
  private static final String ESCAPES = "rnt0\\";
  private static final String ESCAPED = "\r\n\t\0\\";
  private static final HexFormat HEX = HexFormat.of();

  /** Checks the text. */
  public EscapedBytes {
    if (decode(text).length > LENGTH_MAX) {
      throw new IllegalArgumentException(
          "more than %d bytes: %.40s...".formatted(LENGTH_MAX, text));
    }
  }

  /** Writes bytes in printable ASCII. */
  public static EscapedBytes of(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte each : bytes) {
      int escape = ESCAPED.indexOf(each);
      if (escape >= 0) {
        text.append('\\').append(ESCAPES.charAt(escape));
      } else if (each >= ' ' && each <= '~') {
        text.append((char) each);
      } else {
        text.append("\\x").append(HEX.toHexDigits(each));
      }
    }
    return new EscapedBytes(text.toString());
  }

  /** The bytes. */
  public byte[] bytes() {
    return decode(text);
  }

  @Override
  public String toString() {
    return '"' + text + '"';
  }

  private static byte[] decode(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    int at = 0;
    while (at < text.length()) {
      int backslash = text.indexOf('\\', at);
      int plainEnd = backslash < 0 ? text.length() : backslash;
      bytes.writeBytes(text.substring(at, plainEnd).getBytes(StandardCharsets.UTF_8));
      at = backslash < 0 ? plainEnd : decodeEscape(text, backslash, bytes);
    }
    return bytes.toByteArray();
  }

  /** Returns where the text goes on. */
  private static int decodeEscape(String text, int at, ByteArrayOutputStream bytes) {
    char kind = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
    int escape = ESCAPES.indexOf(kind);
    if (escape >= 0) {
      bytes.write(ESCAPED.charAt(escape));
      return at + 2;
    }
    int end = at + 4;
    if (kind == 'x'
        && end <= text.length()
        && text.chars().skip(at + 2L).limit(2).allMatch(HexFormat::isHexDigit)) {
      bytes.write(HexFormat.fromHexDigits(text, at + 2, end));
      return end;
    }
    throw new IllegalArgumentException(
        "\"%s\": what stands after the backslash at index %d is none of r, n, t, 0, \\ and xHH"
            .formatted(text, at));
  }
}
