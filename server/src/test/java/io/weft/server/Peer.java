package io.weft.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The other end of an example that dials: a plain JDK server socket that serves connections. */
public final class Peer implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 30;

  private final ServerSocket socket;
  private final CompletableFuture<Object> result = new CompletableFuture<>();
  private final Thread thread;

  private Peer(ServerSocket socket, Talk talk) {
    this.socket = socket;
    this.thread = Thread.ofVirtual().start(() -> run(talk));
  }

  /** Serves one connection. */
  public static Peer serving(Talk talk) throws IOException {
    return new Peer(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")), talk);
  }

  private void run(Talk talk) {
    try (Socket conn = socket.accept()) {
      result.complete(talk.with(conn));
    } catch (Exception | AssertionError e) {
      result.completeExceptionally(e);
    }
  }

  public String address() {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  /** What the talk gave, once it has ended. */
  public Object result() throws Exception {
    return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    socket.close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError("the talk still goes on", e);
    }
  }

  /** What the server does with its connection. */
  public interface Talk {
    Object with(Socket conn) throws Exception;
  }
}
