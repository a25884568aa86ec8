package io.weft.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Goal: what is compared is compared within a round, and what is not there stays away. */
class ComparisonTest {
  private final Comparison few = Comparison.of(Sampled.results(), Sampled.FEW);

  @Test
  void figuresAreMediansOfTheRounds() {
    assertThat(few.figure("slow", Figure.RATE))
        .isEqualTo(new Spread(50_000, 100_000 / 3.0, 100_000, 3));
    assertThat(few.latencyMicros("slow")).containsExactly(200.0, 900.0, 1_000.0);
  }

  @Test
  void ratiosAreMadeWithinARound() {
    Spread ratio = Objects.requireNonNull(few.ratio("fast", Figure.RATE));
    assertThat(ratio.median()).isCloseTo(1.2, Offset.offset(0.001));
    assertThat(ratio.max() - ratio.min()).isLessThan(0.001);
    assertThat(few.ratio("slow", Figure.RATE)).isEqualTo(new Spread(1, 1, 1, 3));
  }

  @Test
  void whatNobodyHasIsNotThere() {
    assertThat(few.figures())
        .containsExactly(Figure.RATE, Figure.P50, Figure.CPU, Figure.USER, Figure.SYSTEM);
    assertThat(few.figure("slow", Figure.SYSCALLS)).isNull();
    assertThat(few.ratio("slow", Figure.SYSCALLS)).isNull();
    assertThat(few.latencyMicros("dead")).isEmpty();
  }

  @Test
  void whoFailedIsNamedWithTheReason() {
    Comparison many = Comparison.of(Sampled.results(), Sampled.MANY);
    assertThat(many.candidates()).containsExactly("slow", "fast");
    assertThat(many.failures())
        .containsExactly("dead, round 1: ended with code 1: \"no\", it said");
    assertThat(few.failures()).isEmpty();
  }
}
