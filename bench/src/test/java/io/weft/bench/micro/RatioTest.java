package io.weft.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weft.bench.micro.Ratio.Verdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: the guard's judgement is right whatever was measured, and its file survives an update. */
class RatioTest {
  private final Ratio ratio = new Ratio("A.fast", "A.base", 2, 1.5);

  @ParameterizedTest
  @CsvSource({
    "20, OK",
    "30, OK",
    "30.1, WORSE",
    "200, WORSE",
    "13.4, OK",
    "13.3, BETTER",
    "0.1, BETTER"
  })
  void aRatioIsNoiseWithinItsToleranceEitherWay(double nanos, Verdict verdict) {
    assertThat(ratio.verdict(Map.of("A.fast", nanos, "A.base", 10.0))).isEqualTo(verdict);
  }

  @Test
  void onlyTheRatioCountsAndNotTheTimes() {
    assertThat(ratio.verdict(Map.of("A.fast", 2e6, "A.base", 1e6))).isEqualTo(Verdict.OK);
  }

  @Test
  void aMissingTimeIsNoVerdictAndNoBaseline() {
    for (Map<String, Double> nanos :
        List.of(Map.<String, Double>of(), Map.of("A.fast", 1.0), Map.of("A.base", 1.0))) {
      assertThat(ratio.verdict(nanos)).isEqualTo(Verdict.NOT_MEASURED);
      assertThat(ratio.updated(nanos)).isEqualTo(ratio);
      assertThat(ratio.row(nanos)).endsWith("NaN NOT_MEASURED");
    }
  }

  @Test
  void aRowShowsBothRatiosAndTheVerdict() {
    assertThat(ratio.row(Map.of("A.fast", 70.0, "A.base", 10.0)).split(" +"))
        .containsExactly("A.fast", "A.base", "2.00", "7.00", "WORSE");
  }

  @Test
  void aLineIsParsedToWhatItWasWrittenFrom() {
    for (double baseline : List.of(0.00123, 0.5, 1.25, 12.3, 12300.0)) {
      Ratio written = new Ratio("A.fast", "A.base", baseline, 1.5);
      assertThat(Ratio.parse(written.line())).isEqualTo(written);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A.fast A.base 2",
        "A.fast A.base 2 1.5 1",
        "A.fast A.base two 1.5",
        "A.fast A.base 0 1.5",
        "A.fast A.base -1 1.5",
        "A.fast A.base NaN 1.5",
        "A.fast A.base 2 1",
        "A.fast A.base 2 NaN"
      })
  void aLineThatIsNoRatioIsNamed(String line) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Ratio.parse(line))
        .withMessageStartingWith("expected a benchmark, another one, a ratio and a tolerance: ")
        .withMessageContaining(line);
  }

  @Test
  void anUpdateKeepsCommentsTolerancesAndWhatWasNotMeasured() {
    List<String> lines =
        List.of("# why", "", "A.fast A.base 2 1.5", "B.fast A.base 3 2.5", "C.fast C.base 4 2");
    Map<String, Double> nanos = Map.of("A.fast", 5.0, "A.base", 10.0, "B.fast", 40.0);

    List<String> updated = Guard.update(lines, nanos);

    assertThat(updated).startsWith("# why", "").hasSize(5);
    assertThat(updated.subList(2, 5))
        .map(Ratio::parse)
        .containsExactly(
            new Ratio("A.fast", "A.base", 0.5, 1.5),
            new Ratio("B.fast", "A.base", 4, 2.5),
            new Ratio("C.fast", "C.base", 4, 2));
  }
}
