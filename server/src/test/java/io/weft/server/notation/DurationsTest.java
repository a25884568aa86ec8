package io.weft.server.notation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: durations are read and written as the documentation shows them. */
class DurationsTest {
  @ParameterizedTest
  @CsvSource({"500ms, PT0.5S", "2s, PT2S", "5m, PT5M", "0s, PT0S", "99999999m, PT99999999M"})
  void readsANumberAndAUnit(String text, Duration expected) {
    assertThat(Durations.parse(text)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "5", "s", "-1s", "1.5s", " 1s", "1s ", "1h", "1S", "999999999s", "1 s"})
  void refusesEverythingElse(String text) {
    assertThat(Durations.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0ms", "1ms", "1500ms", "1s", "90s", "2m"})
  void writesWhatItReads(String text) {
    assertThat(Durations.format(Durations.parse(text).orElseThrow())).isEqualTo(text);
  }
}
