package io.weft.server.proxy;

import io.weft.Conn;
import io.weft.Net;
import io.weft.OpenLimit;
import io.weft.server.notation.SocketUrl;
import io.weft.server.service.Listeners;
import io.weft.server.service.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A proxy on any number of addresses. */
public final class ProxyService implements Service {
  // of the time to drain, how much of it again the ends of sessions may take that go on after it
  private static final int SPREAD_DIVISOR = 5;

  private final String name;
  private final Net net;
  private final Proxy proxy;
  private final Resolution resolution;
  private final Listeners listeners = new Listeners(this);
  // of all listeners together; changed by the thread that changes the service
  private OpenLimit shared;

  /**
   * A proxy that has not started.
   *
   * @param log hears of every session that has ended; stays open
   */
  public ProxyService(Net net, String name, ProxyConfig config, AccessLog log) {
    this(net, name, config, log, host -> lookUp(net, host));
  }

  ProxyService(Net net, String name, ProxyConfig config, AccessLog log, Resolution.Lookup lookup) {
    this.net = net;
    this.name = name;
    this.proxy = new Proxy(net, config, log);
    this.resolution = new Resolution(proxy, lookup);
    this.shared = OpenLimit.of(config.limits().connectionsMax());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String type() {
    return "proxy";
  }

  @Override
  public List<SocketUrl> listen() {
    return proxy.config().listen();
  }

  @Override
  public Listeners listeners() {
    return listeners;
  }

  @Override
  public void begin() {
    proxy.routes().start();
    net.go(resolution);
  }

  /** Takes over another configuration; sessions that have begun go on by the former one. */
  public void update(ProxyConfig config) {
    proxy.update(config);
    resolution.hasten();
    int connectionsMax = config.limits().connectionsMax();
    if (shared.openMax() != connectionsMax) {
      shared = OpenLimit.of(connectionsMax);
    }
  }

  private static Set<InetAddress> lookUp(Net net, String host) throws IOException {
    try {
      return Set.copyOf(net.offload(() -> List.of(InetAddress.getAllByName(host))));
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(host + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void serve(Conn client, SocketUrl bound) {
    proxy.serve(client, bound);
  }

  @Override
  public OpenLimit limit(@Nullable OpenLimit present) {
    int listenerMax = proxy.config().limits().listenerConnectionsMax();
    if (listenerMax >= shared.openMax()) {
      return shared;
    }
    return present != null && present != shared && present.openMax() == listenerMax
        ? present
        : OpenLimit.of(listenerMax);
  }

  /** What it goes by now. */
  public ProxyConfig config() {
    return proxy.config();
  }

  /** Its upstreams, by the sessions that they are for. */
  public List<RouteStatus> routes() {
    return proxy.routes().status();
  }

  /** Whether sessions of any kind can go anywhere. */
  public boolean hasUpstream() {
    return routes().stream().anyMatch(RouteStatus::isUsable);
  }

  /**
   * The sessions that go on for the longest time, the oldest first. They are asked what they have
   * moved, which may take a moment.
   */
  public List<OpenSession> oldest(int max) throws InterruptedException {
    return OpenSession.of(proxy.sessions().oldest(max));
  }

  @Override
  public int openCount() {
    return proxy.sessions().open().count();
  }

  @Override
  public boolean drain(Duration timeout) throws InterruptedException {
    listeners.close();
    resolution.stop();
    boolean complete = listeners.awaitNone(proxy.sessions().open(), timeout);
    if (!complete) {
      proxy.sessions().endAll(Cause.DRAIN, timeout.dividedBy(SPREAD_DIVISOR));
    }
    proxy.routes().close();
    return complete;
  }

  @Override
  public void close() {
    listeners.close();
    resolution.stop();
    proxy.routes().close();
  }
}
