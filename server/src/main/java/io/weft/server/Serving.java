package io.weft.server;

import io.weft.server.notation.Durations;
import io.weft.server.proxy.AccessLog;
import io.weft.server.service.Server;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** How a server that has started comes to its end. */
final class Serving {
  private Serving() {}

  /** Runs until a signal, or a failure of its own, ends it. */
  static void untilStopped(
      Server server,
      AccessLog log,
      CompletableFuture<Void> stop,
      Duration drainTimeout,
      Console console)
      throws Exception {
    CompletableFuture.anyOf(stop, server.failure()).get();
    drain(server, log, drainTimeout, console);
  }

  /** Drains, and says so, the last thing of all. */
  static void drain(Server server, AccessLog log, Duration timeout, Console console)
      throws Exception {
    console.line(
        "draining: connections=%d, timeout=%s"
            .formatted(server.openCount(), Durations.format(timeout)));
    boolean complete = server.drain(timeout);
    log.close();
    console.line(complete ? "stopped: every conversation ended" : "stopped: the timeout passed");
  }
}
