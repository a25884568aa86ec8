package io.weft.bench.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The JDK's own way to the same end: an echo server on blocking channels, one virtual thread per
 * connection.
 *
 * <p>Run: {@code java -cp bench/target/classes io.weft.bench.peers.JdkEcho 7001}, or with the path
 * of a unix socket in place of the port. The line {@code ready: ...} tells what it bound.
 */
public final class JdkEcho {
  private static final int BUFFER_BYTES = 16 * 1024;
  private static final int BACKLOG_MAX = 4096;

  private JdkEcho() {}

  /**
   * Serves until it is killed.
   *
   * @param args the port (0 for any, on 127.0.0.1), or the path of a unix socket
   * @throws IOException the address cannot be bound
   */
  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      System.err.println("usage: JdkEcho PORT|PATH");
      System.exit(2);
    }
    boolean tcp = args[0].chars().allMatch(Character::isDigit);
    try (ServerSocketChannel server = tcp ? tcp(args[0]) : unix(Path.of(args[0]))) {
      System.out.println("ready: jdk echo on " + server.getLocalAddress());
      for (; ; ) {
        SocketChannel conn = server.accept();
        Thread.ofVirtual().start(() -> echo(conn, tcp));
      }
    }
  }

  private static ServerSocketChannel tcp(String port) throws IOException {
    InetAddress local = InetAddress.ofLiteral("127.0.0.1");
    return bind(ServerSocketChannel.open(), new InetSocketAddress(local, Integer.parseInt(port)));
  }

  private static ServerSocketChannel unix(Path path) throws IOException {
    Files.deleteIfExists(path);
    return bind(
        ServerSocketChannel.open(StandardProtocolFamily.UNIX), UnixDomainSocketAddress.of(path));
  }

  private static ServerSocketChannel bind(ServerSocketChannel server, SocketAddress address)
      throws IOException {
    return server.bind(address, BACKLOG_MAX);
  }

  private static void echo(SocketChannel conn, boolean tcp) {
    try (conn) {
      if (tcp) {
        conn.setOption(StandardSocketOptions.TCP_NODELAY, true);
        conn.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      }
      ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
      while (conn.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          conn.write(buffer);
        }
        buffer.clear();
      }
    } catch (IOException e) {
      // the peer is gone: nobody is left to tell
    }
  }
}
