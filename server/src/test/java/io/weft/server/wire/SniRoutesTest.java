package io.weft.server.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weft.AddressException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Goal: a server name leads where the closest route says. */
class SniRoutesTest {
  private static final Map<String, String> TARGETS =
      Map.of(
          "example.org", "exact",
          "*.example.org", "wide",
          "*.eu.example.org", "wide-eu",
          "www.Example.ORG.", "www",
          "_x.xn--bcher-kva.example", "idn",
          "localhost", "local");

  @ParameterizedTest
  @CsvSource({
    "example.org, exact",
    "EXAMPLE.org, exact",
    "example.org., exact",
    "www.example.org, www",
    "a.example.org, wide",
    "a.b.example.org, wide",
    "a.www.example.org, wide",
    "a.eu.example.org, wide-eu",
    "a.b.eu.example.org, wide-eu",
    "eu.example.org, wide",
    "_x.xn--bcher-kva.example, idn",
    "LOCALHOST, local",
    "notexample.org, none",
    "org, none",
    "example.org.uk, none",
    "*.example.org, wide",
    ".example.org, none",
    "'', none",
  })
  void theExactNameThenTheLongestPattern(String name, String target) throws Exception {
    assertThat(SniRoutes.of(TARGETS).match(name).orElse("none")).isEqualTo(target);
  }

  @Test
  void noRoutesLeadNowhere() throws Exception {
    assertThat(SniRoutes.of(Map.of()).match("example.org")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'', a label has 1 to 63 characters",
    ".example.org, a label has 1 to 63 characters",
    "a..b, a label has 1 to 63 characters",
    "example.org.., a label has 1 to 63 characters",
    "*., a label has 1 to 63 characters",
    "a.*.org, 'only letters, digits, - and _ make a label (and *. may stand in front)'",
    "*, 'only letters, digits, - and _ make a label (and *. may stand in front)'",
    "*a.org, 'only letters, digits, - and _ make a label (and *. may stand in front)'",
    "*.*.org, 'only letters, digits, - and _ make a label (and *. may stand in front)'",
    "a b, 'only letters, digits, - and _ make a label (and *. may stand in front)'",
    "a:443, 'only letters, digits, - and _ make a label (and *. may stand in front)'",
    "bücher.example, 'not ASCII (write it as clients send it, xn--...)'",
  })
  void refusesWithAReason(String text, String reason) {
    refuses(Map.of(text, "target"), "server name " + text + ": " + reason);
  }

  @Test
  void refusesNamesThatAreTooLong() {
    String label = "a".repeat(64);
    refuses(Map.of(label, "target"), "server name " + label + ": a label has 1 to 63 characters");
    String name = "a.".repeat(127) + "b";
    refuses(Map.of(name, "target"), "server name " + name + ": more than 253 characters");
  }

  @Test
  void refusesANameThatIsThereTwice() {
    assertThatExceptionOfType(AddressException.class)
        .isThrownBy(() -> SniRoutes.of(Map.of("a.org", "one", "A.org.", "two")))
        .withMessageEndingWith(": it is there twice");
  }

  private static void refuses(Map<String, String> targets, String message) {
    assertThatExceptionOfType(AddressException.class)
        .isThrownBy(() -> SniRoutes.of(targets))
        .withMessage(message);
  }
}
