package io.weft.server.notation;

import io.weft.AddressException;
import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.HostPort;
import io.weft.Listener;
import io.weft.Net;
import io.weft.Network;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Where to listen or whom to dial, as the command line writes it: {@code tcp://127.0.0.1:7000},
 * {@code unix:///run/echo.sock}, {@code unix://@name}.
 *
 * @param network the scheme
 * @param address what stands behind the slashes
 */
public record SocketUrl(Network network, String address) {
  private static final String SEPARATOR = "://";

  /**
   * Reads what the command line says; no name is looked up.
   *
   * @throws AddressException with what is wrong, and what is right
   */
  public static SocketUrl parse(String text) throws AddressException {
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
    return new SocketUrl(network, address);
  }

  /** Whether the kernel chooses the port. */
  public boolean isEphemeral() {
    return network.isTcp() && address.matches(".*:0*");
  }

  /** The address that a listener really bound. */
  public static SocketUrl of(Listener listener) {
    return new SocketUrl(listener.network(), text(listener.address()));
  }

  /** An address without its network: {@code 127.0.0.1:7000}, {@code [::1]:7000}, a path. */
  public static String text(SocketAddress address) {
    return address instanceof InetSocketAddress inet
        ? HostPort.of(inet).join()
        : address.toString();
  }

  /** Dials it. */
  public Conn dial(Net net, DialConfig config) throws IOException {
    return net.dial(network.toString(), address, config);
  }

  private static AddressException malformed(String text, String problem) {
    return new AddressException("address " + text + ": " + problem);
  }

  @Override
  public String toString() {
    return network + SEPARATOR + address;
  }
}
