package io.weft.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on the JDK's channels that does with each connection what a test wants. */
public final class TestingServer implements AutoCloseable {
  private static final int BACKLOG = 128;
  private static final int BUFFER_BYTES = 64 * 1024;

  /** What is done with a connection, which is closed afterwards. */
  public interface Handler {
    /** Until it ends. */
    void handle(SocketChannel conn) throws IOException;
  }

  /** What becomes of bytes before they are sent back, from position to limit. */
  public interface Change {
    /** Of one read. */
    void apply(ByteBuffer bytes);
  }

  private final ServerSocketChannel listener;
  private final AtomicInteger accepted = new AtomicInteger();

  /** Serves until it is closed. */
  public TestingServer(Handler handler) throws IOException {
    listener =
        ServerSocketChannel.open()
            .bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), BACKLOG);
    Thread.ofVirtual().start(() -> accept(handler));
  }

  /** Sends back what it receives, changed. */
  public static TestingServer echo(Change change) throws IOException {
    return new TestingServer(
        conn -> {
          ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
          while (conn.read(buffer) >= 0) {
            change.apply(buffer.flip());
            while (buffer.hasRemaining()) {
              conn.write(buffer);
            }
            buffer.clear();
          }
        });
  }

  private void accept(Handler handler) {
    try {
      for (; ; ) {
        SocketChannel conn = listener.accept();
        accepted.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(conn, handler));
      }
    } catch (IOException e) {
      // closed: the test is over
    }
  }

  private static void serve(SocketChannel conn, Handler handler) {
    try (conn) {
      handler.handle(conn);
    } catch (IOException e) {
      // the load resets its connections in the end
    }
  }

  /** Where it listens. */
  public int port() throws IOException {
    return ((InetSocketAddress) listener.getLocalAddress()).getPort();
  }

  /** How many connections there have been. */
  public int accepted() {
    return accepted.get();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
