package io.weft.server.service;

import io.weft.OpenLimit;
import io.weft.server.notation.SocketUrl;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The listeners of a service. One thread changes them, any may ask. */
public final class Listeners {
  private static final long PAUSE_NANOS = 1_000_000;

  private final Service service;
  private final CompletableFuture<Void> failure = new CompletableFuture<>();
  // those of the listeners, and former ones that may have places taken
  private final Set<OpenLimit> limits = ConcurrentHashMap.newKeySet();
  private volatile List<Door> doors = List.of();

  /** Without any listener yet. */
  public Listeners(Service service) {
    this.service = service;
  }

  /** Stops listening. */
  public void close() {
    doors.forEach(Door::close);
  }

  /**
   * Waits until nothing that was accepted is open; returns whether that was in time.
   *
   * @param open those that are being served: others are on their way there
   */
  public boolean awaitNone(OpenSet<?> open, Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (open.awaitNone(Duration.ofNanos(end - System.nanoTime()))) {
      if (limits.stream().allMatch(limit -> limit.open() == 0)) {
        return true;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return false;
  }

  /** The addresses that were really bound. */
  List<SocketUrl> bound() {
    return doors.stream().map(Door::bound).toList();
  }

  /** As {@link Service#failure}. */
  CompletableFuture<Void> failure() {
    return failure;
  }

  List<Door> doors() {
    return doors;
  }

  /** From now on the service has these listeners, under its limits of now. */
  void take(List<Door> next) {
    List<Door> before = doors;
    limits.removeIf(
        limit ->
            limit.open() == 0 && before.stream().noneMatch(door -> limit.equals(door.limit())));
    doors = List.copyOf(next);
    for (Door door : doors) {
      OpenLimit present = before.contains(door) ? door.limit() : null;
      OpenLimit limit = service.limit(present);
      if (limit != present) {
        limits.add(limit);
        SocketUrl bound = door.bound();
        door.serve(conn -> service.serve(conn, bound), limit, cause -> ended(bound, cause));
      }
    }
  }

  private void ended(SocketUrl bound, @Nullable IOException cause) {
    String what = service.name() + " on " + bound + " does not accept any more";
    failure.completeExceptionally(
        Objects.requireNonNullElseGet(cause, () -> new IOException(what)));
  }
}
