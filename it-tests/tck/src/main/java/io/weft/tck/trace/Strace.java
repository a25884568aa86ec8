package io.weft.tck.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a program of the test's class path under strace, which writes one file for each thread. */
public final class Strace {
  private static final String CALLS = "trace=%desc,%network,unlink,prctl";

  private final Path directory;

  /**
   * Prepares a run.
   *
   * @param directory where the files go: empty, and used once
   */
  public Strace(Path directory) {
    this.directory = directory;
  }

  /**
   * Skips the test where processes cannot be traced; with CI=true it fails.
   *
   * @throws IOException what was said cannot be read
   * @throws InterruptedException the caller was interrupted
   */
  public void require() throws IOException, InterruptedException {
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

  /**
   * Starts a program.
   *
   * @param options of strace; without any, the calls on descriptors and the naming of threads are
   *     traced
   * @param program the class with its main method
   * @param arguments its arguments
   * @return the process, whose errors {@link #errors} has
   * @throws IOException it cannot be started
   */
  public Process start(List<String> options, Class<?> program, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("strace", "-ff", "--seccomp-bpf"));
    command.addAll(List.of("-s", "64", "-e", "signal=none", "-e", CALLS));
    command.addAll(options);
    command.addAll(List.of("-o", directory.resolve("thread").toString()));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-opens", "java.base/java.lang=ALL-UNNAMED"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"));
    // the better compiler's threads would be woken for long
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(program.getName());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(errorFile().toFile()).start();
  }

  /**
   * What the program and strace have said.
   *
   * @return their standard error
   * @throws IOException it cannot be read
   */
  public String errors() throws IOException {
    return Files.readString(errorFile());
  }

  private Path errorFile() {
    return directory.resolve("errors");
  }

  /**
   * What the program's threads have called; it has ended.
   *
   * @return all calls
   * @throws IOException they cannot be read
   */
  public Trace trace() throws IOException {
    return Trace.read(directory);
  }
}
