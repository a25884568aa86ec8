package io.weft.server.proxy;

import io.weft.AddressException;
import io.weft.server.upstream.PoolConfig;
import io.weft.server.upstream.UpstreamSpec;
import io.weft.server.wire.SniRoutes;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where sessions go.
 *
 * @param pool how upstreams are chosen and reached
 * @param upstreams those for every session that no server name leads elsewhere; may be none if
 *     there are names
 * @param byServerName those for TLS sessions, by the name or pattern that the client asks for
 * @param resolveInterval how often upstreams' names are looked up; zero for at each dial
 */
public record Targets(
    PoolConfig pool,
    List<UpstreamSpec> upstreams,
    Map<String, List<UpstreamSpec>> byServerName,
    Duration resolveInterval) {
  /** Copies the collections, and checks that there is somewhere to go. */
  public Targets {
    upstreams = List.copyOf(upstreams);
    byServerName = Map.copyOf(byServerName);
    if (upstreams.isEmpty() && byServerName.isEmpty()) {
      throw new IllegalArgumentException("no upstream (use --upstream or --sni)");
    }
    requireNamesOnce(upstreams);
    byServerName.values().forEach(Targets::requireNamesOnce);
    requireServerNames(byServerName);
  }

  private static void requireServerNames(Map<String, ?> byServerName) {
    try {
      SniRoutes.of(byServerName);
    } catch (AddressException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static void requireNamesOnce(List<UpstreamSpec> upstreams) {
    Set<String> names = new HashSet<>();
    for (UpstreamSpec upstream : upstreams) {
      if (!names.add(upstream.name())) {
        throw new IllegalArgumentException("two upstreams have the name " + upstream.name());
      }
    }
  }
}
