package io.weft.server;

import io.weft.Net;
import io.weft.server.address.SocketUrl;
import io.weft.server.service.Listeners;
import io.weft.server.service.Service;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** An echo server on any number of addresses, from its start to the end of its drain. */
final class EchoService implements Service {
  private final Net net;
  private final EchoHandler handler;
  private final Listeners listeners;

  @Inject
  EchoService(Net net, EchoHandler handler) {
    this.net = net;
    this.handler = handler;
    this.listeners = new Listeners(net, "echo");
  }

  /**
   * Listens on all addresses, or on none, and serves them.
   *
   * @return the ready lines, one for each, in the same order
   */
  List<String> start(List<SocketUrl> urls) throws IOException {
    return listeners.start(urls, listener -> net.serve(listener, handler));
  }

  /** The addresses that were really bound. */
  List<SocketUrl> bound() {
    return listeners.bound();
  }

  @Override
  public CompletableFuture<Void> failure() {
    return listeners.failure();
  }

  @Override
  public int openCount() {
    return handler.openCount();
  }

  @Override
  public boolean drain(Duration timeout) throws IOException, InterruptedException {
    listeners.close();
    handler.drain();
    return net.shutdown(timeout);
  }

  @Override
  public void close() {
    net.close();
  }
}
