package io.weft.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Net;
import io.weft.server.notation.SocketUrl;
import io.weft.server.service.Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A proxy in this process, and what it has to say of its sessions. */
final class TestingProxy implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 30;

  private final Server server;
  private final ProxyService service;
  private final BlockingQueue<SessionRecord> ended = new LinkedBlockingQueue<>();

  TestingProxy(Runner runner, Setup setup) throws IOException {
    this(runner, setup, host -> Set.of(InetAddress.getByName(host)));
  }

  TestingProxy(Runner runner, Setup setup, Resolution.Lookup lookup) throws IOException {
    Net net = runner.open();
    server = new Server(net);
    service = new ProxyService(net, "proxy", setup.config(), ended::add, lookup);
    boolean started = false;
    try {
      server.start(List.of(service));
      started = true;
    } finally {
      if (!started) {
        server.close();
      }
    }
  }

  ProxyService service() {
    return service;
  }

  SocketAddress address() {
    return address(0);
  }

  SocketAddress address(int index) {
    SocketUrl url = service.bound().get(index);
    return url.network().isTcp()
        ? new InetSocketAddress("127.0.0.1", Integer.parseInt(url.address().replaceAll(".*:", "")))
        : UnixDomainSocketAddress.of(url.address());
  }

  Plain dial() throws IOException {
    return new Plain(SocketChannel.open(address()));
  }

  /** The next session that has ended. */
  SessionRecord session() throws InterruptedException {
    SessionRecord session = ended.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(session).as("a session that has ended").isNotNull();
    return session;
  }

  @Override
  public void close() {
    server.close();
    assertThat(ended).as("sessions that nobody expected").isEmpty();
  }
}
