package io.weft.server;

import io.weft.server.service.Service;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Runs a service that has started until a signal, or a failure of its own, ends it. */
final class Serving {
  private Serving() {}

  static void untilStopped(
      Service service, CompletableFuture<Void> stop, Duration drainTimeout, Console console)
      throws Exception {
    CompletableFuture.anyOf(stop, service.failure()).get();
    console.line(
        "draining: connections=%d, timeout=%s"
            .formatted(service.openCount(), Durations.format(drainTimeout)));
    boolean complete = service.drain(drainTimeout);
    console.line(complete ? "stopped: every conversation ended" : "stopped: the timeout passed");
  }
}
