package io.weft.server.proxy;

import io.weft.AddressException;
import io.weft.Conn;
import io.weft.Net;
import io.weft.server.upstream.HealthConfig;
import io.weft.server.upstream.PoolConfig;
import io.weft.server.upstream.UpstreamPool;
import io.weft.server.wire.ProxyHeader;
import io.weft.server.wire.ProxyVersion;
import io.weft.server.wire.SniRoutes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which upstreams a session may go to: those of a server name, or those for all others. */
final class Routes implements AutoCloseable {
  private final List<UpstreamPool> all = new ArrayList<>();
  private final @Nullable UpstreamPool others;
  private final @Nullable SniRoutes<UpstreamPool> byServerName;

  /** Routes whose upstreams are not checked yet. */
  Routes(Net net, ProxyConfig config) throws AddressException {
    PoolConfig pool = poolConfig(config);
    Targets targets = config.targets();
    Map<String, UpstreamPool> named = new HashMap<>();
    targets
        .byServerName()
        .forEach((name, upstreams) -> named.put(name, new UpstreamPool(net, pool, upstreams)));
    all.addAll(named.values());
    byServerName = named.isEmpty() ? null : SniRoutes.of(named);
    others =
        targets.upstreams().isEmpty() ? null : new UpstreamPool(net, pool, targets.upstreams());
    if (others != null) {
      all.add(others);
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
            conn -> nobodys(version, conn)),
        pool.ejection());
  }

  private static byte[] nobodys(ProxyVersion version, Conn check) {
    ByteBuffer header =
        version.encode(ProxyHeader.local(check.localAddress(), check.remoteAddress()));
    byte[] bytes = new byte[header.remaining()];
    header.get(bytes);
    return bytes;
  }

  /** Begins to check the upstreams. */
  void start() {
    all.forEach(UpstreamPool::start);
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

  @Override
  public void close() {
    all.forEach(UpstreamPool::close);
  }
}
