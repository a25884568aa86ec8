package io.weft.server.service;

import io.weft.Conn;
import io.weft.OpenLimit;
import io.weft.server.notation.SocketUrl;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Something that serves, on addresses of its own, until it is drained. It shares a net with others,
 * which is not its to close. A {@link Server} starts it.
 */
public interface Service extends AutoCloseable {
  /** Its name, for ready lines, logs and metrics. */
  String name();

  /** What it does, in a word: {@code echo}, {@code proxy}. */
  String type();

  /** The addresses that are configured. */
  List<SocketUrl> listen();

  /** Its listeners, which the server opens. */
  Listeners listeners();

  /** Serves one connection to its end, on the calling thread. */
  void serve(Conn conn, SocketUrl bound) throws IOException;

  /**
   * How many connections of a listener there may be.
   *
   * @param present the limit that it has; null for a new listener
   * @return the same one when it is still right
   */
  OpenLimit limit(@Nullable OpenLimit present);

  /** Begins what it does beside serving, before the first connection. */
  default void begin() {}

  /** The addresses that were really bound, in the order of the configuration. */
  default List<SocketUrl> bound() {
    return listeners().bound();
  }

  /** Fails when a listener ends, be it by a drain or by itself; never completes otherwise. */
  default CompletableFuture<Void> failure() {
    return listeners().failure();
  }

  /** How many connections it serves. */
  int openCount();

  /**
   * Stops accepting, lets the conversations end, and ends those that go on after that.
   *
   * @return whether all of them ended in time
   */
  boolean drain(Duration timeout) throws IOException, InterruptedException;

  /** Stops accepting. What it serves ends with the net, or by a drain. */
  @Override
  void close();
}
