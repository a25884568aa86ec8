package io.weft.core;

import io.weft.spi.Direction;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Objects;

/** A connect in progress. It ends by surrendering its handle to a connection, or by closing it. */
final class Dialing extends Polled {
  private final ConnectSide connects;

  Dialing(Endpoint endpoint, Loop loop, StreamHandle handle) {
    super(endpoint, loop, handle);
    SocketAddress remote = Objects.requireNonNull(endpoint.remote());
    this.connects = new ConnectSide(this, handle, remote);
    join();
  }

  /** Connects, or throws; the handle is then closed. */
  void connect(long deadlineNanos) throws IOException {
    try {
      perform(deadlineNanos);
      if (!surrender()) {
        throw NetErrors.closed(endpoint(), "dial", true);
      }
    } catch (IOException | RuntimeException e) {
      closeHandle();
      throw e;
    }
  }

  // inside the lock word, so that a close waits until the operation has had its result
  private void perform(long deadlineNanos) throws IOException {
    lock(false, "dial");
    try {
      connects.setDeadline(deadlineNanos);
      int r = connects.perform();
      if (r < 0) {
        throw failure("dial", r);
      }
    } catch (UnsupportedOperationException e) {
      throw NetErrors.unsupported(endpoint(), "dial", e);
    } finally {
      unlock(false);
    }
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
