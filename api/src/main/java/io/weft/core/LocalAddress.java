package io.weft.core;

import io.weft.AddressException;
import io.weft.Network;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a dial's own local address does to it: which targets it leaves, and what is bound. */
final class LocalAddress {
  private LocalAddress() {}

  /** The targets that can be reached from a local address; at least one. */
  static List<Target> reaching(Network network, List<Target> targets, @Nullable SocketAddress local)
      throws AddressException {
    if (local == null) {
      return targets;
    }
    if (!network.isTcp() && local instanceof UnixDomainSocketAddress) {
      return targets;
    }
    if (!network.isTcp() || !(local instanceof InetSocketAddress inet)) {
      throw refused(network, local, "mismatched local address type");
    }
    boolean four = inet.getAddress() instanceof Inet4Address;
    if (inet.getAddress().isAnyLocalAddress()) {
      if (network == Network.TCP4 && !four) {
        throw refused(network, local, "non-IPv4 address");
      }
      return targets;
    }
    List<Target> fitting = new ArrayList<>(targets.size());
    for (Target target : targets) {
      if (target.family() == (four ? Network.TCP4 : Network.TCP6)) {
        fitting.add(target);
      }
    }
    if (fitting.isEmpty()) {
      throw refused(network, local, "no suitable address found");
    }
    return fitting;
  }

  private static AddressException refused(Network network, SocketAddress local, String problem) {
    String text = "address " + AddressText.of(local) + ": " + problem;
    return new AddressException("dial", network.toString(), text);
  }

  /** What to bind a target's socket to; null for nothing. */
  static @Nullable SocketAddress toBind(@Nullable SocketAddress local, Target target) {
    if (local instanceof UnixDomainSocketAddress unix && unix.getPath().toString().isEmpty()) {
      return null;
    }
    if (local instanceof InetSocketAddress inet && inet.getAddress().isAnyLocalAddress()) {
      // a wildcard serves both families, but each socket takes that of its own
      String any = target.family() == Network.TCP4 ? "0.0.0.0" : "::";
      return new InetSocketAddress(InetAddress.ofLiteral(any), inet.getPort());
    }
    return local;
  }

  /** Whether the kernel chooses the port. */
  static boolean isPortFree(@Nullable SocketAddress local) {
    return local == null || (local instanceof InetSocketAddress inet && inet.getPort() == 0);
  }
}
