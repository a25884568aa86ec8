package io.weft.server.wire;

import io.weft.HostPort;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * IP addresses as text, taken as inet_pton(3) takes them: no short forms, no leading zeros in IPv4,
 * no zone, no name. Nothing is looked up.
 */
final class IpLiteral {
  private static final int BYTES4 = 4;
  private static final int BYTES6 = 16;
  private static final int GROUP_DIGITS_MAX = 4;
  private static final String HEX = "0123456789abcdefABCDEF";

  private IpLiteral() {}

  /** The address; an IPv4 one when it is one in IPv6's clothes. */
  static InetAddress of(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError("an address of 4 or 16 bytes", e);
    }
  }

  /** The 16 bytes in which IPv6 writes an address of either family. */
  static byte[] mapped(InetAddress ip) {
    byte[] bytes = ip.getAddress();
    if (bytes.length == BYTES6) {
      return bytes;
    }
    byte[] all = new byte[BYTES6];
    all[10] = -1;
    all[11] = -1;
    System.arraycopy(bytes, 0, all, BYTES6 - BYTES4, BYTES4);
    return all;
  }

  /** As RFC 5952 writes it, without a zone; an IPv4 one of 16 bytes as {@code ::ffff:192.0.2.1}. */
  static String text(InetAddress ip, int bytes) {
    String text = HostPort.of(new InetSocketAddress(ip, 0)).host();
    int zone = text.indexOf('%');
    boolean mapped = bytes == BYTES6 && ip instanceof Inet4Address;
    return (mapped ? "::ffff:" : "") + (zone < 0 ? text : text.substring(0, zone));
  }

  static byte @Nullable [] parse4(String text) {
    byte[] bytes = new byte[BYTES4];
    int from = 0;
    for (int i = 0; i < BYTES4; i++) {
      int dot = text.indexOf('.', from);
      int to = i == BYTES4 - 1 ? text.length() : dot;
      int value = to < 0 ? -1 : decimal(text.substring(from, to), 0xff);
      if (value < 0) {
        return null;
      }
      bytes[i] = (byte) value;
      from = to + 1;
    }
    return bytes;
  }

  static byte @Nullable [] parse6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      byte[] bytes = groups(text);
      return bytes != null && bytes.length == BYTES6 ? bytes : null;
    }
    String before = text.substring(0, gap);
    byte[] head = before.indexOf('.') < 0 ? groups(before) : null;
    byte[] tail = groups(text.substring(gap + 2));
    // the gap stands for one group at least
    if (head == null || tail == null || head.length + tail.length > BYTES6 - 2) {
      return null;
    }
    byte[] bytes = Arrays.copyOf(head, BYTES6);
    System.arraycopy(tail, 0, bytes, BYTES6 - tail.length, tail.length);
    return bytes;
  }

  /** A decimal number without sign and leading zeros, or -1. */
  static int decimal(String text, int max) {
    int value = 0;
    boolean canonical = !text.isEmpty() && (text.length() == 1 || text.charAt(0) != '0');
    for (int i = 0; canonical && i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      value = value * 10 + digit;
      canonical = digit >= 0 && digit <= 9 && value <= max;
    }
    return canonical ? value : -1;
  }

  /** Groups with single colons between them, of which the last may be an IPv4 address. */
  private static byte @Nullable [] groups(String text) {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES6);
    String[] groups = text.isEmpty() ? new String[0] : text.split(":", -1);
    for (int i = 0; i < groups.length; i++) {
      boolean four = i == groups.length - 1 && groups[i].indexOf('.') >= 0;
      byte[] value = four ? parse4(groups[i]) : hex(groups[i]);
      if (value == null || value.length > bytes.remaining()) {
        return null;
      }
      bytes.put(value);
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private static byte @Nullable [] hex(String group) {
    int value = group.isEmpty() || group.length() > GROUP_DIGITS_MAX ? -1 : 0;
    for (int i = 0; value >= 0 && i < group.length(); i++) {
      int digit = HEX.indexOf(group.charAt(i));
      value = digit < 0 ? -1 : value << 4 | (digit < 16 ? digit : digit - 6);
    }
    return value < 0 ? null : new byte[] {(byte) (value >> 8), (byte) value};
  }
}
