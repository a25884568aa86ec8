package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: timers expire once, in time, never early, whatever their distance and number. */
// on a thread of its own: a wheel that goes round for ever hears no interrupt
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TimerWheelTest {
  private static final long TICK = TimerWheel.TICK_NANOS;
  private static final long YEAR = TimeUnit.DAYS.toNanos(365);

  private final TimerWheel wheel = new TimerWheel();
  private final List<FakeTimer> expired = new ArrayList<>();

  /** A timer with the deadline that the model knows of. */
  private final class FakeTimer extends Timer {
    private long deadlineNanos = -1;

    @Override
    void expire() {
      deadlineNanos = -1;
      expired.add(this);
    }
  }

  private FakeTimer timer(long deadlineNanos) {
    FakeTimer timer = new FakeTimer();
    schedule(timer, deadlineNanos);
    return timer;
  }

  private void schedule(FakeTimer timer, long deadlineNanos) {
    timer.deadlineNanos = deadlineNanos;
    wheel.schedule(timer, deadlineNanos);
  }

  @Test
  void anEmptyWheelHasNoNextTime() {
    assertThat(wheel.untilNextNanos(0)).isNegative();
    assertThat(wheel.count()).isZero();
  }

  @Test
  void aTimerExpiresAtItsTickAndNotBefore() {
    FakeTimer timer = timer(5 * TICK + 1);
    wheel.advance(6 * TICK - 1);
    assertThat(expired).isEmpty();
    wheel.advance(6 * TICK);
    assertThat(expired).containsExactly(timer);
    assertThat(wheel.count()).isZero();
  }

  @Test
  void timersOfOneTickExpireTogether() {
    FakeTimer first = timer(7 * TICK);
    FakeTimer second = timer(7 * TICK - 1);
    wheel.advance(7 * TICK);
    assertThat(expired).containsExactlyInAnyOrder(first, second);
  }

  @Test
  void aRemovedTimerDoesNotExpireAndASecondRemovalHasNoEffect() {
    FakeTimer removed = timer(3 * TICK);
    FakeTimer kept = timer(3 * TICK);
    wheel.remove(removed);
    wheel.remove(removed);
    wheel.advance(10 * TICK);
    assertThat(expired).containsExactly(kept);
  }

  @Test
  void aMovedTimerExpiresAtItsNewTimeOnly() {
    FakeTimer later = timer(3 * TICK);
    FakeTimer sooner = timer(1_000_000 * TICK);
    schedule(later, 9 * TICK);
    schedule(sooner, 4 * TICK);
    wheel.advance(8 * TICK);
    assertThat(expired).containsExactly(sooner);
    wheel.advance(9 * TICK);
    assertThat(expired).containsExactly(sooner, later);
  }

  @Test
  void aPastDeadlineExpiresAtTheNextAdvance() {
    wheel.advance(100 * TICK);
    FakeTimer timer = timer(-1);
    assertThat(wheel.untilNextNanos(100 * TICK)).isZero();
    wheel.advance(100 * TICK);
    assertThat(expired).containsExactly(timer);
  }

  @Test
  void farDeadlinesDoNotHoldTheLoopUp() {
    wheel.advance(12_345 * TICK + 67);
    timer(138 * YEAR);
    timer(200 * YEAR);
    timer(Long.MAX_VALUE - 1);
    FakeTimer near = timer(20_000 * TICK);
    wheel.advance(30_000 * TICK);
    assertThat(expired).containsExactly(near);
    assertThat(wheel.count()).isEqualTo(3);
    assertThat(wheel.untilNextNanos(30_000 * TICK)).isPositive();
  }

  @Test
  void theHighestLevelGoesRound() {
    for (long now = YEAR; now < 280 * YEAR; now += 7 * YEAR) {
      wheel.advance(now);
      FakeTimer timer = timer(now + 5 * YEAR);
      wheel.advance(now + 5 * YEAR - TICK);
      assertThat(expired).as("at year " + now / YEAR).isEmpty();
      wheel.advance(now + 5 * YEAR + TICK);
      assertThat(expired).as("at year " + now / YEAR).containsExactly(timer);
      expired.clear();
    }
  }

  @Test
  void aTimerMayScheduleItselfAgainWhileItExpires() {
    List<Long> times = new ArrayList<>();
    long[] now = new long[1];
    Timer again =
        new Timer() {
          @Override
          void expire() {
            times.add(now[0]);
            if (times.size() < 5) {
              wheel.schedule(this, now[0] + 100 * TICK);
            }
          }
        };
    wheel.schedule(again, 100 * TICK);
    for (now[0] = 0; now[0] <= 1000 * TICK; now[0] += TICK) {
      wheel.advance(now[0]);
    }
    assertThat(times).containsExactly(100 * TICK, 200 * TICK, 300 * TICK, 400 * TICK, 500 * TICK);
  }

  @Test
  void behavesAsANaiveListOfDeadlinesWould() {
    Seeds.forEach(200, random -> new TimerWheelTest().playAgainstAModel(random));
  }

  private void playAgainstAModel(Random random) {
    FakeTimer[] timers = new FakeTimer[20];
    Arrays.setAll(timers, i -> new FakeTimer());
    long now = random.nextLong(100 * YEAR) >>> random.nextInt(60);
    wheel.advance(now);
    for (int step = 0; step < 300; step++) {
      FakeTimer timer = timers[random.nextInt(timers.length)];
      switch (random.nextInt(6)) {
        case 0, 1, 2 -> schedule(timer, now + distance(random));
        case 3 -> {
          timer.deadlineNanos = -1;
          wheel.remove(timer);
        }
        default -> {
          now += random.nextBoolean() ? stepToNext(now) : distance(random) / 8;
          advanceAndCheck(timers, now);
        }
      }
      checkNext(timers, now);
    }
  }

  // from a nanosecond to 30 years, as many short ones as long ones
  private static long distance(Random random) {
    return random.nextLong(30 * YEAR) >>> random.nextInt(60);
  }

  private long stepToNext(long now) {
    return Math.max(wheel.untilNextNanos(now), 0);
  }

  private void advanceAndCheck(FakeTimer[] timers, long now) {
    List<FakeTimer> due = new ArrayList<>();
    for (FakeTimer timer : timers) {
      // to the tick: a deadline within the present tick waits for the next one
      if (timer.deadlineNanos >= 0 && Math.ceilDiv(timer.deadlineNanos, TICK) <= now / TICK) {
        due.add(timer);
      }
    }
    expired.clear();
    wheel.advance(now);
    assertThat(expired).containsExactlyInAnyOrderElementsOf(due);
  }

  // a lower bound that is never late, and that makes progress
  private void checkNext(FakeTimer[] timers, long now) {
    long count = Arrays.stream(timers).filter(timer -> timer.deadlineNanos >= 0).count();
    assertThat(wheel.count()).isEqualTo((int) count);
    long untilNext = wheel.untilNextNanos(now);
    if (count == 0) {
      assertThat(untilNext).isNegative();
      return;
    }
    long nearest =
        Arrays.stream(timers)
            .filter(timer -> timer.deadlineNanos >= 0)
            .mapToLong(timer -> Math.ceilDiv(timer.deadlineNanos, TICK) * TICK)
            .min()
            .orElseThrow();
    assertThat(untilNext).isBetween(0L, Math.max(nearest - now, 0));
    if (nearest - now < TICK) {
      assertThat(untilNext).isEqualTo(Math.max(nearest - now, 0));
    }
  }
}
