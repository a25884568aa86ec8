package io.weft.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.server.upstream.HealthConfig.Pace;
import io.weft.server.upstream.HealthConfig.Thresholds;
import io.weft.server.upstream.NoUpstreamException.Reason;
import io.weft.server.upstream.UpstreamStatus.State;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: checks take upstreams out and bring them back, at their pace, one at a time. */
@Timeout(60)
class ActiveHealthTest {
  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final Duration DOWN_INTERVAL = Duration.ofSeconds(20);
  private static final HealthConfig CHECKS =
      new HealthConfig(
          new Pace(INTERVAL, DOWN_INTERVAL, Duration.ofMillis(300)),
          new Thresholds(2, 3),
          EscapedBytes.NONE,
          EscapedBytes.NONE,
          Preamble.NONE);

  @Test
  void theFirstCheckComesAtOnceAndDecides() throws Exception {
    try (PoolRig rig = checked("a", "b")) {
      rig.dialer.fail("a");
      start(rig, 2);

      assertThat(rig.status("a").state()).isEqualTo(State.DOWN);
      assertThat(rig.status("a").reason()).isEqualTo("connection refused (ECONNREFUSED)");
      assertThat(rig.state("b")).isEqualTo(State.UP);
      assertThat(rig.news).containsExactly("upstream a is down: connection refused (ECONNREFUSED)");
      assertThat(rig.dialer.timeout()).isEqualTo(CHECKS.pace().timeout());
    }
  }

  @Test
  void beforeItIsStartedNothingIsChecked() throws Exception {
    try (PoolRig rig = checked("a")) {
      assertThat(rig.dialer.dials("a")).isZero();
      assertThat(rig.state("a")).isEqualTo(State.UP);
    }
  }

  @Test
  void withoutAnIntervalNothingIsChecked() throws Exception {
    try (PoolRig rig = PoolRig.limited(9, "a")) {
      rig.pool.start();
      rig.pool.update(List.of(Upstreams.spec("a"), Upstreams.spec("b")));
      rig.pool.close();
      rig.awaitChecks();
      assertThat(rig.dialer.dials("a")).isZero();
      assertThat(rig.dialer.dials("b")).isZero();
    }
  }

  @Test
  void fallsAndRisesByTheThresholds() throws Exception {
    try (PoolRig rig = checked("a", "b")) {
      start(rig, 2);
      rig.dialer.fail("a");
      next(rig, INTERVAL, 2);
      next(rig, INTERVAL, 2);
      assertThat(rig.state("a")).isEqualTo(State.UP);
      next(rig, INTERVAL, 2);
      assertThat(rig.state("a")).isEqualTo(State.DOWN);
      next(rig, DOWN_INTERVAL, 2);

      rig.dialer.heal("a");
      next(rig, DOWN_INTERVAL, 2);
      assertThat(rig.state("a")).isEqualTo(State.DOWN);
      next(rig, DOWN_INTERVAL, 2);
      assertThat(rig.state("a")).isEqualTo(State.UP);
      assertThat(rig.news)
          .containsExactly(
              "upstream a is down: connection refused (ECONNREFUSED)", "upstream a is up");
    }
  }

  @Test
  void sessionsAreRefusedAtOnceWhenAllAreDownAndGoOnWhenOneRises() throws Exception {
    try (PoolRig rig = checked("a", "b")) {
      rig.dialer.fail("a");
      rig.dialer.fail("b");
      start(rig, 2);
      rig.refused(Reason.NONE_UP, "no upstream is up: of 2, 2 are down and 0 disabled");

      rig.dialer.heal("b");
      next(rig, DOWN_INTERVAL, 2);
      next(rig, DOWN_INTERVAL, 2);
      try (Slot slot = rig.acquire()) {
        assertThat(slot.upstream().name()).isEqualTo("b");
      }
    }
  }

  @Test
  void whoWaitsForASlotIsRefusedWhenTheLastOneFalls() throws Exception {
    try (PoolRig rig =
        new PoolRig(PoolRig.config(CHECKS), Upstreams.spec("a").withSessionsMax(1))) {
      rig.dialer.fail("a");
      rig.acquire();
      Acquisition waiting = rig.waiting(1);
      rig.pool.start();

      assertThat(waiting.failure(NoUpstreamException.class).reason()).isEqualTo(Reason.NONE_UP);
    }
  }

  @Test
  void whileItIsDownChecksHaveAnotherPace() throws Exception {
    try (PoolRig rig = checked("a")) {
      start(rig, 1);
      assertThat(rig.time.onlyPause()).isBetween(tenths(INTERVAL, 9), tenths(INTERVAL, 11));
      rig.dialer.fail("a");
      for (int failure = 0; failure < 3; failure++) {
        next(rig, INTERVAL, 1);
      }
      assertThat(rig.time.onlyPause())
          .isBetween(tenths(DOWN_INTERVAL, 9), tenths(DOWN_INTERVAL, 11));
    }
  }

  @Test
  void aSlowCheckHoldsTheNextOneUp() throws Exception {
    try (PoolRig rig = checked("a")) {
      CountDownLatch begun = new CountDownLatch(1);
      CountDownLatch answer = new CountDownLatch(1);
      rig.dialer.on(
          "a",
          () -> {
            begun.countDown();
            await(answer);
          });
      rig.pool.start();
      begun.await();
      rig.time.advance(INTERVAL.multipliedBy(10));
      assertThat(rig.dialer.dials("a")).isEqualTo(1);

      // the next one is due since long, and begins at once; the ones that were missed do not
      answer.countDown();
      rig.time.awaitParked(1);
      assertThat(rig.dialer.dials("a")).isEqualTo(2);
      assertThat(rig.time.onlyPause()).isGreaterThanOrEqualTo(tenths(INTERVAL, 9));
    }
  }

  @Test
  void aProcessWithoutDescriptorsDoesNotBlameTheUpstreams() throws Exception {
    try (PoolRig rig = checked("a")) {
      rig.dialer.on(
          "a",
          () -> {
            throw new Exhausted();
          });
      start(rig, 1);
      for (int check = 0; check < 5; check++) {
        next(rig, INTERVAL, 1);
      }
      assertThat(rig.state("a")).isEqualTo(State.UP);
    }
  }

  @Test
  void aCheckThatCannotBeMadeFails() throws Exception {
    try (PoolRig rig = new PoolRig(PoolRig.config(CHECKS), Upstreams.spec("a"))) {
      rig.dialer.on(
          "a",
          () -> {
            throw new UnsupportedOperationException("no such network");
          });
      start(rig, 1);
      assertThat(rig.status("a").reason()).isEqualTo("no such network");
    }
  }

  @Test
  void aRisingUpstreamIsEjectedNoMore() throws Exception {
    HealthConfig quick =
        new HealthConfig(
            new Pace(INTERVAL, INTERVAL, INTERVAL),
            new Thresholds(1, 1),
            EscapedBytes.NONE,
            EscapedBytes.NONE,
            CHECKS.preamble());
    try (PoolRig rig =
        new PoolRig(PoolRig.config(quick), Upstreams.spec("a"), Upstreams.spec("b"))) {
      start(rig, 2);
      rig.failing(3, "a");
      assertThat(rig.state("a")).isEqualTo(State.EJECTED);
      next(rig, INTERVAL, 2);
      assertThat(rig.state("a")).isEqualTo(State.DOWN);
      rig.dialer.heal("a");
      next(rig, INTERVAL, 2);

      assertThat(rig.time.nanos()).isLessThan(PoolRig.EJECTION.toNanos());
      assertThat(rig.state("a")).isEqualTo(State.UP);
    }
  }

  @Test
  void closeEndsACheckThatWaits() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    try (PoolRig rig = checked("a")) {
      rig.dialer.on(
          "a",
          () -> {
            begun.countDown();
            await(new CountDownLatch(1));
          });
      rig.pool.start();
      begun.await();
      rig.pool.close();
      rig.awaitChecks();
      assertThat(rig.state("a")).isEqualTo(State.UP);

      rig.pool.start();
      assertThat(rig.dialer.dials("a")).isEqualTo(1);
    }
  }

  @Test
  void aClosedNetEndsTheChecksWithoutAVerdict() throws Exception {
    try (PoolRig rig = checked("a")) {
      CountDownLatch begun = new CountDownLatch(1);
      rig.dialer.on(
          "a",
          () -> {
            begun.countDown();
            throw new ClosedChannelException();
          });
      rig.pool.start();
      begun.await();
      rig.awaitChecks();
      assertThat(rig.state("a")).isEqualTo(State.UP);
    }
  }

  private static PoolRig checked(String... names) throws IOException {
    return new PoolRig(
        PoolRig.config(CHECKS),
        List.of(names).stream().map(Upstreams::spec).toArray(UpstreamSpec[]::new));
  }

  /** Starts, and waits for the first check of so many upstreams. */
  private static void start(PoolRig rig, int upstreams) {
    rig.pool.start();
    rig.time.awaitParked(upstreams);
  }

  /** Waits for the next check of all upstreams that have this interval. */
  private static void next(PoolRig rig, Duration interval, int upstreams) {
    rig.time.advance(tenths(interval, 11));
    rig.time.awaitParked(upstreams);
  }

  private static Duration tenths(Duration duration, int count) {
    return duration.multipliedBy(count).dividedBy(10);
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}
