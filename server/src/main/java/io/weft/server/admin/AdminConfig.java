package io.weft.server.admin;

import io.weft.HostPort;
import io.weft.Network;
import io.weft.server.notation.SocketUrl;
import java.io.IOException;

/**
 * The admin endpoint as it is configured.
 *
 * @param url where it listens
 * @param upstreamsMatter whether a proxy without an upstream that is up makes the server unready
 */
public record AdminConfig(SocketUrl url, boolean upstreamsMatter) {
  private static final int PORT_MAX = 65_535;

  /** Checks the address. */
  public AdminConfig {
    boolean usable =
        switch (url.network()) {
          case TCP -> isPort(url);
          case UNIX -> url.address().startsWith("/");
          default -> false;
        };
    if (!usable) {
      throw new IllegalArgumentException(
          url + " is no address for admin (use tcp://127.0.0.1:9090 or unix:///PATH)");
    }
  }

  private static boolean isPort(SocketUrl url) {
    try {
      int port = Integer.parseInt(HostPort.split(url.address()).port());
      return port >= 0 && port <= PORT_MAX;
    } catch (IOException | NumberFormatException e) {
      return false;
    }
  }

  /** An endpoint on a free port of this machine alone. */
  public static AdminConfig local() {
    return new AdminConfig(new SocketUrl(Network.TCP, "127.0.0.1:0"), true);
  }
}
