package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: what the README shows is what its files say, and it compiles and runs. */
class ReadmeTest {
  private static final Path ROOT = Examples.ROOT;

  @TempDir private Path classes;

  @ParameterizedTest
  @ValueSource(strings = {"Echo", "Dial"})
  void showsTheExamplesVerbatim(String name) throws Exception {
    assertThat(readme()).contains("```java\n" + Files.readString(Examples.file(name)) + "```\n");
  }

  @Test
  void theExamplesCompileWithoutWarningAndTalkToEachOther() throws Exception {
    Examples.compile(classes, List.of("Echo", "Dial"));

    try (WeftProcess echo = example("Echo", "127.0.0.1:0")) {
      String line = echo.line();
      assertThat(line).matches("echo on tcp 127\\.0\\.0\\.1:\\d+");
      try (WeftProcess dial = example("Dial", line.substring("echo on tcp ".length()))) {
        assertThat(dial.exitCode()).as("exit code; standard error: %s", dial.err()).isZero();
        assertThat(dial.rest()).containsExactly("hello, weft");
        assertThat(dial.err()).isEmpty();
      }
      assertThat(echo.isAlive()).isTrue();
    }
  }

  @Test
  void itsFirstCommandIsTheDemonstrationAndItsTestCommandIsThere() throws Exception {
    List<String> commands =
        readme()
            .lines()
            .filter(line -> line.startsWith("./weft") || line.startsWith("mvn"))
            .toList();

    assertThat(commands).first().isEqualTo("./weft run");
    assertThat(commands).contains("mvn -B -ntp verify");
  }

  @Test
  void everyFileThatADocumentLinksToIsThere() throws Exception {
    try (Stream<Path> root = Files.list(ROOT);
        Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      Stream<Path> files = Stream.concat(root, docs);
      for (Path document : files.filter(file -> file.toString().endsWith(".md")).toList()) {
        assertThat(links(document))
            .as("links of %s", document)
            .allSatisfy(link -> assertThat(document.resolveSibling(link)).exists());
      }
    }
  }

  private static List<String> links(Path document) throws IOException {
    return Pattern.compile("\\]\\((?!https?:|#)([^)#]+)")
        .matcher(Files.readString(document))
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  private WeftProcess example(String name, String address) throws IOException {
    String classPath = classes + System.getProperty("path.separator") + Examples.CLASS_PATH;
    return WeftProcess.java(
        List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath, name), address);
  }

  private static String readme() throws IOException {
    return Files.readString(ROOT.resolve("README.md"));
  }
}
