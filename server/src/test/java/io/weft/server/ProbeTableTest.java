package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.PollerReport;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Goal: the table of {@code weft probe} lines up, and ends no line with blanks. */
class ProbeTableTest {
  @Test
  void linesUpItsColumns() {
    List<PollerReport> reports =
        List.of(
            new PollerReport("io_uring", false, "denied by seccomp (EPERM)", "allow it"),
            new PollerReport("nio", true, "the JDK's Selector", ""));

    assertThat(ProbeCommand.table(reports))
        .containsExactly(
            "POLLER    AVAILABLE  REASON                     REMEDY",
            "io_uring  no         denied by seccomp (EPERM)  allow it",
            "nio       yes        the JDK's Selector");
  }
}
