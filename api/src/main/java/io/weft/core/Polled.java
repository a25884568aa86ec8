package io.weft.core;

import io.weft.Network;
import io.weft.spi.Direction;
import io.weft.spi.ErrnoException;
import io.weft.spi.Handle;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What listeners, connections and dials in progress share: a handle on a loop, the lock word that
 * guards it, and a close that is synchronous.
 *
 * <p>The handle is used only between entering and leaving the lock word; the last one out after a
 * close releases it.
 */
abstract class Polled {
  private static final VarHandle RELEASE;

  static {
    try {
      RELEASE = MethodHandles.lookup().findVarHandle(Polled.class, "release", Release.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  // the neighbours among the loop's handles; guarded by those
  @Nullable Polled before;
  @Nullable Polled after;

  private final Endpoint endpoint;
  private final Loop loop;
  private final Handle handle;
  final HandleMutex mutex = new HandleMutex();
  // made by the first closer, completed by the adapter; all closers wait for it
  private volatile @Nullable Release release;

  /**
   * Takes the handle over and joins the loop.
   *
   * @param endpoint the addresses, for messages
   */
  Polled(Endpoint endpoint, Loop loop, Handle handle) {
    this.endpoint = endpoint;
    this.loop = loop;
    this.handle = handle;
  }

  /** Joins the loop; called at the end of construction, when {@link #cancelAll} works. */
  final void join() {
    loop.handles().add(this);
    if (isClosing()) {
      // closed while it was made, possibly before it was in
      loop.handles().remove(this);
    }
  }

  final Loop loop() {
    return loop;
  }

  final Handle handle() {
    return handle;
  }

  final Endpoint endpoint() {
    return endpoint;
  }

  final Network networkOf() {
    return endpoint.network();
  }

  final boolean isClosing() {
    return mutex.isClosed();
  }

  /** Ends what is pending in one direction. Inside the lock word, where operations are started. */
  void cancelPending(Direction direction) {
    handle.cancel(direction);
  }

  /** Cancels what is pending in both directions. Any thread. */
  abstract void cancelAll();

  /** Lets go of the sides' timers, after the last operation. Any thread. */
  abstract void retireAll();

  /** What the closer does first, once; nothing by default. */
  void beforeRelease() {}

  /** What a closer does last, once, when the handle is released; nothing by default. */
  void afterRelease() {}

  /** A deadline in the clock's time. */
  final long nanosAt(@Nullable Instant deadline) {
    return deadline == null ? Clock.NEVER : loop.clock().nanosAt(deadline);
  }

  /** A timeout in the clock's time. */
  final long nanosAfter(@Nullable Duration timeout) {
    return timeout == null ? Clock.NEVER : loop.clock().nanosAfter(timeout);
  }

  /** Throws when this end was closed, or its loop has ended, during an operation. */
  final void requireOpen(String op) throws IOException {
    if (mutex.isClosed()) {
      throw closed(op);
    }
    if (loop.hasEnded()) {
      throw NetErrors.loopEnded(endpoint, op, loop.failure());
    }
  }

  /** Locks one direction, or throws. */
  final void lock(boolean read, String op) throws IOException {
    int outcome = mutex.lock(read);
    if (outcome != HandleMutex.LOCKED) {
      throw outcome == HandleMutex.INTERRUPTED
          ? interrupted(op)
          : NetErrors.closed(endpoint, op, outcome == HandleMutex.CLOSED_IN_QUEUE);
    }
  }

  final void unlock(boolean read) {
    if (mutex.unlock(read)) {
      releaseHandle();
    }
  }

  /** Enters for a short use, or throws. */
  final void enter(String op) throws IOException {
    if (!mutex.enter()) {
      throw NetErrors.closed(endpoint, op, false);
    }
  }

  final void leave() {
    if (mutex.leave()) {
      releaseHandle();
    }
  }

  /** This end was closed during an operation. */
  final IOException closed(String op) {
    return NetErrors.closed(endpoint, op, true);
  }

  final IOException timeout(String op) {
    return NetErrors.timeout(endpoint, op);
  }

  final IOException interrupted(String op) {
    return NetErrors.interrupted(endpoint, op);
  }

  final IOException failure(String op, int negatedErrno) {
    return NetErrors.errno(endpoint, op, -negatedErrno, null);
  }

  final IOException failure(String op, ErrnoException cause) {
    return NetErrors.errno(endpoint, op, cause.errno(), cause.getCause());
  }

  final void setSideDeadline(Side side, long deadlineNanos) throws IOException {
    enter("set");
    try {
      side.setDeadline(deadlineNanos);
    } finally {
      leave();
    }
  }

  /** Closes, or does nothing when closed already; returns when the handle is released. */
  final void closeHandle() {
    boolean carried = Loop.current() == loop;
    awaitClose(beginClose(), carried ? Release.UNBOUNDED : Release.BOUND_NANOS);
  }

  /** Ends a close that {@link #beginClose} began: waits for the release, at most so long. */
  final void awaitClose(Release begun, long boundNanos) {
    begun.await(this, boundNanos);
    if (begun.tell()) {
      afterRelease();
    }
  }

  /** Closes, or does nothing when closed already; returns what to wait for. */
  final Release beginClose() {
    Release made = new Release();
    Release earlier = (Release) RELEASE.compareAndExchange(this, null, made);
    if (earlier != null) {
      return earlier;
    }
    if (!mutex.close()) {
      // surrendered: there is nothing left to release
      made.complete(0);
      return made;
    }
    beforeRelease();
    cancelAll();
    leave();
    return made;
  }

  /**
   * Closes without releasing the handle, which the caller takes over; false when closed already.
   */
  final boolean surrender() {
    if (!mutex.close()) {
      return false;
    }
    forget();
    return true;
  }

  private void forget() {
    loop.handles().remove(this);
    retireAll();
  }

  private void releaseHandle() {
    Release awaited = release;
    if (awaited == null) {
      return;
    }
    forget();
    awaited.start(handle, loop);
  }

  @Override
  public String toString() {
    return endpoint.describe();
  }

  /** The addresses of a handle, as messages and users see them. */
  record Endpoint(Network network, @Nullable SocketAddress local, @Nullable SocketAddress remote) {
    String describe() {
      return AddressText.of(network.toString(), local, remote);
    }
  }
}
