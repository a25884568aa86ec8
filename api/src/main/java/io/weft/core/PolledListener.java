package io.weft.core;

import io.weft.Conn;
import io.weft.Listener;
import io.weft.Network;
import io.weft.spi.Errno;
import io.weft.spi.ListenHandle;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The one implementation of {@link Listener}. */
final class PolledListener extends Polled implements Listener {
  private final SocketAddress address;
  private final AcceptSide accepts;
  private final Adopter adopter;
  // the file to remove on close; null for tcp
  private final @Nullable Path file;
  private final CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();

  PolledListener(Endpoint endpoint, Loop loop, ListenHandle handle, Wiring wiring) {
    super(endpoint, loop, handle);
    this.address = Objects.requireNonNull(endpoint.local());
    this.accepts = new AcceptSide(this, handle, wiring.nextLoop());
    this.adopter = wiring.adopter();
    this.file = wiring.file();
    join();
  }

  @Override
  public Conn accept() throws IOException {
    for (; ; ) {
      Conn conn = adopter.adopt(take());
      if (conn != null) {
        return conn;
      }
    }
  }

  private AcceptSide.Accepted take() throws IOException {
    lock(true, "accept");
    try {
      int r = accepts.accept();
      while (r == -Errno.ECONNABORTED.number()) {
        r = accepts.accept();
      }
      if (r < 0) {
        throw failure("accept", r);
      }
      return accepts.take();
    } finally {
      unlock(true);
    }
  }

  @Override
  public SocketAddress address() {
    return address;
  }

  @Override
  public Network network() {
    return networkOf();
  }

  @Override
  public void setDeadline(@Nullable Instant deadline) throws IOException {
    setSideDeadline(accepts, nanosAt(deadline));
  }

  @Override
  public void setTimeout(@Nullable Duration timeout) throws IOException {
    setSideDeadline(accepts, nanosAfter(timeout));
  }

  @Override
  public boolean isOpen() {
    return !isClosing();
  }

  @Override
  public void close() {
    closeHandle();
  }

  /** Waits a while, or until this listener is closed or the thread interrupted. */
  void pause(long nanos) {
    try {
      closed.get(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException e) {
      // the time is over; nothing completes it with a failure
    }
  }

  /** Runs a task when this listener is closed; at once when it is. */
  void whenClosed(Runnable task) {
    var unused = closed.thenRun(task);
  }

  @Override
  void beforeRelease() {
    closed.complete(null);
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        System.getLogger("io.weft")
            .log(System.Logger.Level.WARNING, "cannot remove the socket file " + file, e);
      }
    }
  }

  @Override
  void cancelAll() {
    accepts.cancel();
  }

  @Override
  void retireAll() {
    accepts.retire();
  }

  /** Makes a connection of what was accepted; null when it has died already. */
  interface Adopter {
    @Nullable Conn adopt(AcceptSide.Accepted accepted) throws IOException;
  }

  /** What a listener needs of its net. */
  record Wiring(Supplier<Loop> nextLoop, Adopter adopter, @Nullable Path file) {}
}
