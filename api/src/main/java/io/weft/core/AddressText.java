package io.weft.core;

import io.weft.HostPort;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Addresses as text, the way Go writes them. */
final class AddressText {
  private AddressText() {}

  static String of(SocketAddress address) {
    return address instanceof InetSocketAddress inet
        ? HostPort.of(inet).join()
        : address.toString();
  }
}
