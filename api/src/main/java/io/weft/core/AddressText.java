package io.weft.core;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Addresses as text, the way Go and RFC 5952 write them. */
final class AddressText {
  private AddressText() {}

  static String of(SocketAddress address) {
    if (!(address instanceof InetSocketAddress inet)) {
      return address.toString();
    }
    InetAddress ip = inet.getAddress();
    if (ip == null) {
      return inet.getHostString() + ":" + inet.getPort();
    }
    return ip instanceof Inet6Address v6
        ? "[" + of(v6) + "]:" + inet.getPort()
        : ip.getHostAddress() + ":" + inet.getPort();
  }

  /** Groups in lower-case hex, the longest run of at least two zero groups as {@code ::}. */
  private static String of(Inet6Address ip) {
    byte[] bytes = ip.getAddress();
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
    }
    int runFrom = -1;
    int runLength = 1;
    for (int from = 0; from < 8; from++) {
      int to = from;
      while (to < 8 && groups[to] == 0) {
        to++;
      }
      if (to - from > runLength) {
        runFrom = from;
        runLength = to - from;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == runFrom) {
        text.append("::");
        i += runLength - 1;
      } else {
        boolean first = text.isEmpty() || text.charAt(text.length() - 1) == ':';
        text.append(first ? "" : ":").append(Integer.toHexString(groups[i]));
      }
    }
    String zone = zone(ip);
    return zone.isEmpty() ? text.toString() : text + "%" + zone;
  }

  private static String zone(Inet6Address ip) {
    if (ip.getScopedInterface() != null) {
      return ip.getScopedInterface().getName();
    }
    return ip.getScopeId() == 0 ? "" : Integer.toString(ip.getScopeId());
  }
}
