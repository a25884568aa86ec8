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
    StringBuilder text = new StringBuilder(network);
    if (local != null) {
      text.append(' ').append(of(local));
    }
    if (remote != null) {
      text.append(local != null ? "->" : " ").append(of(remote));
    }
    return text.toString();
  }
}
