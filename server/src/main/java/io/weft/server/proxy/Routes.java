package io.weft.server.proxy;

import io.weft.AddressException;
import io.weft.Net;
import io.weft.server.upstream.HealthConfig;
import io.weft.server.upstream.PoolConfig;
import io.weft.server.upstream.UpstreamPool;
import io.weft.server.wire.ProxyHeader;
import io.weft.server.wire.ProxyHeader.Command;
import io.weft.server.wire.ProxyVersion;
import io.weft.server.wire.SniRoutes;
import io.weft.server.wire.Transport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which upstreams a session may go to: those of a server name, or those for all others. */
final class Routes implements AutoCloseable {
  private static final ProxyHeader NOBODYS =
      new ProxyHeader(Command.LOCAL, Transport.UNSPEC, null, null, ByteBuffer.allocate(0));

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
    ByteBuffer header = version.encode(NOBODYS);
    byte[] preamble = new byte[header.remaining()];
    header.get(preamble);
    HealthConfig health = pool.health();
    return new PoolConfig(
        pool.balance(),
        pool.dial(),
        pool.queue(),
        new HealthConfig(
            health.pace(), health.thresholds(), health.send(), health.expect(), () -> preamble),
        pool.ejection());
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
