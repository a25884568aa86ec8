package io.weft.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.server.upstream.HealthConfig.Thresholds;
import org.junit.jupiter.api.Test;

/** Goal: it takes as many results in a row as configured to change the state. */
class HealthStateTest {
  private final HealthState state = new HealthState(new Thresholds(2, 3));

  @Test
  void isUpUntilShownOtherwise() {
    assertThat(state.isUp()).isTrue();
    assertThat(state.passed()).isFalse();
    assertThat(state.isUp()).isTrue();
  }

  @Test
  void theVeryFirstCheckMayTakeItDown() {
    assertThat(state.failed("refused")).isTrue();
    assertThat(state.isUp()).isFalse();
    assertThat(state.reason()).isEqualTo("refused");
  }

  @Test
  void fallsByFailuresInARowOnly() {
    state.passed();
    assertThat(state.failed("1")).isFalse();
    assertThat(state.failed("2")).isFalse();
    assertThat(state.passed()).isFalse();
    assertThat(state.failed("1")).isFalse();
    assertThat(state.failed("2")).isFalse();
    assertThat(state.failed("3")).isTrue();
    assertThat(state.reason()).isEqualTo("3");
  }

  @Test
  void risesBySuccessesInARowOnly() {
    state.failed("refused");
    assertThat(state.passed()).isFalse();
    assertThat(state.failed("refused")).isFalse();
    assertThat(state.passed()).isFalse();
    assertThat(state.passed()).isTrue();
    assertThat(state.isUp()).isTrue();
    assertThat(state.reason()).isEmpty();
  }

  @Test
  void afterARiseItTakesAllFailuresAgain() {
    state.failed("refused");
    state.passed();
    state.passed();
    assertThat(state.failed("1")).isFalse();
    assertThat(state.failed("2")).isFalse();
    assertThat(state.failed("3")).isTrue();
  }
}
