package io.weft.server;

import io.weft.Conn;
import io.weft.OpenLimit;
import io.weft.server.notation.SocketUrl;
import io.weft.server.service.Listeners;
import io.weft.server.service.Service;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An echo server on any number of addresses. */
final class EchoService implements Service {
  private final String name;
  private final EchoHandler handler;
  private final Listeners listeners = new Listeners(this);
  private final OpenLimit limit = OpenLimit.of(Integer.MAX_VALUE);
  // changed by the thread that changes the service
  private volatile List<SocketUrl> urls;

  EchoService(EchoBuffers buffers, String name, List<SocketUrl> urls) {
    this.name = name;
    this.handler = new EchoHandler(buffers);
    this.urls = List.copyOf(urls);
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
  public List<SocketUrl> listen() {
    return urls;
  }

  /** Listens somewhere else from now on. */
  void update(List<SocketUrl> changed) {
    urls = List.copyOf(changed);
  }

  @Override
  public Listeners listeners() {
    return listeners;
  }

  @Override
  public void serve(Conn conn, SocketUrl bound) throws IOException {
    handler.handle(conn);
  }

  @Override
  public OpenLimit limit(@Nullable OpenLimit present) {
    return limit;
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
