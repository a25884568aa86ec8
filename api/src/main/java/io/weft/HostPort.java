package io.weft;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * A host and a port as text: the one place where {@code host:port} is taken apart and put together.
 *
 * @param host name or literal, without brackets, with its zone; may be empty
 * @param port number or service name; may be empty
 */
public record HostPort(String host, String port) {
  /** Checks that nothing is null. */
  public HostPort {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(port, "port");
  }

  /**
   * Takes {@code host:port}, {@code host%zone:port}, {@code [host]:port}, {@code [host%zone]:port}
   * apart; host and port may be empty. Nothing is looked up, and neither part is checked further.
   *
   * @param text the address
   * @return its parts, brackets removed
   * @throws AddressException with the text and what is wrong with it, in Go's words: missing port
   *     in address, too many colons in address, missing ']' in address, unexpected '[' in address,
   *     unexpected ']' in address
   */
  public static HostPort split(String text) throws AddressException {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw malformed(text, "missing port in address");
    }
    String host;
    int hostFrom = 0;
    int restFrom = 0;
    if (text.startsWith("[")) {
      int bracket = text.indexOf(']');
      if (bracket < 0) {
        throw malformed(text, "missing ']' in address");
      }
      if (bracket + 1 == text.length()) {
        throw malformed(text, "missing port in address");
      }
      if (bracket + 1 != colon) {
        boolean colonNext = text.charAt(bracket + 1) == ':';
        throw malformed(text, colonNext ? "too many colons in address" : "missing port in address");
      }
      host = text.substring(1, bracket);
      hostFrom = 1;
      restFrom = bracket + 1;
    } else {
      host = text.substring(0, colon);
      if (host.indexOf(':') >= 0) {
        throw malformed(text, "too many colons in address");
      }
    }
    if (text.indexOf('[', hostFrom) >= 0) {
      throw malformed(text, "unexpected '[' in address");
    }
    if (text.indexOf(']', restFrom) >= 0) {
      throw malformed(text, "unexpected ']' in address");
    }
    return new HostPort(host, text.substring(colon + 1));
  }

  /**
   * Takes an address apart: the IP literal as RFC 5952 writes it, with its zone, or the name of an
   * address that was not resolved.
   *
   * @param address the address
   * @return its parts
   */
  public static HostPort of(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    String host = ip == null ? address.getHostString() : IpText.of(ip);
    return new HostPort(host, Integer.toString(address.getPort()));
  }

  /**
   * Puts the two together; brackets around the host exactly when it has a colon.
   *
   * @return {@code host:port} or {@code [host]:port}
   */
  public String join() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }

  private static AddressException malformed(String text, String problem) {
    return new AddressException(text.isEmpty() ? problem : "address " + text + ": " + problem);
  }
}
