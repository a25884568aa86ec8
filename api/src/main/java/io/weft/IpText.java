package io.weft;

import java.net.Inet6Address;
import java.net.InetAddress;

/** IP addresses as text, the way Go and RFC 5952 write them. */
final class IpText {
  private static final int GROUPS = 8;

  private IpText() {}

  static String of(InetAddress ip) {
    if (!(ip instanceof Inet6Address v6)) {
      return ip.getHostAddress();
    }
    String zone = zone(v6);
    return zone.isEmpty() ? groups(v6) : groups(v6) + "%" + zone;
  }

  /** Lower-case hex, the longest run of at least two zero groups as {@code ::}. */
  private static String groups(Inet6Address ip) {
    byte[] bytes = ip.getAddress();
    int[] groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = ((bytes[2 * i] & 0xff) << 8) | (bytes[2 * i + 1] & 0xff);
    }
    int runFrom = -1;
    int runLength = 1;
    for (int from = 0; from < GROUPS; from++) {
      int to = from;
      while (to < GROUPS && groups[to] == 0) {
        to++;
      }
      if (to - from > runLength) {
        runFrom = from;
        runLength = to - from;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == runFrom) {
        text.append("::");
        i += runLength - 1;
      } else {
        boolean first = text.isEmpty() || text.charAt(text.length() - 1) == ':';
        text.append(first ? "" : ":").append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }

  private static String zone(Inet6Address ip) {
    if (ip.getScopedInterface() != null) {
      return ip.getScopedInterface().getName();
    }
    return ip.getScopeId() == 0 ? "" : Integer.toString(ip.getScopeId());
  }
}
