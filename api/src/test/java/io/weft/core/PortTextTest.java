package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: a port's text is a number exactly when Go takes it for one. */
@Timeout(60)
class PortTextTest {
  @ParameterizedTest
  @CsvSource({
    "'', 0", "0, 0", "80, 80", "080, 80", "00000000000000000080, 80", "65535, 65535",
    "+80, 80", "+0, 0", "-0, 0", "-000, 0", "+, 0", "-, 0",
  })
  void numbersArePorts(String text, int port) {
    assertThat(PortText.number(text)).isEqualTo(port);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "-80",
        "65536",
        "+65536",
        "123456789",
        "4294967296",
        "4294967376",
        "18446744073709551696",
        "99999999999999999999999999999999",
        "-99999999999999999999999999999999",
        // large enough before the letter comes
        "1073741824x"
      })
  void otherNumbersAreOutOfRange(String text) {
    assertThat(PortText.number(text)).isEqualTo(PortText.OUT_OF_RANGE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http", "80a", "0x50", "8 0", " 80", "80 ", "+-1", "--1", "1.5", "1_0", "\u0661"})
  void otherTextsAreNames(String text) {
    assertThat(PortText.number(text)).isEqualTo(PortText.NAME);
  }
}
