package io.weft.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: what is known of a direction's readiness, one event after the other. */
@Timeout(60)
class ReadinessTest {
  private final List<Integer> told = new ArrayList<>();
  private final Readiness readiness = new Readiness(false);

  @Test
  void theFirstAttemptIsWorthItsSyscallWhenToldSo() {
    assertThat(new Readiness(true).attempt()).isTrue();
    assertThat(readiness.attempt()).isFalse();
  }

  @Test
  void anAttemptConsumesTheReadiness() {
    readiness.signal();
    assertThat(readiness.ready()).isTrue();
    assertThat(readiness.attempt()).isTrue();
    assertThat(readiness.ready()).isFalse();
    assertThat(readiness.attempt()).isFalse();
  }

  @Test
  void moreMakesTheNextAttemptWorthItsSyscall() {
    readiness.more();
    assertThat(readiness.attempt()).isTrue();
  }

  @Test
  void aSignalTellsTheWaiterOnce() {
    assertThat(readiness.arm(told::add)).isTrue();
    assertThat(readiness.armed()).isTrue();
    assertThat(readiness.signal()).isTrue();
    assertThat(readiness.signal()).isFalse();
    assertThat(told).containsExactly(Completion.AGAIN);
    assertThat(readiness.attempt()).isTrue();
  }

  @Test
  void aSignalBeforeTheArmIsNotLost() {
    readiness.signal();
    assertThat(readiness.arm(told::add)).isFalse();
    assertThat(readiness.attempt()).isTrue();
    assertThat(told).isEmpty();
  }

  @Test
  void aCancelEndsTheWaitOnceAndKeepsLaterSignals() {
    readiness.arm(told::add);
    readiness.cancel();
    readiness.cancel();
    assertThat(told).containsExactly(Completion.CANCELED);
    assertThat(readiness.signal()).isFalse();
    assertThat(readiness.attempt()).isTrue();
  }

  @Test
  void aCancelWithoutAWaitHasNoEffect() {
    readiness.signal();
    readiness.cancel();
    assertThat(readiness.ready()).isTrue();
  }

  @Test
  void aWaitThatIsTakenOverIsToldByWhoTookIt() {
    assertThat(readiness.takeOver()).isNull();
    readiness.arm(told::add);
    Completion taken = readiness.takeOver();
    assertThat(readiness.takeOver()).isNull();
    readiness.cancel();
    assertThat(readiness.signal()).isFalse();
    assertThat(told).isEmpty();
    Objects.requireNonNull(taken).complete(7);
    assertThat(told).containsExactly(7);
    assertThat(readiness.attempt()).isTrue();
  }

  @Test
  void aDisarmedWaitIsNotTold() {
    readiness.arm(told::add);
    assertThat(readiness.disarm()).isTrue();
    assertThat(readiness.disarm()).isFalse();
    readiness.cancel();
    assertThat(told).isEmpty();
  }

  @Test
  void aHangUpMakesEveryAttemptWorthItsSyscall() {
    readiness.arm(told::add);
    readiness.hangUp();
    assertThat(told).containsExactly(Completion.AGAIN);
    for (int i = 0; i < 3; i++) {
      assertThat(readiness.attempt()).isTrue();
      assertThat(readiness.arm(told::add)).isFalse();
      assertThat(readiness.ready()).isTrue();
    }
  }
}
