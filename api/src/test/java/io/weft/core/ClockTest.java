package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: a deadline of any distance has a monotonic time: past stays past, far is never. */
@Timeout(60)
class ClockTest {
  private static final Duration CENTURY = Duration.ofDays(36_500);

  private final FakeClock clock = new FakeClock();

  @Test
  void aTimeoutCountsFromNow() {
    clock.advance(Duration.ofSeconds(5));
    assertThat(clock.nanosAfter(Duration.ofNanos(7))).isEqualTo(5_000_000_007L);
    assertThat(clock.nanosAfter(Duration.ZERO)).isEqualTo(clock.nanos());
    assertThat(clock.nanosAt(clock.now().plusSeconds(2))).isEqualTo(7_000_000_000L);
  }

  @Test
  void thePastIsPastHoweverFar() {
    for (Instant past : new Instant[] {clock.now().minusNanos(1), Instant.EPOCH, Instant.MIN}) {
      assertThat(clock.nanosAt(past)).isLessThan(clock.nanos());
    }
    assertThat(clock.nanosAfter(Duration.ofSeconds(Long.MIN_VALUE))).isLessThan(clock.nanos());
  }

  @Test
  void whatIsTooFarIsNever() {
    assertThat(clock.nanosAt(Instant.MAX)).isEqualTo(Clock.NEVER);
    assertThat(clock.nanosAfter(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(Clock.NEVER);
    assertThat(clock.nanosAfter(CENTURY.multipliedBy(3))).isEqualTo(Clock.NEVER);
    assertThat(clock.nanosAfter(CENTURY)).isEqualTo(CENTURY.toNanos());
  }

  @Test
  void theSumWithALongUptimeIsNeverToo() {
    clock.advance(CENTURY);
    assertThat(clock.nanosAfter(CENTURY.multipliedBy(2))).isEqualTo(Clock.NEVER);
  }

  @Test
  void theMachinesClockNeitherStartsBelowZeroNorGoesBack() {
    Clock system = Clock.system();
    long before = system.nanos();
    assertThat(before).isNotNegative();
    assertThat(system.nanos()).isGreaterThanOrEqualTo(before);
  }
}
