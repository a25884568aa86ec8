package io.weft.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's other way to the same end: an echo server on one Selector and one thread.
 *
 * <p>Run: {@code java -cp bench/target/classes io.weft.bench.peers.NioEcho 7001}. The line {@code
 * ready: ...} tells what it bound.
 */
public final class NioEcho {
  private static final int BUFFER_BYTES = 16 * 1024;
  private static final int BACKLOG_MAX = 4096;

  private final ByteBuffer shared = ByteBuffer.allocateDirect(BUFFER_BYTES);

  private NioEcho() {}

  /**
   * Serves until it is killed.
   *
   * @param args the port (0 for any, on 127.0.0.1)
   * @throws IOException the address cannot be bound
   */
  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      System.err.println("usage: NioEcho PORT");
      System.exit(2);
    }
    InetAddress local = InetAddress.ofLiteral("127.0.0.1");
    try (Selector selector = Selector.open();
        ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(local, Integer.parseInt(args[0])), BACKLOG_MAX);
      server.configureBlocking(false);
      server.register(selector, SelectionKey.OP_ACCEPT);
      System.out.println("ready: nio echo on " + server.getLocalAddress());
      NioEcho echo = new NioEcho();
      for (; ; ) {
        selector.select(echo::serve);
      }
    }
  }

  private void serve(SelectionKey key) {
    if (key.channel() instanceof SocketChannel conn) {
      try {
        echo(key, conn);
      } catch (IOException e) {
        close(conn); // the peer is gone: nobody is left to tell
      }
    } else {
      accept(key.selector(), (ServerSocketChannel) key.channel());
    }
  }

  private static void accept(Selector selector, ServerSocketChannel server) {
    try {
      for (SocketChannel conn = server.accept(); conn != null; conn = server.accept()) {
        conn.setOption(StandardSocketOptions.TCP_NODELAY, true);
        conn.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        conn.configureBlocking(false);
        conn.register(selector, SelectionKey.OP_READ);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads and writes back; what the socket does not take is kept, and written before more is read.
   */
  private void echo(SelectionKey key, SocketChannel conn) throws IOException {
    ByteBuffer kept = (@Nullable ByteBuffer) key.attachment();
    ByteBuffer buffer = kept == null ? shared.clear() : kept;
    if (kept == null) {
      if (conn.read(buffer) < 0) {
        conn.close();
        return;
      }
      buffer.flip();
    }
    conn.write(buffer);
    boolean left = buffer.hasRemaining();
    if (left && kept == null) {
      key.attach(ByteBuffer.allocateDirect(buffer.remaining()).put(buffer).flip());
      key.interestOps(SelectionKey.OP_WRITE);
    } else if (!left && kept != null) {
      key.attach(null);
      key.interestOps(SelectionKey.OP_READ);
    }
  }

  private static void close(SocketChannel conn) {
    try {
      conn.close();
    } catch (IOException e) {
      // closed all the same
    }
  }
}
