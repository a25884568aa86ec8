package io.weft.tck.soak;

import io.weft.Conn;
import io.weft.Listener;
import io.weft.Network;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.function.Consumer;

/** A listener for a while. Several threads accept, and are disturbed. */
final class Door {
  private final Listener listener;
  private final Tally tally;
  private volatile boolean closing;

  Door(Listener listener, Tally tally) {
    this.listener = listener;
    this.tally = tally;
  }

  Listener listener() {
    return listener;
  }

  Network network() {
    return listener.network();
  }

  /** The address as text that dials it. */
  String address() {
    return switch (listener.address()) {
      case InetSocketAddress inet -> "127.0.0.1:" + inet.getPort();
      case UnixDomainSocketAddress unix -> unix.getPath().toString();
      default -> throw new AssertionError("an address of a new kind: " + listener.address());
    };
  }

  /** Whether connections that nobody has accepted may be lost. */
  boolean isClosing() {
    return closing;
  }

  void close() {
    closing = true;
    listener.close();
  }

  /** Hands connections on, until it is closed. */
  void acceptAll(Consumer<Conn> handler) throws IOException {
    for (; ; ) {
      try {
        handler.accept(listener.accept());
      } catch (InterruptedIOException e) {
        tally.ended(e);
        Thread.interrupted();
        if (e instanceof SocketTimeoutException && !closing) {
          forgetDeadline();
        }
      } catch (ClosedChannelException e) {
        if (closing) {
          return;
        }
        throw e;
      }
    }
  }

  private void forgetDeadline() throws IOException {
    try {
      listener.setDeadline(null);
    } catch (ClosedChannelException e) {
      // the next accept tells
    }
  }
}
