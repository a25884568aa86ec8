package io.weft.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Metrics as the Prometheus project's own parser, that of its client for Python, reads them. */
public record Samples(List<Sample> all) {
  private static final Path PYTHON = Path.of("/usr/bin/python3");
  private static final String PROGRAM =
      """
      import json, sys
      from prometheus_client.parser import text_string_to_metric_families as families
      text = sys.stdin.buffer.read().decode()
      json.dump([{"family": f.name, "type": f.type, "help": f.documentation, "name": s.name,
                  "labels": s.labels, "value": repr(float(s.value))}
                 for f in families(text) for s in f.samples], sys.stdout)
      """;

  /** One line. */
  public record Sample(
      String name, Map<String, String> labels, double value, String type, String help) {}

  /** Skips the test where the parser is not installed; with CI=true it fails instead. */
  public static Samples parse(String text) throws IOException, InterruptedException {
    if (!"true".equals(System.getenv("CI"))) {
      assumeThat(isInstalled()).as("python3-prometheus-client").isTrue();
    }
    Process python = start(PROGRAM);
    try (OutputStream in = python.getOutputStream()) {
      in.write(text.getBytes(StandardCharsets.UTF_8));
    }
    String json = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(python.waitFor()).as("Prometheus' parser accepts:%n%s", text).isZero();
    List<Sample> samples = new ArrayList<>();
    for (JsonElement each : JsonParser.parseString(json).getAsJsonArray()) {
      samples.add(sample(each.getAsJsonObject()));
    }
    return new Samples(samples);
  }

  private static boolean isInstalled() throws IOException, InterruptedException {
    return Files.isExecutable(PYTHON) && start("import prometheus_client.parser").waitFor() == 0;
  }

  private static Process start(String program) throws IOException {
    return new ProcessBuilder(PYTHON.toString(), "-c", program)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static Sample sample(JsonObject json) {
    Map<String, String> labels = new HashMap<>();
    json.getAsJsonObject("labels")
        .entrySet()
        .forEach(each -> labels.put(each.getKey(), each.getValue().getAsString()));
    return new Sample(
        json.get("name").getAsString(),
        labels,
        Double.parseDouble(
            json.get("value").getAsString().replace("inf", "Infinity").replace("nan", "NaN")),
        json.get("type").getAsString(),
        json.get("help").getAsString());
  }

  /** Those of a name with these labels, and maybe more. */
  public Stream<Sample> of(String name, Map<String, String> labels) {
    return all.stream()
        .filter(each -> each.name().equals(name))
        .filter(each -> each.labels().entrySet().containsAll(labels.entrySet()));
  }

  /** The sum of those. */
  public double sum(String name, Map<String, String> labels) {
    return of(name, labels).mapToDouble(Sample::value).sum();
  }
}
