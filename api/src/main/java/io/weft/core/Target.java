package io.weft.core;

import io.weft.AddressException;
import io.weft.HostPort;
import io.weft.Network;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A place to listen on or to connect to: an address, and the kind of socket that it takes.
 *
 * @param family the socket's network: TCP4 or TCP6 for an address of that family, TCP for both
 * @param address the address
 */
record Target(Network family, SocketAddress address) {
  // sun_path of sockaddr_un, less its final NUL
  private static final int PATH_BYTES_MAX = 107;
  private static final Map<String, Integer> SERVICES =
      Map.of("http", 80, "https", 443, "domain", 53, "ssh", 22, "smtp", 25, "postgresql", 5432);

  /** Looks a host name up; may block, and is called on a thread that may. */
  interface Lookup {
    InetAddress[] all(String host) throws IOException;
  }

  /** Where to listen; exactly one place. */
  static Target toListen(Network network, String address, Lookup lookup) throws IOException {
    if (!network.isTcp()) {
      return unix(network, address);
    }
    HostPort parts = address.isEmpty() ? new HostPort("", "") : HostPort.split(address);
    int port = port(address, parts.port());
    if (parts.host().isEmpty()) {
      return wildcard(network, port);
    }
    InetAddress[] all = resolve(parts.host(), lookup);
    if (all[0].isAnyLocalAddress() && network != Network.TCP6) {
      return wildcard(network, port);
    }
    List<Target> fitting = fitting(network, parts.host(), all, port);
    for (Target target : fitting) {
      if (target.family == Network.TCP4) {
        return target;
      }
    }
    return fitting.getFirst();
  }

  /** Where to connect to; at least one place, in the order in which to try. */
  static List<Target> toDial(Network network, String address, Lookup lookup) throws IOException {
    if (address.isEmpty()) {
      throw new AddressException("dial " + network + ": missing address");
    }
    if (!network.isTcp()) {
      return List.of(unix(network, address));
    }
    HostPort parts = HostPort.split(address);
    int port = port(address, parts.port());
    InetAddress[] all = parts.host().isEmpty() ? loopback(false) : resolve(parts.host(), lookup);
    if (all[0].isAnyLocalAddress()) {
      all = loopback(!(all[0] instanceof Inet4Address));
    }
    return fitting(network, parts.host(), all, port);
  }

  private static Target unix(Network network, String path) throws AddressException {
    int bytes = path.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > PATH_BYTES_MAX) {
      throw new AddressException(
          "address "
              + path
              + ": unix path of "
              + bytes
              + " bytes is too long (at most "
              + PATH_BYTES_MAX
              + ")");
    }
    try {
      return new Target(network, UnixDomainSocketAddress.of(path));
    } catch (InvalidPathException e) {
      throw new AddressException("address " + path + ": " + e.getReason());
    }
  }

  private static Target wildcard(Network network, int port) {
    try {
      return switch (network) {
        case TCP4 ->
            new Target(network, new InetSocketAddress(InetAddress.getByAddress(new byte[4]), port));
        case TCP6 ->
            new Target(
                network, new InetSocketAddress(InetAddress.getByAddress(new byte[16]), port));
        default -> new Target(network, new InetSocketAddress(port));
      };
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static InetAddress[] resolve(String host, Lookup lookup) throws IOException {
    try {
      return new InetAddress[] {InetAddress.ofLiteral(host)};
    } catch (IllegalArgumentException notALiteral) {
      return lookup.all(host);
    }
  }

  private static InetAddress[] loopback(boolean v6First) {
    InetAddress v4 = InetAddress.ofLiteral("127.0.0.1");
    InetAddress v6 = InetAddress.ofLiteral("::1");
    return v6First ? new InetAddress[] {v6, v4} : new InetAddress[] {v4, v6};
  }

  private static List<Target> fitting(Network network, String host, InetAddress[] all, int port)
      throws AddressException {
    List<Target> targets = new ArrayList<>(all.length);
    for (InetAddress ip : all) {
      Network family = ip instanceof Inet4Address ? Network.TCP4 : Network.TCP6;
      if (network == Network.TCP || network == family) {
        targets.add(new Target(family, new InetSocketAddress(ip, port)));
      }
    }
    if (targets.isEmpty()) {
      throw new AddressException("address " + host + ": no suitable address found");
    }
    return targets;
  }

  private static int port(String address, String text) throws AddressException {
    if (text.isEmpty()) {
      return 0;
    }
    Integer service = SERVICES.get(text);
    if (service != null) {
      return service;
    }
    if (!text.matches("[+-]?[0-9]+")) {
      throw new AddressException("address " + address + ": unknown port " + text);
    }
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException tooLong) {
      // reported below
    }
    throw new AddressException("address " + address + ": invalid port " + text + " (0 to 65535)");
  }
}
