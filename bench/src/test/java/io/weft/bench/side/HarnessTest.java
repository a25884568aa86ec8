package io.weft.bench.side;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.bench.load.Plan;
import io.weft.bench.load.Sample;
import io.weft.bench.load.TestingServer;
import io.weft.bench.load.Workload;
import io.weft.bench.peers.JdkEcho;
import io.weft.bench.report.Figure;
import io.weft.bench.report.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: real servers are started, loaded, measured and ended; what goes wrong is told. */
class HarnessTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  @AfterEach
  void noProcessIsLeftBehind() {
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void aRunMeasuresAndWritesAReport(@TempDir Path folder) throws IOException {
    CommandRun run =
        CommandRun.of(
            "--root ..",
            "--candidates jdk --modes pingpong-64B --connections 64 --rounds 1",
            "--seconds 0.3 --warm 0.3 --out " + folder);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("[1/1, 0:00 left] pingpong-64B, 64 connections, round 1, jdk: rate /s ")
        .contains("all else per request; medians of 1 round, ratios to jdk")
        .contains("wrote " + folder.resolve("report.html"));
    List<String> csv = Files.readAllLines(folder.resolve("results.csv"));
    assertThat(csv.getLast()).startsWith("pingpong-64B,64,request,jdk,1,");
  }

  @Test
  void everyFigureOfAJavaServerIsThere() throws Exception {
    Measurement measurement = trial(Workload.CLOSED_LOOP).run(java(JdkEcho.class), 1);
    assertThat(measurement.failure()).isNull();
    assertThat(measurement.figures())
        .containsKeys(Figure.RATE, Figure.P50, Figure.P99, Figure.P999, Figure.CPU, Figure.SWITCHES)
        .containsKeys(Figure.ALLOCATED, Figure.RSS, Figure.SERVER_LOAD, Figure.LOAD_LOAD)
        .doesNotContainKey(Figure.RSS_PER_CONNECTION);
    assertThat(measurement.figures().get(Figure.CPU)).isBetween(0.1, 10_000.0);
    assertThat(measurement.figures().get(Figure.RSS)).isBetween(1.0, 10_000.0);
  }

  @Test
  void aWrongByteFailsTheRound() throws Exception {
    Measurement measurement = trial(Workload.CLOSED_LOOP).run(java(CorruptEcho.class), 1);
    assertThat(measurement.failure()).isEqualTo("64 bytes came back wrong");
    assertThat(measurement.figures()).isEmpty();
  }

  @Test
  void aServerThatDoesNotStartSaysWhy() throws Exception {
    Candidate broken =
        new Candidate(
            "broken", "", List.of("sh", "-c", "echo no luck >&2; exit 3"), Map.of(), false, null);
    assertThat(trial(Workload.CLOSED_LOOP).run(broken, 1).failure())
        .isEqualTo("ended with code 3: no luck");
  }

  @Test
  void aLoadOfItsOwnProcessAllocatesNothingOnceItIsWarm() throws Exception {
    try (TestingServer echo = TestingServer.echo(bytes -> {});
        LoadProcess load =
            new LoadProcess(new Plan(Workload.CLOSED_LOOP, echo.port(), 200, 64, 1, 1), cpu())) {
      load.open();
      load.run(Duration.ofMillis(500));
      Sample sample = load.run(SHORT);
      assertThat(sample.requests()).isGreaterThan(1_000);
      assertThat(sample.allocatedBytes()).isLessThan(sample.requests());
    }
  }

  @Test
  void aLoadThatCannotConnectSaysSo() throws Exception {
    int port;
    try (TestingServer gone = TestingServer.echo(bytes -> {})) {
      port = gone.port();
    }
    try (LoadProcess load =
        new LoadProcess(new Plan(Workload.CLOSED_LOOP, port, 1, 64, 1, 1), cpu())) {
      assertThatThrownBy(load::open)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Connection refused");
    }
  }

  private static Trial trial(Workload workload) throws IOException {
    Plan plan = new Plan(workload, 1, 64, 64, 1, 1_000);
    Settings settings = new Settings(1, SHORT, SHORT, SHORT, 1_000, cpu(), cpu());
    return new Trial(Mode.ALL.getFirst().scenario(64), plan, settings, false);
  }

  private static Candidate java(Class<?> main) {
    String[] port = {"0"};
    return new Candidate(
        "test", "", Jvm.main(main.getName(), List.of(), port), Map.of(), true, null);
  }

  private static String cpu() throws IOException {
    return Cpus.allowed().getFirst().toString();
  }
}
