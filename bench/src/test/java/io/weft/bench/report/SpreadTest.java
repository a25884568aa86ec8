package io.weft.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Goal: the middle is the middle, whatever the order. */
class SpreadTest {
  @Test
  void theMedianOfAnOddNumberIsTheMiddleOne() {
    assertThat(Spread.of(9, 1, 5)).isEqualTo(new Spread(5, 1, 9, 3));
  }

  @Test
  void theMedianOfAnEvenNumberIsBetweenTheTwo() {
    assertThat(Spread.of(4, 1, 3, 100)).isEqualTo(new Spread(3.5, 1, 100, 4));
  }

  @Test
  void ofNothingThereIsNone() {
    assertThat(Spread.of()).isNull();
  }

  @Test
  void aRatioShowsItsRange() {
    assertThat(new Spread(1.251, 1.2, 1.31, 3).asRatio()).isEqualTo("1.25 [1.20..1.31]");
    assertThat(new Spread(1.251, 1.251, 1.251, 1).asRatio()).isEqualTo("1.25");
  }
}
