package io.weft.poller.epoll;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.weft.Net;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs {@link TracedMain} under strace, which writes one file for each thread. */
final class Strace {
  private static final String CALLS = "trace=%desc,%network,unlink,prctl";

  private final Path directory;

  Strace(Path directory) {
    this.directory = directory;
  }

  /** Skips the test where processes cannot be traced; with CI=true it fails. */
  void require() throws IOException, InterruptedException {
    String reason = "it traces";
    try {
      Process trial = new ProcessBuilder("strace", "-o", "/dev/null", "true").start();
      String said = new String(trial.getErrorStream().readAllBytes(), UTF_8);
      reason = trial.waitFor() == 0 ? reason : "strace cannot trace here: " + said;
    } catch (IOException e) {
      reason = "strace is not installed: " + e.getMessage();
    }
    if ("true".equals(System.getenv("CI"))) {
      assertThat(reason).isEqualTo("it traces");
    }
    assumeThat(reason).isEqualTo("it traces");
  }

  /** Starts the program; what options of strace are not given here are up to the caller. */
  Process start(List<String> options, String... program) throws IOException {
    List<String> command = new ArrayList<>(List.of("strace", "-ff", "--seccomp-bpf"));
    command.addAll(List.of("-s", "64", "-e", "signal=none", "-e", CALLS));
    command.addAll(options);
    command.addAll(List.of("-o", directory.resolve("thread").toString()));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-opens", "java.base/java.lang=ALL-UNNAMED"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", classPath()));
    command.add(TracedMain.class.getName());
    command.addAll(List.of(program));
    return new ProcessBuilder(command).redirectError(directory.resolve("errors").toFile()).start();
  }

  private static String classPath() {
    return Stream.of(TracedMain.class, EpollProvider.class, Net.class)
        .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
        .map(location -> Path.of(URI.create(location.toString())).toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** What the program's threads have called; it has ended. */
  Trace trace() throws IOException {
    return Trace.read(directory);
  }
}
