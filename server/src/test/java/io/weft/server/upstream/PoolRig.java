package io.weft.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weft.DialConfig;
import io.weft.server.upstream.NoUpstreamException.Reason;
import io.weft.server.upstream.PoolConfig.Queueing;
import io.weft.server.upstream.UpstreamStatus.State;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A pool without a network, whose time is moved by hand. */
final class PoolRig implements AutoCloseable {
  static final Duration QUEUE_TIMEOUT = Duration.ofSeconds(30);
  static final Duration EJECTION = EjectionConfig.DEFAULT.backoff().base();

  final FakeTime time = new FakeTime();
  final FakeDialer dialer = new FakeDialer();
  final List<String> news = new CopyOnWriteArrayList<>();
  final UpstreamPool pool;
  volatile Consumer<String> listener = text -> {};
  private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
  private final Map<String, Upstream> upstreams = new HashMap<>();

  PoolRig(PoolConfig config, UpstreamSpec... specs) throws IOException {
    Ports ports =
        new Ports(
            dialer,
            task -> threads.add(Thread.ofVirtual().start(task)),
            time,
            new SplittableRandom(1),
            this::hear);
    pool = new UpstreamPool(ports, config, Arrays.asList(specs));
    for (UpstreamSpec ignored : specs) {
      learn();
    }
  }

  /** Without checks, at most so many sessions for each upstream. */
  static PoolRig limited(int sessionsMax, String... names) throws IOException {
    return new PoolRig(
        config(HealthConfig.OFF),
        Arrays.stream(names)
            .map(name -> Upstreams.spec(name).withSessionsMax(sessionsMax))
            .toArray(UpstreamSpec[]::new));
  }

  static PoolConfig config(HealthConfig health) {
    return new PoolConfig(
        Balance.ROUND_ROBIN,
        DialConfig.DEFAULT.withTimeout(Duration.ofSeconds(1)),
        new Queueing(QUEUE_TIMEOUT, 16),
        health,
        EjectionConfig.DEFAULT);
  }

  /** A session that has tried all but these, or nothing. */
  Slot acquire(String... names) throws IOException {
    Set<Upstream> tried = new HashSet<>();
    if (names.length > 0) {
      tried.addAll(upstreams.values());
      Arrays.asList(names).forEach(name -> tried.remove(upstreams.get(name)));
    }
    return pool.acquire(new Pick(Upstreams.CLIENT, tried));
  }

  /** A session that waits for a slot; so many wait then. */
  Acquisition waiting(int waiting, String... names) {
    Acquisition acquisition = new Acquisition(() -> acquire(names));
    time.awaitParked(waiting);
    return acquisition;
  }

  /** A session from its slot to its end. */
  void session(String... names) throws IOException {
    try (Slot slot = acquire(names)) {
      slot.connect();
    }
  }

  /** Sessions whose connects fail. */
  void failing(int sessions, String name) {
    dialer.fail(name);
    for (int session = 0; session < sessions; session++) {
      assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> session(name));
    }
  }

  void refused(Reason reason, String message) {
    assertThatExceptionOfType(NoUpstreamException.class)
        .isThrownBy(this::acquire)
        .withMessage(message)
        .extracting(NoUpstreamException::reason)
        .isEqualTo(reason);
  }

  State state(String name) {
    return status(name).state();
  }

  UpstreamStatus status(String name) {
    return pool.status().stream()
        .filter(each -> each.spec().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    pool.close();
    awaitChecks();
  }

  /** Waits for the threads of the checks to end. */
  void awaitChecks() {
    try {
      for (Thread thread : threads) {
        assertThat(thread.join(Duration.ofSeconds(30))).as("the checks end").isTrue();
      }
    } catch (InterruptedException e) {
      throw new AssertionError("the checks go on", e);
    }
  }

  private void learn() throws IOException {
    try (Slot slot = pool.acquire(new Pick(Upstreams.CLIENT, new HashSet<>(upstreams.values())))) {
      upstreams.put(slot.upstream().name(), slot.upstream());
    }
  }

  private void hear(String text) {
    news.add(text);
    listener.accept(text);
  }
}
