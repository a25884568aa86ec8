package io.weft.bench.peers;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.transport.Transport;

/**
 * Vert.x's way to the same end: an echo server with one event loop, on any of Netty's transports.
 * The size of its buffers is its own choice, from what it has received before.
 *
 * <p>Run: {@code java -cp 'bench/target/lib/*:bench/target/classes' io.weft.bench.peers.VertxEcho
 * epoll 7001}; the transport is nio, epoll or io_uring. The line {@code ready: ...} tells what it
 * bound.
 */
public final class VertxEcho {
  private static final int BACKLOG_MAX = 4096;

  private VertxEcho() {}

  /**
   * Serves until it is killed.
   *
   * @param args the transport, and the port (0 for any, on 127.0.0.1)
   */
  public static void main(String[] args) {
    if (args.length != 2) {
      System.err.println("usage: VertxEcho nio|epoll|io_uring PORT");
      System.exit(2);
    }
    Vertx vertx =
        Vertx.builder()
            .with(new VertxOptions().setEventLoopPoolSize(1))
            .withTransport(transport(args[0]))
            .build();
    NetServerOptions options =
        new NetServerOptions()
            .setHost("127.0.0.1")
            .setPort(Integer.parseInt(args[1]))
            .setAcceptBacklog(BACKLOG_MAX)
            .setTcpNoDelay(true)
            .setTcpKeepAlive(true);
    NetServer server =
        vertx
            .createNetServer(options)
            .connectHandler(
                conn -> conn.exceptionHandler(failure -> conn.close()).handler(conn::write))
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    System.out.println("ready: vertx " + args[0] + " echo on 127.0.0.1:" + server.actualPort());
  }

  private static Transport transport(String name) {
    Transport transport =
        switch (name) {
          case "nio" -> Transport.NIO;
          case "epoll" -> Transport.EPOLL;
          case "io_uring" -> Transport.IO_URING;
          default -> throw new IllegalArgumentException("transport: " + name);
        };
    if (!transport.available()) {
      // Vert.x would fall back to nio
      throw new IllegalStateException(name, transport.unavailabilityCause());
    }
    return transport;
  }
}
