package io.weft.server;

import io.weft.AddressException;
import io.weft.HostPort;
import io.weft.Listener;
import io.weft.Network;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Where to listen, as the command line writes it: {@code tcp://127.0.0.1:7000}, {@code
 * unix:///run/echo.sock}, {@code unix://@name}.
 *
 * @param network the scheme
 * @param address what stands behind the slashes
 */
record ListenUrl(Network network, String address) {
  private static final String SEPARATOR = "://";

  static ListenUrl parse(String text) throws AddressException {
    int at = text.indexOf(SEPARATOR);
    if (at < 0) {
      throw malformed(text, "missing network (use tcp://HOST:PORT or unix:///PATH)");
    }
    Network network = Network.of(text.substring(0, at));
    String address = text.substring(at + SEPARATOR.length());
    if (network.isTcp()) {
      HostPort.split(address);
    } else if (!address.startsWith("/") && !address.startsWith("@")) {
      throw malformed(
          text, "not an absolute path (use " + network + ":///PATH or " + network + "://@NAME)");
    }
    return new ListenUrl(network, address);
  }

  /** The address that a listener really bound. */
  static ListenUrl of(Listener listener) {
    return new ListenUrl(listener.network(), text(listener.address()));
  }

  private static String text(SocketAddress address) {
    return address instanceof InetSocketAddress inet
        ? HostPort.of(inet).join()
        : address.toString();
  }

  private static AddressException malformed(String text, String problem) {
    return new AddressException("address " + text + ": " + problem);
  }

  @Override
  public String toString() {
    return network + SEPARATOR + address;
  }
}
