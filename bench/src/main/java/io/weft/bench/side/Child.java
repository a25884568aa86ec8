package io.weft.bench.side;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A process that this one started, on one CPU; killed by close, and when this process ends. */
final class Child implements AutoCloseable {
  private static final int TAIL_LINES = 12;
  private static final String END = "\0";

  private final Process process;
  private final Thread killer;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> tail = new ArrayBlockingQueue<>(TAIL_LINES);
  private final List<Thread> readers;

  /** Starts a command on CPUs as taskset writes them. */
  Child(String cpus, List<String> command, Map<String, String> environment) throws IOException {
    List<String> pinned = new ArrayList<>(List.of("taskset", "-c", cpus));
    pinned.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(pinned);
    builder.environment().putAll(environment);
    process = builder.start();
    killer = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(killer);
    readers =
        List.of(
            reading(process.getInputStream(), lines::add),
            reading(process.getErrorStream(), line -> {}));
  }

  private Thread reading(InputStream stream, Consumer<String> consumer) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try (Stream<String> text =
                  new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))
                      .lines()) {
                text.forEach(
                    line -> {
                      remember(line);
                      consumer.accept(line);
                    });
              } catch (UncheckedIOException e) {
                // the process is gone, or was closed: both end its output
              }
              consumer.accept(END);
            });
  }

  private void remember(String line) {
    while (!tail.offer(line)) {
      tail.poll();
    }
  }

  long pid() {
    return process.pid();
  }

  /** The next line of standard output. */
  String line(Duration patience) throws IOException, InterruptedException {
    String line = lines.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (line == null) {
      throw new IOException("no answer within " + patience.toSeconds() + " s" + said());
    }
    if (line.equals(END)) {
      int code = process.waitFor();
      for (Thread reader : readers) {
        reader.join();
      }
      throw new IOException("ended with code " + code + said());
    }
    return line;
  }

  private String said() {
    return tail.isEmpty() ? "" : ": " + String.join(" | ", tail);
  }

  /** Writes a line to its standard input. */
  void tell(String line) throws IOException {
    process.getOutputStream().write((line + '\n').getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /** Ends its standard input. */
  void endInput() throws IOException {
    process.getOutputStream().close();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      // this process is ending, and its hooks have begun
    }
  }
}
