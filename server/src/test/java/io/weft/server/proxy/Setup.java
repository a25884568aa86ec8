package io.weft.server.proxy;

import io.weft.DialConfig;
import io.weft.Network;
import io.weft.server.notation.SocketUrl;
import io.weft.server.upstream.Balance;
import io.weft.server.upstream.EjectionConfig;
import io.weft.server.upstream.HealthConfig;
import io.weft.server.upstream.PoolConfig;
import io.weft.server.upstream.UpstreamSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The configuration of a test's proxy: a free port, upstreams that are neither checked nor ejected,
 * and no wait without reason.
 */
final class Setup {
  List<SocketUrl> listen = List.of(new SocketUrl(Network.TCP, "127.0.0.1:0"));
  final List<UpstreamSpec> upstreams = new ArrayList<>();
  final Map<String, List<UpstreamSpec>> named = new HashMap<>();
  Duration connectTimeout = Duration.ofSeconds(5);
  Duration resolveInterval = Duration.ZERO;
  Duration queueTimeout = Duration.ofSeconds(5);
  HealthConfig health = HealthConfig.OFF;
  Introduction introduction = Introduction.DEFAULT;
  Timeouts timeouts = Timeouts.DEFAULT;
  Limits limits = Limits.DEFAULT;

  static Setup to(Backend... backends) {
    Setup setup = new Setup();
    for (Backend backend : backends) {
      setup.upstreams.add(backend.spec());
    }
    return setup;
  }

  ProxyConfig config() {
    PoolConfig pool =
        new PoolConfig(
            Balance.ROUND_ROBIN,
            DialConfig.DEFAULT.withTimeout(connectTimeout),
            new PoolConfig.Queueing(queueTimeout, 16),
            health,
            new EjectionConfig(0, EjectionConfig.DEFAULT.backoff(), 100));
    return new ProxyConfig(
        listen,
        new Targets(pool, upstreams, named, resolveInterval),
        introduction,
        timeouts,
        limits);
  }
}
