package io.weft.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.weft.containers.SuiteReport.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/**
 * A run of the suite in a container. Each of its tests becomes a test here, so that the build
 * counts and names them; two more hold that the run ended in peace and was as long as on the host.
 *
 * @param name what the row is called
 * @param suite what is run
 * @param box in what
 */
record Row(String name, Suite suite, Box box) {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final Path TABLE = Path.of("target", "rows.tsv");
  private static final Path REPORTS = Path.of("target", "rows");

  /**
   * What came of it.
   *
   * @param exitCode that of JUnit's launcher
   * @param report what it reported
   */
  record Result(long exitCode, SuiteReport report) {}

  /** Runs the row, and turns its report into tests. */
  Stream<DynamicNode> tests() throws IOException, XMLStreamException {
    Result result = run();
    Map<String, List<DynamicNode>> families =
        result.report().cases().stream()
            .collect(
                Collectors.groupingBy(
                    Outcome::family,
                    TreeMap::new,
                    Collectors.mapping(Row::test, Collectors.toList())));
    Stream<DynamicNode> cases =
        families.entrySet().stream()
            .map(family -> DynamicContainer.dynamicContainer(family.getKey(), family.getValue()));
    DynamicNode end = DynamicTest.dynamicTest("the run ends in peace", () -> verifyEnd(result));
    DynamicNode count =
        DynamicTest.dynamicTest("as many cases ran as on the host", () -> verifyCount(result));
    return Stream.concat(cases, Stream.of(end, count));
  }

  /** Runs the row. */
  Result run() throws IOException, XMLStreamException {
    long start = System.nanoTime();
    Box.Ended ended = box.run(LIMIT, suite.command(), Suite.REPORT);
    Files.createDirectories(REPORTS);
    Files.writeString(
        REPORTS.resolve((name + ", " + suite).replace(", ", "-") + ".xml"), ended.report());
    long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
    SuiteReport report = SuiteReport.of(ended.report());
    String line =
        "%s\t%s\t%d\t%d\t%d s%n"
            .formatted(name, suite, report.cases().size(), report.failed().size(), seconds);
    Files.writeString(TABLE, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    return new Result(ended.exitCode(), report);
  }

  /** Fails when the launcher says otherwise than its report. */
  static void verifyEnd(Result result) {
    assertThat(result.report().runs()).as("cases that ran").isNotEmpty();
    assertThat(result.exitCode())
        .as("exit code")
        .isEqualTo(result.report().failed().isEmpty() ? 0 : 1);
  }

  private void verifyCount(Result result) throws IOException {
    Map<String, Long> host = HostRecord.runs(suite);
    if (host.isEmpty() && !"true".equals(System.getenv("CI"))) {
      abort("the host's count is unknown: the adapter was not tested in this build");
    }
    verifyCount(result, host);
  }

  /** Fails when fewer or more cases ran than on the host. */
  static void verifyCount(Result result, Map<String, Long> host) {
    assertThat(result.report().runs()).as("runs of cases, here and on the host").isEqualTo(host);
  }

  private static DynamicNode test(Outcome outcome) {
    return DynamicTest.dynamicTest(
        outcome.name(),
        () -> {
          switch (outcome.state()) {
            case FAILED -> throw new AssertionError(outcome.text());
            case SKIPPED -> abort(outcome.text());
            case PASSED -> {
              // in the container
            }
          }
        });
  }
}
