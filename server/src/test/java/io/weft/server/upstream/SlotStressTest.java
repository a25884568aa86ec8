package io.weft.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.DialConfig;
import io.weft.server.upstream.EjectionConfig.Backoff;
import io.weft.server.upstream.PoolConfig.Queueing;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: whatever comes between, no slot is lost, none is given twice, and nobody waits for ever.
 *
 * <p>Sessions on virtual and on platform threads take and give slots. Some of them are interrupted.
 * In half of the runs connects fail, too, and another thread interrupts sessions and changes the
 * pool; each change has all that wait look again, so a session that was forgotten is noticed in the
 * other runs, where the queue's timeout is a day and it does not come back.
 */
@Timeout(120)
class SlotStressTest {
  private static final int SESSIONS = 16;
  private static final int TURNS = 2_000;
  private static final List<UpstreamSpec> ALL =
      List.of(
          Upstreams.spec("a").withSessionsMax(1),
          Upstreams.spec("b").withSessionsMax(1),
          Upstreams.spec("c").withSessionsMax(2).withWeight(3));

  private final Map<String, AtomicInteger> active = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> outcomes = new ConcurrentHashMap<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final FakeDialer dialer = new FakeDialer();

  @ParameterizedTest
  @CsvSource({
    "ROUND_ROBIN, P1D, false, 11",
    "LEAST_CONN, P1D, false, 12",
    "SOURCE_HASH, PT0.0001S, true, 13",
    "RANDOM_TWO, P1D, true, 14"
  })
  void slotsAreConserved(Balance balance, Duration queueTimeout, boolean disturbed, long seed)
      throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    if (disturbed) {
      failSomeConnects("b");
    }
    try (UpstreamPool pool = pool(balance, queueTimeout, random.split())) {
      List<Thread> sessions = new ArrayList<>();
      for (int session = 0; session < SESSIONS; session++) {
        SplittableRandom own = random.split();
        Thread.Builder builder = session % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform();
        sessions.add(builder.start(() -> recorded(() -> take(pool, own))));
      }
      Thread disturber =
          Thread.ofPlatform()
              .start(() -> recorded(() -> disturb(pool, disturbed ? sessions : List.of(), random)));
      for (Thread session : sessions) {
        assertThat(session.join(Duration.ofSeconds(60)))
            .as("a session waits for ever, seed %d, %s", seed, pool.status())
            .isTrue();
      }
      assertThat(disturber.join(Duration.ofSeconds(30))).isTrue();

      assertThat(failures).as("seed %d", seed).isEmpty();
      assertThat(pool.waiting()).isZero();
      assertThat(pool.status())
          .as("seed %d", seed)
          .allSatisfy(each -> assertThat(each.active()).isZero());
      assertThat(outcomes.values().stream().mapToInt(AtomicInteger::get).sum())
          .isEqualTo(SESSIONS * TURNS);
      // some got what they came for, and others did not
      assertThat(outcomes).containsKeys("slot", "InterruptedIOException");
    }
  }

  private void failSomeConnects(String name) {
    AtomicInteger dials = new AtomicInteger();
    dialer.on(
        name,
        () -> {
          if (dials.incrementAndGet() % 7 < 3) {
            throw new ConnectException("refused");
          }
        });
  }

  private UpstreamPool pool(Balance balance, Duration queueTimeout, SplittableRandom random) {
    Duration blink = Duration.ofNanos(50_000);
    PoolConfig config =
        new PoolConfig(
            balance,
            DialConfig.DEFAULT.withTimeout(Duration.ofSeconds(1)),
            new Queueing(queueTimeout, SESSIONS),
            HealthConfig.OFF,
            new EjectionConfig(3, new Backoff(blink, blink.multipliedBy(10), blink), 50));
    Consumer<Runnable> nobody = task -> failures.add(new AssertionError("a check"));
    return new UpstreamPool(
        new Ports(dialer, nobody, Time.system(), random, text -> {}), config, ALL);
  }

  private void take(UpstreamPool pool, SplittableRandom random) {
    Upstream last = null;
    for (int turn = 0; turn < TURNS; turn++) {
      boolean again = last != null && random.nextInt(3) == 0;
      if (random.nextInt(8) == 0) {
        Thread.currentThread().interrupt();
      }
      Set<Upstream> tried = again ? Set.of(last) : Set.of();
      try (Slot slot = pool.acquire(new Pick(Upstreams.CLIENT, tried))) {
        last = slot.upstream();
        hold(slot, random);
        count("slot");
      } catch (NoUpstreamException e) {
        count(e.reason().toString());
      } catch (IOException e) {
        count(e.getClass().getSimpleName());
      }
      Thread.interrupted();
    }
  }

  private void hold(Slot slot, SplittableRandom random) throws IOException {
    UpstreamSpec spec =
        ALL.stream()
            .filter(each -> each.name().equals(slot.upstream().name()))
            .findFirst()
            .orElseThrow();
    AtomicInteger own = active.computeIfAbsent(spec.name(), name -> new AtomicInteger());
    assertThat(own.incrementAndGet()).isLessThanOrEqualTo(spec.sessionsMax());
    try {
      for (int pause = random.nextInt(4); pause > 0; pause--) {
        Thread.yield();
      }
      slot.connect();
      if (random.nextInt(5) == 0) {
        slot.endedEarly();
      }
    } finally {
      own.decrementAndGet();
    }
  }

  private void disturb(UpstreamPool pool, List<Thread> sessions, SplittableRandom random) {
    String[] names = {"a", "b", "c"};
    while (sessions.stream().anyMatch(Thread::isAlive)) {
      String name = names[random.nextInt(names.length)];
      switch (random.nextInt(6)) {
        case 0 -> sessions.get(random.nextInt(sessions.size())).interrupt();
        case 1 -> {
          pool.disable(name);
          Thread.yield();
          pool.enable(name);
        }
        case 2 -> pool.setWeight(name, 1 + random.nextInt(5));
        case 3 -> {
          pool.update(ALL.stream().filter(each -> !each.name().equals(name)).toList());
          Thread.yield();
          pool.update(ALL);
        }
        case 4 ->
            assertThat(pool.status())
                .allSatisfy(
                    each -> assertThat(each.active()).isBetween(0, each.spec().sessionsMax()));
        default -> Thread.yield();
      }
    }
  }

  private void recorded(Runnable body) {
    try {
      body.run();
    } catch (RuntimeException | AssertionError e) {
      failures.add(e);
    }
  }

  private void count(String outcome) {
    outcomes.computeIfAbsent(outcome, name -> new AtomicInteger()).incrementAndGet();
  }
}
