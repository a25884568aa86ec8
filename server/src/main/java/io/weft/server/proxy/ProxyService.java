package io.weft.server.proxy;

import io.weft.Listener;
import io.weft.Net;
import io.weft.OpenLimit;
import io.weft.server.address.SocketUrl;
import io.weft.server.service.Listeners;
import io.weft.server.service.Service;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A proxy on any number of addresses, from its start to the end of its drain. */
public final class ProxyService implements Service {
  // of the time to drain, how much of it again the ends of sessions may take that go on after it
  private static final int SPREAD_DIVISOR = 5;
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final Net net;
  private final ProxyConfig config;
  private final AccessLog log;
  private final Routes routes;
  private final Proxy proxy;
  private final Listeners listeners;
  private final OpenLimit shared;

  /** A proxy that has not started. It closes the net and the log in the end. */
  @Inject
  ProxyService(Net net, ProxyConfig config, AccessLog log) throws IOException {
    this.net = net;
    this.config = config;
    this.log = log;
    this.routes = new Routes(net, config);
    this.proxy = new Proxy(net, config, routes, log);
    this.listeners = new Listeners(net, "proxy");
    this.shared = OpenLimit.of(config.limits().connectionsMax());
  }

  /**
   * Listens on all addresses, or on none, serves them, and begins to check the upstreams.
   *
   * @return the ready lines, one for each, in the same order
   */
  public List<String> start() throws IOException {
    List<String> ready = listeners.start(config.listen(), this::serve);
    routes.start();
    return ready;
  }

  /** The addresses that were really bound. */
  public List<SocketUrl> bound() {
    return listeners.bound();
  }

  private void serve(Listener listener) throws IOException {
    SocketUrl url = SocketUrl.of(listener);
    int listenerMax = config.limits().listenerConnectionsMax();
    OpenLimit limit = listenerMax < shared.openMax() ? OpenLimit.of(listenerMax) : shared;
    net.serve(listener, client -> proxy.serve(client, url), limit);
  }

  @Override
  public CompletableFuture<Void> failure() {
    return listeners.failure();
  }

  @Override
  public int openCount() {
    return proxy.sessions().count();
  }

  @Override
  public boolean drain(Duration timeout) throws InterruptedException {
    listeners.close();
    boolean complete = proxy.sessions().awaitNone(timeout);
    if (!complete) {
      proxy.sessions().endAll(Cause.DRAIN, timeout.dividedBy(SPREAD_DIVISOR));
    }
    routes.close();
    // and the threads of those that were accepted and are no sessions yet
    complete &= net.shutdown(GRACE);
    log.close();
    return complete;
  }

  @Override
  public void close() {
    routes.close();
    net.close();
    log.close();
  }
}
