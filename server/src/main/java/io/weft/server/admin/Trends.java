package io.weft.server.admin;

import io.weft.server.service.Server;
import io.weft.server.service.Service;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** What happened of late, by a look at the counters every second. */
final class Trends implements AutoCloseable {
  private static final int SAMPLES_MAX = 61;
  private static final int RATE_SAMPLES = 10;

  private final Server server;
  private final Metrics metrics;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("weft-admin-trends").daemon().factory());
  // guarded by this; the oldest first
  private final Map<String, ArrayDeque<SessionCounts>> samples = new HashMap<>();

  Trends(Server server, Metrics metrics) {
    this.server = server;
    this.metrics = metrics;
  }

  void start() {
    ScheduledFuture<?> unused = clock.scheduleAtFixedRate(this::sample, 0, 1, TimeUnit.SECONDS);
  }

  /** What sessions that ended of late were like. */
  record Trend(SessionCounts now, SessionCounts tenSecondsAgo, SessionCounts aMinuteAgo) {}

  /** What is known of a service whose sessions are counted, back to when the looks began. */
  synchronized Optional<Trend> of(String service) {
    return metrics.sessionsOf(service).map(meters -> trend(service, meters.counts()));
  }

  private Trend trend(String service, SessionCounts now) {
    ArrayDeque<SessionCounts> past = samples.getOrDefault(service, new ArrayDeque<>());
    SessionCounts first = past.isEmpty() ? now : past.getFirst();
    SessionCounts recent =
        past.stream().skip(Math.max(0, past.size() - RATE_SAMPLES)).findFirst().orElse(now);
    return new Trend(now, recent, first);
  }

  private synchronized void sample() {
    for (Service service : server.services()) {
      metrics.sessionsOf(service.name()).ifPresent(meters -> add(service.name(), meters.counts()));
    }
    samples.keySet().retainAll(server.services().stream().map(Service::name).toList());
  }

  private void add(String service, SessionCounts counts) {
    ArrayDeque<SessionCounts> past = samples.computeIfAbsent(service, _ -> new ArrayDeque<>());
    past.addLast(counts);
    if (past.size() > SAMPLES_MAX) {
      past.removeFirst();
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
