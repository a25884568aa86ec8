package io.weft.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** Goal: every form of the report tells the same, and stands by itself. */
class ReportTest {
  private final Results results = Sampled.results();

  @Test
  void theTableShowsMediansAndRatios() {
    assertThat(Table.text(Comparison.of(results, Sampled.MANY), "slow"))
        .isEqualTo(
            """
            pingpong, 1,000 connections; rate per second, times in us, all else per request; \
            medians of 3 rounds, ratios to slow [least..most]
            candidate    rate              ratio  p50   CPU              ratio  user  system
            slow       50,000  1.00 [1.00..1.00]  200  5.00  1.00 [1.00..1.00]  1.50    3.50
            fast       60,001  1.20 [1.20..1.20]  200  5.00  1.00 [1.00..1.00]  1.50    3.50
            failed: dead, round 1: ended with code 1: "no", it said
            """);
  }

  @Test
  void theCsvHasALineForEachMeasurement() {
    List<String> lines = Csv.of(results).lines().toList();
    assertThat(lines).hasSize(2 + 1 + results.measurements().size());
    assertThat(lines.subList(0, 2)).containsExactly("# kernel: Linux <6>", "# rounds: 3");
    assertThat(lines.get(2))
        .startsWith("mode,connections,work,candidate,round,rate_per_second,p50_micros,p99_micros,")
        .endsWith(",failure");
    assertThat(lines.get(3)).startsWith("pingpong,64,request,slow,1,100000.0,100.0,,,5.0,1.5,3.5,");
    assertThat(lines.getLast()).endsWith(",\"ended with code 1: \"\"no\"\", it said\"");
  }

  @Test
  void theJsonHasEverything() {
    JsonObject json = JsonParser.parseString(ReportFiles.json(results)).getAsJsonObject();
    JsonArray measurements = json.getAsJsonArray("measurements");
    assertThat(measurements).hasSameSizeAs(results.measurements());
    JsonObject first = measurements.get(0).getAsJsonObject();
    assertThat(first.getAsJsonObject("figures").get("rate_per_second").getAsDouble())
        .isEqualTo(100_000);
    assertThat(first.getAsJsonObject("scenario").get("connections").getAsInt()).isEqualTo(64);
    assertThat(json.getAsJsonObject("machine").get("kernel").getAsString()).isEqualTo("Linux <6>");
  }

  @Test
  void thePageIsWellFormedAndNeedsNothingElse() throws Exception {
    String page = HtmlReport.of(results);
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(
                new ByteArrayInputStream(
                    page.replace("<!doctype html>", "").getBytes(StandardCharsets.UTF_8)));
    assertThat(page).doesNotContain("href", "src=", "NaN", "Infinity");
    // bars and latencies of both scenarios; rate and CPU over connections
    assertThat(document.getElementsByTagName("svg").getLength()).isEqualTo(6);
    assertThat(page)
        .contains("Linux &lt;6>", "no perf &amp; no figures of it", "not here: no such thing")
        .contains("<td>fast</td><td>60,001</td><td>1.20 [1.20..1.20]</td>")
        .contains("failed: dead, round 1");
  }

  @Test
  void allThreeAreWritten(@TempDir Path folder) throws IOException {
    Path nested = folder.resolve("a/b");
    assertThat(ReportFiles.write(results, nested))
        .containsExactly(
            nested.resolve("results.json"),
            nested.resolve("results.csv"),
            nested.resolve("report.html"))
        .allSatisfy(file -> assertThat(Files.size(file)).isPositive());
  }
}
