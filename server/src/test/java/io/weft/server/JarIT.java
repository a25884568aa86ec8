package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Goal: the packaged jar starts by itself, with everything beside it and nothing left to open. */
class JarIT {
  private static final Path JAR = Path.of("target", "weft.jar");

  @Test
  void theManifestOpensWhatLoopsNeedToCarryVirtualThreads() throws Exception {
    try (WeftProcess weft = jar("probe", "--scheduling", "on-loop", "--poller", "nio")) {
      assertThat(weft.exitCode()).as("exit code; standard error: %s", weft.err()).isZero();
      assertThat(weft.rest())
          .anySatisfy(line -> assertThat(line).startsWith("scheduling: on-loop"));
      assertThat(weft.err()).isEmpty();
    }
  }

  @Test
  void theVersionIsThatOfTheBuild() throws Exception {
    try (WeftProcess weft = jar("--version")) {
      assertThat(weft.exitCode()).isZero();
      assertThat(weft.rest())
          .singleElement()
          .asString()
          .matches("weft \\d+\\.\\d+\\.\\d+\\S* \\(.*");
    }
  }

  @Test
  void runHoldsAConversation() throws Exception {
    try (WeftProcess weft = jar("run", "--once")) {
      assertThat(weft.exitCode()).as("exit code; standard error: %s", weft.err()).isZero();
      assertThat(weft.rest()).anySatisfy(line -> assertThat(line).startsWith("  received: "));
      assertThat(weft.err()).isEmpty();
    }
  }

  @Test
  void itRunsOnTheModulePathToo() throws Exception {
    String path = JAR + File.pathSeparator + Path.of("target", "lib");
    List<String> options =
        List.of(
            "--add-opens=java.base/java.lang=io.weft",
            "--enable-native-access=io.weft.poller.iouring",
            "--module-path",
            path,
            "-m",
            "io.weft.server/io.weft.server.Main");
    try (WeftProcess weft = WeftProcess.java(options, "run", "--once", "--poller", "nio")) {
      assertThat(weft.exitCode()).as("exit code; standard error: %s", weft.err()).isZero();
      assertThat(weft.rest())
          .anySatisfy(line -> assertThat(line).startsWith("scheduling: on-loop"))
          .anySatisfy(line -> assertThat(line).startsWith("  received: "));
      assertThat(weft.err()).isEmpty();
    }
  }

  private static WeftProcess jar(String... args) throws IOException {
    return WeftProcess.java(List.of("-jar", JAR.toString()), args);
  }
}
