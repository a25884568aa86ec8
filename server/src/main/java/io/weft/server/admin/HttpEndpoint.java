package io.weft.server.admin;

import io.weft.HostPort;
import io.weft.server.notation.SocketUrl;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Pages over HTTP, on threads of their own: the event loops do not know of them. A connection has
 * one request and little time, and there are few of them, so that no client, slow or hostile, takes
 * more than that.
 */
final class HttpEndpoint implements AutoCloseable {
  // one accepts, one selects: two requests are answered at a time
  private static final int THREADS_MAX = 4;
  private static final int BACKLOG = 128;
  private static final int HEADER_BYTES_MAX = 8 * 1024;
  private static final long CLOSE_MILLIS = 1_000;

  /**
   * What clients may take.
   *
   * @param connectionsMax how many have a connection; the others wait in the kernel
   * @param silence how long a connection may be silent
   * @param lifetime how long it may last at all
   */
  record Bounds(int connectionsMax, Duration silence, Duration lifetime) {
    static final Bounds DEFAULT = new Bounds(32, Duration.ofSeconds(10), Duration.ofSeconds(30));
  }

  private final Server http;
  private final SocketUrl url;
  private final AbstractConnector connector;

  private HttpEndpoint(Server http, SocketUrl url, AbstractConnector connector) {
    this.http = http;
    this.url = url;
    this.connector = connector;
  }

  /**
   * Listens, and serves pages by their paths.
   *
   * @throws IOException with the address, when nobody can listen on it
   */
  static HttpEndpoint open(SocketUrl url, Map<String, Page> pages, Bounds bounds)
      throws IOException {
    QueuedThreadPool threads = new QueuedThreadPool(THREADS_MAX, 1);
    threads.setName("weft-admin");
    threads.setDaemon(true);
    Server http = new Server(threads);
    AbstractConnector connector = connector(http, url);
    connector.setIdleTimeout(bounds.silence().toMillis());
    connector.addBean(new TimeLimit(connector, bounds.lifetime()));
    http.addConnector(connector);
    http.addBean(new NetworkConnectionLimit(bounds.connectionsMax(), connector));
    http.setHandler(new GracefulHandler(new PageHandler(pages)));
    http.setErrorHandler(PageHandler::fail);
    http.setStopTimeout(CLOSE_MILLIS);
    HttpEndpoint endpoint = new HttpEndpoint(http, url, connector);
    endpoint.start();
    return endpoint;
  }

  private static AbstractConnector connector(Server http, SocketUrl url) throws IOException {
    HttpConnectionFactory protocol = new HttpConnectionFactory(configuration());
    if (url.network().isTcp()) {
      ServerConnector tcp = new ServerConnector(http, 1, 1, protocol);
      HostPort address = HostPort.split(url.address());
      tcp.setHost(address.host().isEmpty() ? null : address.host());
      tcp.setPort(Integer.parseInt(address.port()));
      tcp.setAcceptQueueSize(BACKLOG);
      return tcp;
    }
    UnixDomainServerConnector unix = new UnixDomainServerConnector(http, 1, 1, protocol);
    unix.setUnixDomainPath(Path.of(url.address()));
    unix.setAcceptQueueSize(BACKLOG);
    return unix;
  }

  private static HttpConfiguration configuration() {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setPersistentConnectionsEnabled(false);
    configuration.setRequestHeaderSize(HEADER_BYTES_MAX);
    // of requests that do not say whom they ask; a unix socket's path is no host
    configuration.setServerAuthority(new org.eclipse.jetty.util.HostPort("localhost"));
    return configuration;
  }

  private void start() throws IOException {
    try {
      http.start();
    } catch (Exception e) {
      close();
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException("admin on " + url + ": " + cause.getMessage(), e);
    }
  }

  /** The address that was really bound. */
  SocketUrl bound() {
    return url.network().isTcp() ? new SocketUrl(url.network(), SocketUrl.text(address())) : url;
  }

  /** Whether processes of other machines may reach it. */
  boolean isOpenToOthers() {
    return address() instanceof InetSocketAddress inet && !inet.getAddress().isLoopbackAddress();
  }

  private SocketAddress address() {
    try {
      return ((ServerSocketChannel) connector.getTransport()).getLocalAddress();
    } catch (IOException e) {
      throw new IllegalStateException("the admin endpoint is closed", e);
    }
  }

  /** Ends; requests that are under way have a second. */
  @Override
  public void close() {
    try {
      http.stop();
    } catch (Exception e) {
      System.getLogger(HttpEndpoint.class.getName())
          .log(System.Logger.Level.DEBUG, "the admin endpoint did not end in peace", e);
    }
  }

  /** Ends each connection after a time, whatever it does. */
  private record TimeLimit(AbstractConnector connector, Duration lifetime)
      implements Connection.Listener {
    @Override
    public void onOpened(Connection connection) {
      connector
          .getScheduler()
          .schedule(connection::close, lifetime.toMillis(), TimeUnit.MILLISECONDS);
    }
  }
}
