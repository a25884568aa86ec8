package io.weft.server.service;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Something that serves until it is drained. */
public interface Service extends AutoCloseable {
  /** How many connections it serves. */
  int openCount();

  /** Fails when a listener ends, be it by a drain or by itself; never completes otherwise. */
  CompletableFuture<Void> failure();

  /**
   * Stops accepting, lets the conversations end, and closes.
   *
   * @return whether all of them ended in time
   */
  boolean drain(Duration timeout) throws IOException, InterruptedException;

  @Override
  void close();
}
