package io.weft.server;

import io.weft.Listener;
import io.weft.Net;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** An echo server on any number of addresses, from its start to the end of its drain. */
final class EchoService implements AutoCloseable {
  private final Net net;
  private final EchoHandler handler;
  private final List<Listener> listeners = new ArrayList<>();
  private final CompletableFuture<Void> failure = new CompletableFuture<>();

  @Inject
  EchoService(Net net, EchoHandler handler) {
    this.net = net;
    this.handler = handler;
  }

  /**
   * Listens on all addresses, or on none, and serves them.
   *
   * @return the ready lines, one for each, in the same order
   */
  List<String> start(List<ListenUrl> urls) throws IOException {
    for (ListenUrl url : urls) {
      listeners.add(net.listen(url.network().toString(), url.address()));
    }
    listeners.forEach(listener -> net.go(() -> serve(listener)));
    return listeners.stream().map(this::readyLine).toList();
  }

  /** The addresses that were really bound. */
  List<ListenUrl> bound() {
    return listeners.stream().map(ListenUrl::of).toList();
  }

  /**
   * Fails when a listener ends, be it by {@link #drain} or by itself; never completes otherwise.
   */
  CompletableFuture<Void> failure() {
    return failure;
  }

  int openCount() {
    return handler.openCount();
  }

  /**
   * Stops accepting, lets the conversations end, and closes.
   *
   * @return whether all of them ended in time
   */
  boolean drain(Duration timeout) throws IOException, InterruptedException {
    listeners.forEach(Listener::close);
    handler.drain();
    return net.shutdown(timeout);
  }

  @Override
  public void close() {
    net.close();
  }

  private void serve(Listener listener) {
    try {
      net.serve(listener, handler);
      failure.completeExceptionally(
          new IOException("echo on " + ListenUrl.of(listener) + " does not accept any more"));
    } catch (IOException e) {
      failure.completeExceptionally(e);
    }
  }

  private String readyLine(Listener listener) {
    return "ready: echo on %s (poller=%s, scheduling=%s, loops=%d)"
        .formatted(ListenUrl.of(listener), net.poller().name(), net.scheduling(), net.loops());
  }
}
