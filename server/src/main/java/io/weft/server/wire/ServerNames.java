package io.weft.server.wire;

import io.weft.AddressException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Host names as TLS uses them: ASCII, in lower case, without the dot that may end them. */
final class ServerNames {
  private static final String WILDCARD = "*.";
  private static final int CHARS_MAX = 253;
  private static final int LABEL_CHARS_MAX = 63;
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-_";

  private ServerNames() {}

  /** One that a client sent: anything that can be printed. */
  static String sent(ByteBuffer bytes) throws HelloFault {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(0, copy);
    String text = new String(copy, StandardCharsets.ISO_8859_1);
    String name = normal(text);
    if (name.isEmpty() || name.length() > CHARS_MAX) {
      throw new HelloFault("a host name has " + name.length() + " bytes, not 1 to " + CHARS_MAX);
    }
    if (!name.chars().allMatch(c -> c > ' ' && c <= '~')) {
      throw new HelloFault("the host name " + Quoted.of(text) + " is not printable ASCII");
    }
    return name;
  }

  /** One that is configured, {@code *.} in front or not; such as clients can send. */
  static String configured(String text) throws AddressException {
    boolean wild = text.startsWith(WILDCARD);
    String name = normal(wild ? text.substring(WILDCARD.length()) : text);
    if (text.chars().anyMatch(c -> c > '~')) {
      throw malformed(text, "not ASCII (write it as clients send it, xn--...)");
    }
    if (name.length() > CHARS_MAX) {
      throw malformed(text, "more than " + CHARS_MAX + " characters");
    }
    for (String label : name.split("\\.", -1)) {
      if (label.isEmpty() || label.length() > LABEL_CHARS_MAX) {
        throw malformed(text, "a label has 1 to " + LABEL_CHARS_MAX + " characters");
      }
      if (!label.chars().allMatch(c -> LETTERS.indexOf(c) >= 0)) {
        throw malformed(
            text, "only letters, digits, - and _ make a label (and *. may stand in front)");
      }
    }
    return wild ? WILDCARD + name : name;
  }

  static String normal(String text) {
    String name = text.toLowerCase(Locale.ROOT);
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  static AddressException malformed(String text, String problem) {
    return new AddressException("server name " + text + ": " + problem);
  }
}
