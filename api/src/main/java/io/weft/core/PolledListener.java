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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The one implementation of {@link Listener}. */
final class PolledListener extends Polled implements Listener {
  private final SocketAddress address;
  private final AcceptSide accepts;
  private final Adopter adopter;
  // the file to remove on close; null for tcp
  private final @Nullable Path file;
  private final CountDownLatch closed = new CountDownLatch(1);
  // accept loops that may wait for something else than a connection
  private final Set<Runnable> closeListeners = ConcurrentHashMap.newKeySet();

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
    return Objects.requireNonNull(accept(null));
  }

  /** As {@link #accept()}; for a loop with a limit, null when there is no place. */
  @Nullable Conn accept(Places.@Nullable Seeker seeker) throws IOException {
    for (; ; ) {
      AcceptSide.Accepted accepted = take(seeker);
      if (accepted == null) {
        return null;
      }
      Conn conn = adopter.adopt(accepted);
      if (conn != null) {
        return conn;
      }
    }
  }

  private AcceptSide.@Nullable Accepted take(Places.@Nullable Seeker seeker) throws IOException {
    if (seeker == null || !mutex.tryLock(true)) {
      if (seeker != null) {
        // the wait for another accept may be long, and its place of use elsewhere
        seeker.giveUp();
      }
      lock(true, "accept");
    }
    try {
      int r = accepts.accept(seeker);
      while (r == -Errno.ECONNABORTED.number()) {
        r = accepts.accept(seeker);
      }
      if (r == AcceptSide.NO_PLACE) {
        return null;
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
      closed.await(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Has a task run when this listener is closed; at once when it is. */
  void addCloseListener(Runnable task) {
    // in the list before the look at the mark; who closes marks and then looks at the list
    closeListeners.add(task);
    if (isClosing()) {
      task.run();
    }
  }

  void removeCloseListener(Runnable task) {
    closeListeners.remove(task);
  }

  @Override
  void beforeRelease() {
    closed.countDown();
    closeListeners.forEach(Runnable::run);
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
