package io.weft.core;

import io.weft.DialConfig;
import io.weft.spi.Direction;
import io.weft.spi.ErrnoException;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A connect in progress. It ends by surrendering its handle to a connection, or by closing it. */
final class Dialing extends Polled {
  private final StreamHandle stream;
  private final ConnectSide connects;

  Dialing(Endpoint endpoint, Loop loop, StreamHandle handle) {
    super(endpoint, loop, handle);
    this.stream = handle;
    SocketAddress remote = Objects.requireNonNull(endpoint.remote());
    this.connects = new ConnectSide(this, handle, remote);
    join();
  }

  /** Sets up, binds and connects the socket, or throws; the handle is then closed. */
  void connect(DialConfig config, Target target, long deadlineNanos) throws IOException {
    boolean done = false;
    try {
      perform(config, target, deadlineNanos);
      if (!surrender()) {
        throw NetErrors.closed(endpoint(), "dial", true);
      }
      done = true;
    } finally {
      if (!done) {
        closeHandle();
      }
    }
  }

  // inside the lock word, so that a close waits until the operation has had its result
  private void perform(DialConfig config, Target target, long deadlineNanos) throws IOException {
    lock(false, "dial");
    try {
      connects.setDeadline(deadlineNanos);
      connects.check();
      UnconnectedSocket.prepare(stream, target, config.setup(), endpoint(), "dial");
      bindAndConnect(LocalAddress.toBind(config.route().localAddress(), target));
    } finally {
      unlock(false);
    }
  }

  private void bindAndConnect(@Nullable SocketAddress local) throws IOException {
    try {
      if (local != null) {
        connects.check();
        stream.bind(local);
      }
      int r = connects.perform();
      if (r < 0) {
        throw failure("dial", r);
      }
    } catch (ErrnoException e) {
      throw failure("dial", e);
    } catch (UnsupportedOperationException e) {
      throw NetErrors.unsupported(endpoint(), "dial", e);
    }
  }

  /** The handle; after a connect it is the caller's. */
  StreamHandle stream() {
    return stream;
  }

  @Override
  void cancelAll() {
    connects.cancel();
  }

  @Override
  void retireAll() {
    connects.retire();
  }

  private static final class ConnectSide extends Side {
    private final StreamHandle handle;
    private final SocketAddress remote;

    ConnectSide(Polled owner, StreamHandle handle, SocketAddress remote) {
      super(owner, Direction.WRITE);
      this.handle = handle;
      this.remote = remote;
    }

    @Override
    String op() {
      return "dial";
    }

    @Override
    int attempt() {
      return handle.connect(remote, this);
    }
  }
}
