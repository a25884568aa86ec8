package io.weft.server.service;

import io.weft.server.address.SocketUrl;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Something that serves, on addresses of its own, from its start to the end of its drain. It shares
 * a net with others, which is not its to close.
 */
public interface Service extends AutoCloseable {
  /** Its name, for ready lines, logs and metrics. */
  String name();

  /** What it does, in a word: {@code echo}, {@code proxy}. */
  String type();

  /**
   * Listens on all of its addresses, or on none, and serves them.
   *
   * @throws IOException with the service's name, and the address that it cannot listen on
   */
  void start() throws IOException;

  /** The addresses that were really bound, in the order of the configuration. */
  List<SocketUrl> bound();

  /** How many connections it serves. */
  int openCount();

  /** Fails when a listener ends, be it by a drain or by itself; never completes otherwise. */
  CompletableFuture<Void> failure();

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
