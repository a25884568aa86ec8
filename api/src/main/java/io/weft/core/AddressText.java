package io.weft.core;

import io.weft.HostPort;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Addresses as text, the way Go writes them. */
final class AddressText {
  private AddressText() {}

  static String of(SocketAddress address) {
    return address instanceof InetSocketAddress inet
        ? HostPort.of(inet).join()
        : address.toString();
  }

  /** Network and addresses, as messages name them: {@code tcp 10.0.0.1:4000->10.0.0.2:80}. */
  static String of(String network, @Nullable SocketAddress local, @Nullable SocketAddress remote) {
    String from = local == null ? "" : of(local);
    String to = remote == null ? "" : of(remote);
    String both = from.isEmpty() || to.isEmpty() ? from + to : from + "->" + to;
    return both.isEmpty() ? network : network + " " + both;
  }
}
