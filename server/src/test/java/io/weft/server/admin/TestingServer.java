package io.weft.server.admin;

import io.weft.DialConfig;
import io.weft.Net;
import io.weft.NetConfig;
import io.weft.Network;
import io.weft.server.notation.SocketUrl;
import io.weft.server.proxy.Introduction;
import io.weft.server.proxy.Limits;
import io.weft.server.proxy.ProxyConfig;
import io.weft.server.proxy.ProxyService;
import io.weft.server.proxy.SessionRecord;
import io.weft.server.proxy.Targets;
import io.weft.server.proxy.Timeouts;
import io.weft.server.service.Server;
import io.weft.server.upstream.Balance;
import io.weft.server.upstream.EjectionConfig;
import io.weft.server.upstream.EscapedBytes;
import io.weft.server.upstream.HealthConfig;
import io.weft.server.upstream.PoolConfig;
import io.weft.server.upstream.Preamble;
import io.weft.server.upstream.UpstreamSpec;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A server with an admin endpoint in this process, and the records of its sessions. */
final class TestingServer implements AutoCloseable {
  static final String SECRET = "AUTH secret";

  private final NetWatch watch = new NetWatch();
  private final NetConfig config =
      NetConfig.DEFAULT.withPoller("nio").withLoops(1).withObserver(watch);
  private final Metrics metrics = new Metrics();
  private final BlockingQueue<SessionRecord> ended = new LinkedBlockingQueue<>();
  private final Net net;
  private final Server server;
  private final Admin admin;

  TestingServer() throws IOException {
    net = Net.open(config);
    server = new Server(net);
    admin =
        Admin.open(AdminConfig.local(), server, config, new Admin.Counts(metrics, watch, "1.2.3"));
  }

  /** Adds services, each a proxy of one upstream that takes a number of sessions at a time. */
  void start(Map<String, UpstreamSpec> services) throws IOException {
    server.start(
        services.entrySet().stream().map(each -> proxy(each.getKey(), each.getValue())).toList());
  }

  private ProxyService proxy(String name, UpstreamSpec upstream) {
    HealthConfig health =
        new HealthConfig(
            HealthConfig.OFF.pace(),
            HealthConfig.OFF.thresholds(),
            new EscapedBytes(SECRET),
            EscapedBytes.NONE,
            Preamble.NONE);
    PoolConfig pool =
        new PoolConfig(
            Balance.ROUND_ROBIN,
            DialConfig.DEFAULT.withTimeout(Duration.ofSeconds(5)),
            new PoolConfig.Queueing(Duration.ZERO, 0),
            health,
            new EjectionConfig(0, EjectionConfig.DEFAULT.backoff(), 100));
    ProxyConfig proxy =
        new ProxyConfig(
            List.of(new SocketUrl(Network.TCP, "127.0.0.1:0")),
            new Targets(pool, List.of(upstream), Map.of(), Duration.ZERO),
            Introduction.DEFAULT,
            Timeouts.DEFAULT,
            Limits.DEFAULT);
    return new ProxyService(net, name, proxy, metrics.counting(name, ended::add));
  }

  Http http() {
    return new Http(admin.url());
  }

  Server server() {
    return server;
  }

  NetWatch watch() {
    return watch;
  }

  BlockingQueue<SessionRecord> ended() {
    return ended;
  }

  Socket dial(String service) throws IOException {
    SocketUrl url =
        server.services().stream()
            .filter(each -> each.name().equals(service))
            .findFirst()
            .orElseThrow()
            .bound()
            .getFirst();
    Socket socket = new Socket();
    socket.connect(Http.address(url));
    socket.setSoTimeout(30_000);
    return socket;
  }

  @Override
  public void close() {
    admin.close();
    metrics.close();
    server.close();
  }
}
