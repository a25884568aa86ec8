package io.weft.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.server.upstream.EjectionConfig.Backoff;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Goal: failures in a row eject, for longer each time, until it has been calm. */
class EjectionTest {
  private static final Duration CALM = Duration.ofMinutes(2);
  private static final EjectionConfig CONFIG =
      new EjectionConfig(3, new Backoff(Duration.ofSeconds(10), Duration.ofSeconds(25), CALM), 50);

  private final Ejection ejection = new Ejection(CONFIG);

  @Test
  void connectFailuresInARowAreEnough() {
    assertThat(ejection.connectFailed()).isFalse();
    assertThat(ejection.connectFailed()).isFalse();
    ejection.connected();
    assertThat(ejection.connectFailed()).isFalse();
    assertThat(ejection.connectFailed()).isFalse();
    assertThat(ejection.connectFailed()).isTrue();
  }

  @Test
  void earlyResetsInARowAreEnoughThoughConnectsSucceed() {
    for (int reset = 1; reset <= 2; reset++) {
      ejection.connected();
      assertThat(ejection.endedEarly()).isFalse();
    }
    ejection.endedWell();
    for (int reset = 1; reset <= 2; reset++) {
      ejection.connected();
      assertThat(ejection.endedEarly()).isFalse();
    }
    assertThat(ejection.endedEarly()).isTrue();
  }

  @Test
  void oneThatWasNotEjectedForLackOfOthersIsAtTheNextFailure() {
    ejection.connectFailed();
    ejection.connectFailed();
    assertThat(ejection.connectFailed()).isTrue();
    assertThat(ejection.connectFailed()).isTrue();
  }

  @Test
  void endsWhenItsTimeHasCome() {
    assertThat(ejection.eject(0, "failed")).hasSeconds(10);
    assertThat(ejection.isEjected()).isTrue();
    assertThat(ejection.reason(1)).isEqualTo("3 failed; back in 10s");

    assertThat(ejection.endBy(seconds(10) - 1)).isFalse();
    assertThat(ejection.endBy(seconds(10))).isTrue();
    assertThat(ejection.isEjected()).isFalse();
    assertThat(ejection.endBy(seconds(11))).isFalse();
  }

  @Test
  void failuresWhileItIsEjectedDoNotCount() {
    ejection.eject(0, "failed");
    for (int failure = 0; failure < 5; failure++) {
      assertThat(ejection.connectFailed()).isFalse();
      assertThat(ejection.endedEarly()).isFalse();
    }
  }

  @Test
  void oneFailureAfterItsEndIsEnough() {
    ejection.connectFailed();
    ejection.connectFailed();
    ejection.connectFailed();
    ejection.eject(0, "failed");
    ejection.endBy(seconds(10));

    assertThat(ejection.endedEarly()).isFalse();
    assertThat(ejection.connectFailed()).isTrue();
  }

  @Test
  void eachOneIsLongerUpToTheLongest() {
    assertThat(ejectAfter(0)).hasSeconds(10);
    assertThat(ejectAfter(1)).hasSeconds(20);
    assertThat(ejectAfter(CALM.toSeconds() - 1)).hasSeconds(25);
    assertThat(ejectAfter(1)).hasSeconds(25);
  }

  @Test
  void calmMakesTheNextOneAFirstOne() {
    ejectAfter(0);
    ejectAfter(1);

    assertThat(ejectAfter(CALM.toSeconds())).hasSeconds(10);
    assertThat(ejectAfter(1)).hasSeconds(20);
  }

  @Test
  void aPardonEndsItAndForgetsTheFailures() {
    for (int failure = 0; failure < 3; failure++) {
      ejection.connectFailed();
    }
    ejection.eject(0, "failed");
    ejection.pardon(seconds(1));

    assertThat(ejection.isEjected()).isFalse();
    assertThat(ejection.connectFailed()).isFalse();
    assertThat(ejection.eject(seconds(2), "failed")).hasSeconds(20);
  }

  @Test
  void zeroFailuresMeanNever() {
    Ejection never = new Ejection(new EjectionConfig(0, CONFIG.backoff(), 50));
    for (int failure = 0; failure < 10; failure++) {
      assertThat(never.connectFailed()).isFalse();
      assertThat(never.endedEarly()).isFalse();
    }
  }

  private static long seconds(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }

  /** Ejects so long after the end of the last one. */
  private Duration ejectAfter(long seconds) {
    long now = ejection.endNanos() + seconds(seconds);
    ejection.endBy(now);
    return ejection.eject(now, "failed");
  }
}
