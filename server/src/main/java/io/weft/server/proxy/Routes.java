package io.weft.server.proxy;

import io.weft.AddressException;
import io.weft.Net;
import io.weft.server.upstream.HealthConfig;
import io.weft.server.upstream.PoolConfig;
import io.weft.server.upstream.UpstreamPool;
import io.weft.server.upstream.UpstreamSpec;
import io.weft.server.wire.ProxyVersion;
import io.weft.server.wire.SniRoutes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which upstreams a session may go to: those of a server name, or those for all others. */
final class Routes implements AutoCloseable {
  private static final String OTHERS = "";

  // by server name or pattern; an empty name for all others
  private final Map<String, UpstreamPool> pools;
  private final @Nullable UpstreamPool others;
  private final @Nullable SniRoutes<UpstreamPool> byServerName;

  private Routes(Map<String, UpstreamPool> pools) {
    Map<String, UpstreamPool> named = new HashMap<>(pools);
    this.pools = pools;
    this.others = named.remove(OTHERS);
    this.byServerName = named.isEmpty() ? null : routes(named);
  }

  /** Routes whose upstreams are not checked yet. */
  static Routes of(Net net, ProxyConfig config) {
    PoolConfig how = poolConfig(config);
    Map<String, UpstreamPool> pools = new HashMap<>();
    upstreams(config.targets())
        .forEach((name, each) -> pools.put(name, new UpstreamPool(net, how, each)));
    return new Routes(pools);
  }

  /**
   * Routes of another configuration. Names that stay keep their upstreams and all that is known of
   * them; those of names that go have none any more, and their sessions go on.
   */
  Routes update(Net net, ProxyConfig config) {
    PoolConfig how = poolConfig(config);
    Map<String, UpstreamPool> next = new HashMap<>();
    upstreams(config.targets())
        .forEach(
            (name, each) -> {
              UpstreamPool pool = pools.get(name);
              if (pool == null) {
                pool = new UpstreamPool(net, how, each);
                pool.start();
              } else {
                pool.update(how, each);
              }
              next.put(name, pool);
            });
    return new Routes(next);
  }

  /** Gives up what is no part of other routes. */
  void leaveTo(Routes next) {
    pools.values().stream()
        .filter(pool -> !next.pools.containsValue(pool))
        .forEach(pool -> pool.update(List.of()));
  }

  private static Map<String, List<UpstreamSpec>> upstreams(Targets targets) {
    Map<String, List<UpstreamSpec>> all = new HashMap<>(targets.byServerName());
    if (!targets.upstreams().isEmpty()) {
      all.put(OTHERS, targets.upstreams());
    }
    return all;
  }

  private static SniRoutes<UpstreamPool> routes(Map<String, UpstreamPool> named) {
    try {
      return SniRoutes.of(named);
    } catch (AddressException e) {
      throw new IllegalStateException("targets have checked their names", e);
    }
  }

  // checks go through the same door as sessions, and tell whose they are
  private static PoolConfig poolConfig(ProxyConfig config) {
    PoolConfig pool = config.targets().pool();
    ProxyVersion version = config.introduction().sendProxy();
    if (version == null) {
      return pool;
    }
    HealthConfig health = pool.health();
    return new PoolConfig(
        pool.balance(),
        pool.dial(),
        pool.queue(),
        new HealthConfig(
            health.pace(),
            health.thresholds(),
            health.send(),
            health.expect(),
            new CheckHeader(version)),
        pool.ejection());
  }

  /** Begins to check the upstreams. */
  void start() {
    pools.values().forEach(UpstreamPool::start);
  }

  /** Whether a session's server name matters. */
  boolean areByServerName() {
    return byServerName != null;
  }

  /** The upstreams for a server name, or for none; null when there are none for it. */
  @Nullable UpstreamPool of(@Nullable String serverName) {
    SniRoutes<UpstreamPool> named = byServerName;
    return named == null || serverName == null ? others : named.match(serverName).orElse(others);
  }

  /** All upstreams, by the sessions that they are for. */
  List<RouteStatus> status() {
    return new TreeMap<>(pools)
        .entrySet().stream()
            .map(
                each ->
                    new RouteStatus(
                        each.getKey(), each.getValue().waiting(), each.getValue().status()))
            .toList();
  }

  @Override
  public void close() {
    pools.values().forEach(UpstreamPool::close);
  }
}
