package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The server in a process of its own, with what it printed. */
public final class WeftProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 30;
  private static final long PAUSE_MILLIS = 10;
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  private final Process process;
  private final BlockingQueue<String> out = new LinkedBlockingQueue<>();
  private final List<String> err = new CopyOnWriteArrayList<>();
  private final List<Thread> readers;

  private WeftProcess(List<String> command) throws IOException {
    process = new ProcessBuilder(command).start();
    readers =
        List.of(
            reading(process.getInputStream(), out::add),
            reading(process.getErrorStream(), err::add));
  }

  /** Runs the main class on the class path of the tests, opened as the jar's manifest opens it. */
  public static WeftProcess start(String... args) throws IOException {
    return java(
        List.of(
            "--add-opens",
            "java.base/java.lang=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "io.weft.server.Main"),
        args);
  }

  public static WeftProcess java(List<String> options, String... args) throws IOException {
    // who starts tests in the background has them ignore SIGINT, and children inherit that
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT", JAVA));
    command.addAll(options);
    command.addAll(List.of(args));
    return new WeftProcess(command);
  }

  /** The packaged jar, under a command that starts others. */
  public static WeftProcess jar(List<String> under, String... args) throws IOException {
    List<String> command = new ArrayList<>(under);
    command.addAll(List.of(JAVA, "-jar", Path.of("target", "weft.jar").toString()));
    command.addAll(List.of(args));
    return new WeftProcess(command);
  }

  static WeftProcess command(List<String> command) throws IOException {
    return new WeftProcess(command);
  }

  private static Thread reading(InputStream stream, Consumer<String> lines) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try (Stream<String> text =
                  new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))
                      .lines()) {
                text.forEach(lines);
              }
            });
  }

  /** The next line of standard output. */
  public String line() throws InterruptedException {
    String line = out.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(line).as("a line on standard output; standard error: %s", err).isNotNull();
    return line;
  }

  /** Waits until standard error has such a line. */
  public void awaitError(Predicate<String> wanted) throws InterruptedException {
    long begin = System.nanoTime();
    while (err.stream().noneMatch(wanted)) {
      boolean ended = process.waitFor(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      assertThat(ended || System.nanoTime() - begin > PATIENCE_SECONDS * 1_000_000_000L)
          .as("no such line on standard error: %s", err)
          .isFalse();
    }
  }

  /** Sends SIGTERM; by the handle, because the process would close its streams too. */
  public void terminate() {
    process.toHandle().destroy();
  }

  /** Sends SIGHUP. */
  void reload() throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-HUP", Long.toString(pid())).start();
    assertThat(kill.waitFor()).as("exit code of kill").isZero();
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  boolean endsWithin(Duration time) throws InterruptedException {
    return process.waitFor(time);
  }

  /** Waits for the end. */
  public int exitCode() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("ended in time").isTrue();
    for (Thread reader : readers) {
      reader.join();
    }
    return process.exitValue();
  }

  /** What is left of standard output, after the end. */
  public List<String> rest() {
    List<String> lines = new ArrayList<>();
    out.drainTo(lines);
    return lines;
  }

  /** Standard error, complete after the end. */
  public List<String> err() {
    return err;
  }

  @Override
  public void close() {
    process.toHandle().destroyForcibly();
  }
}
