package io.weft.bench.peers;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Set;

/**
 * Helidon's way to the same end: an echo as a protocol of its web server, one virtual thread per
 * connection. Its buffers have 8 KiB, which cannot be chosen.
 *
 * <p>Run: {@code java -cp 'bench/target/lib/*:bench/target/classes' io.weft.bench.peers.HelidonEcho
 * 7001}. The line {@code ready: ...} tells what it bound.
 */
public final class HelidonEcho implements ServerConnectionSelector {
  private static final int BACKLOG_MAX = 4096;

  private HelidonEcho() {}

  /**
   * Serves until it is killed.
   *
   * @param args the port (0 for any, on 127.0.0.1)
   */
  public static void main(String[] args) {
    if (args.length != 1) {
      System.err.println("usage: HelidonEcho PORT");
      System.exit(2);
    }
    WebServer server =
        WebServer.builder()
            .host("127.0.0.1")
            .port(Integer.parseInt(args[0]))
            .backlog(BACKLOG_MAX)
            .connectionOptions(options -> options.tcpNoDelay(true).socketKeepAlive(true))
            .protocolsDiscoverServices(false)
            .addConnectionSelector(new HelidonEcho())
            .build()
            .start();
    System.out.println("ready: helidon echo on 127.0.0.1:" + server.port());
  }

  @Override
  public int bytesToIdentifyConnection() {
    return 0;
  }

  @Override
  public Support supports(BufferData data) {
    return Support.SUPPORTED;
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return Set.of();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    return new Echo(context.dataReader(), context.dataWriter());
  }

  private record Echo(DataReader reader, DataWriter writer) implements ServerConnection {
    @Override
    public void handle(Limit limit) {
      try {
        for (; ; ) {
          writer.writeNow(reader.readBuffer());
        }
      } catch (DataReader.InsufficientDataAvailableException e) {
        // end of stream
      }
    }

    /** Never idle: the server closes none. */
    @Override
    public Duration idleTime() {
      return Duration.ZERO;
    }

    @Override
    public void close(boolean interrupt) {}
  }
}
