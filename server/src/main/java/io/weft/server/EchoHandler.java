package io.weft.server;

import io.weft.Conn;
import io.weft.ConnHandler;
import io.weft.server.service.OpenSet;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;

/**
 * Sends back what a connection receives, until its end of stream, or, in a drain, until it falls
 * silent. A connection that waits for bytes holds no buffer.
 */
final class EchoHandler implements ConnHandler {
  /** In a drain, the silence that ends a connection. */
  static final Duration DRAIN_SILENCE = Duration.ofSeconds(1);

  private final EchoBuffers buffers;
  private final OpenSet<Conn> open = new OpenSet<>();
  private volatile boolean draining;

  EchoHandler(EchoBuffers buffers) {
    this.buffers = buffers;
  }

  @Override
  public void handle(Conn conn) throws IOException {
    open.add(conn);
    try {
      while (awaitBytes(conn) && echo(conn)) {
        // what was received has been sent back
      }
    } finally {
      open.remove(conn);
    }
  }

  /** From now on connections end once they are silent, those that wait already included. */
  void drain() throws IOException {
    draining = true;
    for (Conn conn : open.all()) {
      limitSilence(conn);
    }
  }

  /** The connections that it serves. */
  OpenSet<Conn> open() {
    return open;
  }

  // a connection that is closed meanwhile has no silence to limit
  private static void limitSilence(Conn conn) throws IOException {
    try {
      conn.setReadTimeout(DRAIN_SILENCE);
    } catch (ClosedChannelException e) {
      assert !conn.isOpen();
    }
  }

  private boolean awaitBytes(Conn conn) throws IOException {
    if (draining) {
      limitSilence(conn);
    }
    try {
      conn.awaitReadable();
      return true;
    } catch (SocketTimeoutException e) {
      if (draining) {
        return false;
      }
      throw e;
    }
  }

  private boolean echo(Conn conn) throws IOException {
    ByteBuffer buffer = buffers.take();
    if (conn.read(buffer) < 0) {
      buffers.give(buffer);
      return false;
    }
    conn.write(buffer.flip());
    // a buffer whose operation failed does not come here: it is left to the collector
    buffers.give(buffer);
    return true;
  }
}
