package io.weft.server.service;

import io.weft.Listener;
import io.weft.Net;
import io.weft.server.address.SocketUrl;
import java.io.IOException;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The listeners of a service. */
public final class Listeners {
  private final Net net;
  private final String service;
  private final List<Listener> listeners = new ArrayList<>();
  private final CompletableFuture<Void> failure = new CompletableFuture<>();

  /**
   * Without any listener yet.
   *
   * @param service the service's name, for ready lines and messages
   */
  public Listeners(Net net, String service) {
    this.net = net;
    this.service = service;
  }

  /**
   * Listens on all addresses, or on none, and has them served, each on a thread of its own.
   *
   * @return the ready lines, one for each, in the same order
   */
  public List<String> start(List<SocketUrl> urls, Server server) throws IOException {
    for (SocketUrl url : urls) {
      listeners.add(listen(url));
    }
    listeners.forEach(listener -> net.go(() -> serve(listener, server)));
    return listeners.stream().map(this::readyLine).toList();
  }

  // a process that died has left its file: it is in nobody's use, and in the way
  private Listener listen(SocketUrl url) throws IOException {
    try {
      return net.listen(url.network().toString(), url.address());
    } catch (BindException e) {
      if (!StaleSocket.remove(net, url)) {
        throw e;
      }
      return net.listen(url.network().toString(), url.address());
    }
  }

  /** The addresses that were really bound. */
  public List<SocketUrl> bound() {
    return listeners.stream().map(SocketUrl::of).toList();
  }

  /** Fails when a listener ends, be it by {@link #close} or by itself; never completes else. */
  public CompletableFuture<Void> failure() {
    return failure;
  }

  /** Stops listening. */
  public void close() {
    listeners.forEach(Listener::close);
  }

  private void serve(Listener listener, Server server) {
    try {
      server.serve(listener);
      failure.completeExceptionally(
          new IOException(service + " on " + SocketUrl.of(listener) + " does not accept any more"));
    } catch (IOException e) {
      failure.completeExceptionally(e);
    }
  }

  private String readyLine(Listener listener) {
    return "ready: %s on %s (poller=%s, scheduling=%s, loops=%d)"
        .formatted(
            service, SocketUrl.of(listener), net.poller().name(), net.scheduling(), net.loops());
  }

  /** Accepts until a listener is closed. */
  @FunctionalInterface
  public interface Server {
    /** As {@link Net#serve}. */
    void serve(Listener listener) throws IOException;
  }
}
