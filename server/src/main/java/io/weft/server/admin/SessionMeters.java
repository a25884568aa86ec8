package io.weft.server.admin;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.weft.server.proxy.Cause;
import io.weft.server.proxy.Ending;
import io.weft.server.proxy.Phase;
import io.weft.server.proxy.SessionRecord;
import io.weft.server.proxy.SessionRecord.Measures;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** Counts the sessions of one service that have ended. */
final class SessionMeters {
  private static final String SESSIONS = "weft.sessions";
  private static final long[] WAIT_MICROS = {
    250,
    500,
    1_000,
    2_500,
    5_000,
    10_000,
    25_000,
    50_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000
  };
  private static final long[] DURATION_MILLIS = {
    1, 5, 10, 50, 100, 500, 1_000, 5_000, 10_000, 60_000, 600_000, 3_600_000
  };

  private final MeterRegistry registry;
  private final String service;
  private final MeterProvider<Counter> endings;
  private final Counter toServer;
  private final Counter toClient;
  private final Counter retries;
  private final Timer queue;
  private final Timer connect;
  private final Timer firstByte;
  private final Timer total;

  SessionMeters(MeterRegistry registry, String service) {
    this.registry = registry;
    this.service = service;
    this.endings =
        Counter.builder(SESSIONS)
            .description("Sessions that have ended, by who ended them, in which phase, and why")
            .tag("service", service)
            .withRegistry(registry);
    this.toServer = bytes("to-server");
    this.toClient = bytes("to-client");
    this.retries =
        Counter.builder("weft.session.retries")
            .description("Further upstreams that sessions tried, after one was not reached")
            .tag("service", service)
            .register(registry);
    this.queue = timer("queue", "How long sessions waited for a slot of an upstream", waits());
    this.connect = timer("connect", "How long sessions dialled, all tries together", waits());
    this.firstByte = timer("first.byte", "From accept to the server's first byte", waits());
    this.total = timer("duration", "From accept to the end", durations());
  }

  private Counter bytes(String direction) {
    return Counter.builder("weft.session.bytes")
        .description("What sessions that have ended relayed")
        .baseUnit("bytes")
        .tags("service", service, "direction", direction)
        .register(registry);
  }

  private Timer timer(String name, String description, Duration[] buckets) {
    return Timer.builder("weft.session." + name)
        .description(description)
        .tag("service", service)
        .serviceLevelObjectives(buckets)
        .register(registry);
  }

  private static Duration[] waits() {
    return LongStream.of(WAIT_MICROS)
        .mapToObj(micros -> Duration.of(micros, ChronoUnit.MICROS))
        .toArray(Duration[]::new);
  }

  private static Duration[] durations() {
    return LongStream.of(DURATION_MILLIS).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
  }

  void count(SessionRecord session) {
    Ending ending = session.ending();
    endings
        .withTags(
            Tags.of(
                "ended_by",
                ending.by().toString(),
                "phase",
                ending.phase().toString(),
                "cause",
                ending.cause().toString()))
        .increment();
    Measures measures = session.measures();
    toServer.increment((double) measures.bytes().toServer());
    toClient.increment((double) measures.bytes().toClient());
    int tries = session.to().tries();
    if (tries > 0 || ending.phase() == Phase.QUEUE) {
      queue.record(measures.queue(), TimeUnit.NANOSECONDS);
    }
    if (tries > 0) {
      retries.increment(tries - 1);
      connect.record(measures.connect(), TimeUnit.NANOSECONDS);
    }
    if (measures.firstByte() >= 0) {
      firstByte.record(measures.firstByte(), TimeUnit.NANOSECONDS);
    }
    total.record(measures.total(), TimeUnit.NANOSECONDS);
  }

  /** All that was counted so far. */
  SessionCounts counts() {
    List<Tally> tallies = tallies();
    return new SessionCounts(
        System.nanoTime(),
        tallies.stream().mapToLong(Tally::count).sum(),
        tallies.stream().filter(each -> !each.isUsual()).mapToLong(Tally::count).sum(),
        (long) (toServer.count() + toClient.count()),
        connect.takeSnapshot());
  }

  /** Each ending that has occurred, and how often. */
  List<Tally> tallies() {
    Collection<Counter> counters = registry.find(SESSIONS).tag("service", service).counters();
    return counters.stream()
        .map(
            each ->
                new Tally(
                    tag(each, "ended_by"),
                    tag(each, "phase"),
                    tag(each, "cause"),
                    (long) each.count()))
        .toList();
  }

  private static String tag(Counter counter, String name) {
    return Objects.requireNonNull(counter.getId().getTag(name), name);
  }

  /** How often an ending has occurred. */
  record Tally(String by, String phase, String cause, long count) {
    /** Whether it is how sessions should end. */
    boolean isUsual() {
      return cause.equals(Cause.EOF.toString());
    }
  }
}
