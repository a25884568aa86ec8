package io.weft.server.proxy;

import io.weft.Conn;
import io.weft.Net;
import io.weft.OpenLimit;
import io.weft.server.address.SocketUrl;
import io.weft.server.service.Listeners;
import io.weft.server.service.Service;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A proxy on any number of addresses. */
public final class ProxyService implements Service, Listeners.Server {
  // of the time to drain, how much of it again the ends of sessions may take that go on after it
  private static final int SPREAD_DIVISOR = 5;

  private final String name;
  private final ProxyConfig config;
  private final Routes routes;
  private final Proxy proxy;
  private final Listeners listeners;
  private final OpenLimit shared;

  /**
   * A proxy that has not started.
   *
   * @param log hears of every session that has ended; stays open
   */
  public ProxyService(Net net, String name, ProxyConfig config, AccessLog log) throws IOException {
    this.name = name;
    this.config = config;
    this.routes = new Routes(net, config);
    this.proxy = new Proxy(net, config, routes, log);
    this.listeners = new Listeners(net, name);
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
  public void start() throws IOException {
    listeners.start(config.listen(), this);
    routes.start();
  }

  @Override
  public void serve(Conn client, SocketUrl bound) {
    proxy.serve(client, bound);
  }

  @Override
  public OpenLimit limit() {
    int listenerMax = config.limits().listenerConnectionsMax();
    return listenerMax < shared.openMax() ? OpenLimit.of(listenerMax) : shared;
  }

  @Override
  public List<SocketUrl> bound() {
    return listeners.bound();
  }

  @Override
  public CompletableFuture<Void> failure() {
    return listeners.failure();
  }

  @Override
  public int openCount() {
    return proxy.sessions().open().count();
  }

  @Override
  public boolean drain(Duration timeout) throws InterruptedException {
    listeners.close();
    boolean complete = listeners.awaitNone(proxy.sessions().open(), timeout);
    if (!complete) {
      proxy.sessions().endAll(Cause.DRAIN, timeout.dividedBy(SPREAD_DIVISOR));
    }
    routes.close();
    return complete;
  }

  @Override
  public void close() {
    listeners.close();
    routes.close();
  }
}
