package io.weft.server;

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

/** An echo server on any number of addresses. */
final class EchoService implements Service, Listeners.Server {
  private final String name;
  private final List<SocketUrl> urls;
  private final EchoHandler handler;
  private final Listeners listeners;
  private final OpenLimit limit = OpenLimit.of(Integer.MAX_VALUE);

  EchoService(Net net, EchoBuffers buffers, String name, List<SocketUrl> urls) {
    this.name = name;
    this.urls = List.copyOf(urls);
    this.handler = new EchoHandler(buffers);
    this.listeners = new Listeners(net, name);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String type() {
    return "echo";
  }

  @Override
  public void start() throws IOException {
    listeners.start(urls, this);
  }

  @Override
  public void serve(Conn conn, SocketUrl bound) throws IOException {
    handler.handle(conn);
  }

  @Override
  public OpenLimit limit() {
    return limit;
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
    return handler.open().count();
  }

  @Override
  public boolean drain(Duration timeout) throws IOException, InterruptedException {
    listeners.close();
    handler.drain();
    boolean complete = listeners.awaitNone(handler.open(), timeout);
    handler.open().all().forEach(Conn::close);
    return complete;
  }

  @Override
  public void close() {
    listeners.close();
  }
}
