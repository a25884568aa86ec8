package io.weft.server.proxy;

import io.weft.server.upstream.PoolConfig;
import io.weft.server.upstream.UpstreamSpec;
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
 */
public record Targets(
    PoolConfig pool, List<UpstreamSpec> upstreams, Map<String, List<UpstreamSpec>> byServerName) {
  /** Copies the collections, and checks that there is somewhere to go. */
  public Targets {
    upstreams = List.copyOf(upstreams);
    byServerName = Map.copyOf(byServerName);
    if (upstreams.isEmpty() && byServerName.isEmpty()) {
      throw new IllegalArgumentException("no upstream (use --upstream or --sni)");
    }
    requireNamesOnce(upstreams);
    byServerName.values().forEach(Targets::requireNamesOnce);
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
