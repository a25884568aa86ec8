package io.weft.server.proxy;

import io.weft.Network;
import io.weft.server.notation.SocketUrl;
import java.util.List;

/**
 * A proxy as it is configured.
 *
 * @param listen where it listens; at least one
 * @param targets where sessions go
 * @param introduction what connections begin with
 * @param timeouts how long sessions may last
 * @param limits how many there may be
 */
public record ProxyConfig(
    List<SocketUrl> listen,
    Targets targets,
    Introduction introduction,
    Timeouts timeouts,
    Limits limits) {
  /** Checks the values. */
  public ProxyConfig {
    listen = List.copyOf(listen);
    if (listen.isEmpty()) {
      throw new IllegalArgumentException("nowhere to listen (use --listen)");
    }
    if (listen.size() > 1 && limits.areBothSet()) {
      throw new IllegalArgumentException(
          "several listeners have either a limit together or one each"
              + " (use --max-connections or --max-connections-per-listener)");
    }
    listen.forEach(url -> requireStream(url.network(), url.toString()));
    targets.upstreams().forEach(each -> requireStream(each.network(), each.name()));
    targets.byServerName().values().stream()
        .flatMap(List::stream)
        .forEach(each -> requireStream(each.network(), each.name()));
  }

  /** Returns a copy whose sessions go elsewhere. */
  ProxyConfig withTargets(Targets changed) {
    return new ProxyConfig(listen, changed, introduction, timeouts, limits);
  }

  private static void requireStream(Network network, String name) {
    if (network == Network.UNIXPACKET) {
      throw new IllegalArgumentException(
          name + ": a proxy relays streams, not messages (use tcp or unix)");
    }
  }
}
