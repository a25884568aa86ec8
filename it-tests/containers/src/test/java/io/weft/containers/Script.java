package io.weft.containers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs the project's own scripts, as a user would, from the root of the repository. */
final class Script {
  static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
  private static final int MINUTES_MAX = 5;

  private Script() {}

  /** As {@link #run}, but for a command that may fail: empty when it does. */
  static Optional<String> attempt(String... command) throws IOException, InterruptedException {
    try {
      return Optional.of(run(command));
    } catch (AssertionError e) {
      return Optional.empty();
    }
  }

  /** What a command prints on standard output, without the line's end; fails when it fails. */
  static String run(String... command) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(command));
    Process process =
        new ProcessBuilder(line)
            .directory(ROOT.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String out;
    try (var stdout = process.getInputStream()) {
      out = new String(stdout.readAllBytes(), UTF_8);
    }
    if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError(line + " does not end");
    }
    if (process.exitValue() != 0) {
      throw new AssertionError(line + " ended with " + process.exitValue() + ":\n" + out);
    }
    return out.strip();
  }
}
