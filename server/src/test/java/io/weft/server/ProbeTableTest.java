package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.weft.Net;
import io.weft.NetConfig;
import io.weft.PollerReport;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Goal: what {@code weft probe} tells lines up for people, and is whole for programs. */
class ProbeTableTest {
  private static final List<PollerReport> REPORTS =
      List.of(
          new PollerReport("io_uring", false, "denied by seccomp (EPERM)", "allow it"),
          new PollerReport("nio", true, "the JDK's Selector", ""));

  @Test
  void jsonHasTheSameAndTheChoice() throws Exception {
    try (Net net = Net.open(NetConfig.DEFAULT.withPoller("nio").withLoops(1))) {
      JsonObject json = JsonParser.parseString(ProbeJson.of(REPORTS, net)).getAsJsonObject();
      JsonObject uring = json.getAsJsonArray("pollers").get(0).getAsJsonObject();
      assertThat(uring.get("name").getAsString()).isEqualTo("io_uring");
      assertThat(uring.get("available").getAsBoolean()).isFalse();
      assertThat(uring.get("reason").getAsString()).isEqualTo("denied by seccomp (EPERM)");
      assertThat(uring.get("remedy").getAsString()).isEqualTo("allow it");
      assertThat(json.getAsJsonObject("chosen").get("poller").getAsString()).isEqualTo("nio");
      assertThat(json.getAsJsonObject("chosen").get("loops").getAsInt()).isEqualTo(1);
    }
  }

  @Test
  void jsonWithoutAChoiceHasTheReports() {
    JsonObject json = JsonParser.parseString(ProbeJson.of(REPORTS, null)).getAsJsonObject();
    assertThat(json.getAsJsonArray("pollers")).hasSize(2);
    assertThat(json.has("chosen")).isFalse();
  }

  @Test
  void linesUpItsColumns() {
    assertThat(ProbeCommand.table(REPORTS))
        .containsExactly(
            "POLLER    AVAILABLE  REASON                     REMEDY",
            "io_uring  no         denied by seccomp (EPERM)  allow it",
            "nio       yes        the JDK's Selector");
  }
}
