package io.weft.core;

import io.weft.AddressException;
import io.weft.HostPort;
import io.weft.Network;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A place to listen on or to connect to: an address, and the kind of socket that it takes.
 *
 * @param family the socket's network: TCP4 or TCP6 for an address of that family, TCP for both
 * @param address the address
 */
record Target(Network family, SocketAddress address) {
  // sun_path of sockaddr_un: a path ends with a NUL in it, an abstract name begins with one
  private static final int NAME_BYTES_MAX = 108;

  private static final InetAddress LOOPBACK4 = InetAddress.ofLiteral("127.0.0.1");
  private static final InetAddress LOOPBACK6 = InetAddress.ofLiteral("::1");

  /** The network of a name that a user gave to an operation. */
  static Network network(String op, String name) throws AddressException {
    try {
      return Network.of(name);
    } catch (AddressException e) {
      throw told(op, name, e);
    }
  }

  /** Where to listen; exactly one place. */
  static Target toListen(Network network, String address, Lookup lookup) throws IOException {
    Objects.requireNonNull(address, "address");
    try {
      return network.isTcp() ? listening(network, address, lookup) : unix(network, address);
    } catch (AddressException e) {
      throw told("listen", network.toString(), e);
    }
  }

  /** Where to connect to; at least one place, in the order in which to try. */
  static List<Target> toDial(Network network, String address, Lookup lookup) throws IOException {
    Objects.requireNonNull(address, "address");
    try {
      if (address.isEmpty()) {
        throw new AddressException("missing address");
      }
      return network.isTcp() ? dialled(network, address, lookup) : List.of(unix(network, address));
    } catch (AddressException e) {
      throw told("dial", network.toString(), e);
    }
  }

  private static AddressException told(String op, String network, AddressException e) {
    return new AddressException(op, network, Objects.requireNonNull(e.getMessage()));
  }

  private static Target listening(Network network, String address, Lookup lookup)
      throws IOException {
    HostPort parts = address.isEmpty() ? new HostPort("", "") : HostPort.split(address);
    int port = port(parts.port(), lookup);
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

  private static List<Target> dialled(Network network, String address, Lookup lookup)
      throws IOException {
    HostPort parts = HostPort.split(address);
    int port = port(parts.port(), lookup);
    InetAddress[] all =
        parts.host().isEmpty()
            ? new InetAddress[] {LOOPBACK4, LOOPBACK6}
            : resolve(parts.host(), lookup);
    if (all[0].isAnyLocalAddress()) {
      // of which the one for IPv6 stands for both
      all =
          all[0] instanceof Inet4Address
              ? new InetAddress[] {LOOPBACK4}
              : new InetAddress[] {LOOPBACK6, LOOPBACK4};
    }
    return fitting(network, parts.host(), all, port);
  }

  private static Target unix(Network network, String name) throws AddressException {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    int bytesMax = name.startsWith("@") ? NAME_BYTES_MAX : NAME_BYTES_MAX - 1;
    if (bytes > bytesMax) {
      throw new AddressException(
          "address "
              + name
              + ": unix name of "
              + bytes
              + " bytes is too long (at most "
              + bytesMax
              + ")");
    }
    try {
      return new Target(network, UnixDomainSocketAddress.of(name));
    } catch (InvalidPathException e) {
      throw new AddressException("address " + name + ": " + e.getReason());
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
    int percent = host.lastIndexOf('%');
    if (percent < 0) {
      InetAddress ip = literal(host);
      return ip == null ? lookup.hosts(host) : new InetAddress[] {ip};
    }
    String zone = host.substring(percent + 1);
    if (zone.isEmpty() || !(literal(host.substring(0, percent)) instanceof Inet6Address ip)) {
      return lookup.hosts(host);
    }
    Inet6Address scoped = lookup.scoped(ip, zone);
    if (scoped == null) {
      throw new AddressException(
          "address " + host + ": unknown zone " + zone + " (no such interface)");
    }
    return new InetAddress[] {scoped};
  }

  private static @Nullable InetAddress literal(String host) {
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      return null;
    }
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

  private static int port(String text, Lookup lookup) throws IOException {
    int number = PortText.number(text);
    if (number == PortText.OUT_OF_RANGE) {
      throw new AddressException("address " + text + ": invalid port");
    }
    if (number != PortText.NAME) {
      return number;
    }
    int service = lookup.port(text);
    if (service == 0) {
      throw new AddressException("lookup tcp/" + text + ": unknown port");
    }
    return service;
  }
}
