package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weft.server.config.ConfigReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Goal: every configuration that is shown or shipped is one that those who read it accept. */
class ConfigExamplesTest {
  private static final Path CONFIG = Examples.ROOT.resolve("config");

  @TempDir private Path folder;

  @ParameterizedTest
  @MethodSource
  void everyExampleIsAccepted(String name, String text) throws Exception {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

    assertThat(ConfigReader.of(name, bytes, Map.of()).services()).isNotEmpty();
  }

  static List<Arguments> everyExampleIsAccepted() throws IOException {
    List<Arguments> examples = new ArrayList<>();
    Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(Examples.ROOT.resolve("docs/operating.md")))
        .results()
        .map(match -> match.group(1))
        .filter(text -> text.lines().anyMatch("services:"::equals))
        .forEach(text -> examples.add(Arguments.of("operating.md:" + examples.size(), text)));
    assertThat(examples).hasSizeGreaterThanOrEqualTo(4);
    try (Stream<Path> files = Files.list(CONFIG)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).toList()) {
        examples.add(Arguments.of(file.getFileName().toString(), Files.readString(file)));
      }
    }
    examples.add(Arguments.of("ConfigMap", manifest("ConfigMap", "data", "weft.yaml")));
    return examples;
  }

  @Test
  void theManifestsNameThePortsOfTheirConfiguration() throws Exception {
    List<?> ports =
        (List<?>) manifest("Deployment", "spec", "template", "spec", "containers", "0", "ports");
    String config = (String) manifest("ConfigMap", "data", "weft.yaml");

    assertThat(ports)
        .extracting(port -> ":" + ((Map<?, ?>) port).get("containerPort"))
        .containsExactlyInAnyOrderElementsOf(
            Pattern.compile("(?:listen|admin): tcp://[0-9.]*(:\\d+)")
                .matcher(config)
                .results()
                .map(match -> match.group(1))
                .toList());
  }

  @Test
  void systemdFindsNoFaultInTheUnit() throws Exception {
    assumeTrue(isThere("systemd-analyze"), "systemd-analyze is not installed");
    Path program = Files.createFile(folder.resolve("program"));
    assertThat(program.toFile().setExecutable(true)).isTrue();
    String unit = Files.readString(CONFIG.resolve("systemd/weft.service"));
    assertThat(unit).contains("ExecStart=/opt/weft/bin/weft run --config /etc/weft/weft.yaml\n");
    Path file = folder.resolve("weft.service");
    Files.writeString(file, unit.replace("/opt/weft/bin/weft", program.toString()));

    Process verify =
        new ProcessBuilder("systemd-analyze", "verify", "--man=no", file.toString())
            .redirectErrorStream(true)
            .start();

    String said = new String(verify.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(verify.waitFor()).as(said).isZero();
    assertThat(said.lines().filter(line -> line.contains("weft.service"))).isEmpty();
  }

  private static boolean isThere(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
  }

  /** What a manifest of this kind says at a path of keys and indices. */
  private static Object manifest(String kind, String... path) throws IOException {
    String text = Files.readString(CONFIG.resolve("kubernetes/weft.yaml"));
    for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(text)) {
      if (kind.equals(((Map<?, ?>) document).get("kind"))) {
        Object at = document;
        for (String step : path) {
          Object next =
              at instanceof List<?> list
                  ? list.get(Integer.parseInt(step))
                  : ((Map<?, ?>) at).get(step);
          at = Objects.requireNonNull(next, step);
        }
        return at;
      }
    }
    throw new AssertionError("no manifest is a " + kind);
  }
}
