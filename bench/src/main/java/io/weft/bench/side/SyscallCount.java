package io.weft.bench.side;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts the system calls of a process with perf, from its start until {@link #end}. */
final class SyscallCount implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String EVENT = "raw_syscalls:sys_enter";

  private final Child perf;

  /** Counts once this returns. */
  SyscallCount(long pid, String cpus) throws IOException, InterruptedException {
    // perf counts while its command runs: this one says when it does, and ends with its input
    perf = new Child(cpus, perf("-p", String.valueOf(pid), "cat"), Map.of());
    perf.tell("counting");
    perf.line(PATIENCE);
  }

  private static List<String> perf(String... arguments) {
    List<String> command =
        new ArrayList<>(List.of("perf", "stat", "-x", ",", "--log-fd", "1", "-e", EVENT));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Ends counting, and tells the count. */
  long end() throws IOException, InterruptedException {
    perf.endInput();
    String count = perf.line(PATIENCE).split(",", -1)[0];
    return count.startsWith("<") ? 0 : Long.parseLong(count); // "<not counted>": none
  }

  /** Why system calls cannot be counted here; null when they can. */
  static @Nullable String unavailable() throws InterruptedException {
    try {
      Process process = new ProcessBuilder(perf("true")).redirectErrorStream(true).start();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor() == 0
          ? null
          : "perf may not read %s: run as root (%s)"
              .formatted(EVENT, said.lines().skip(1).findFirst().orElse(said).strip());
    } catch (IOException e) {
      return "no perf: install linux-perf";
    }
  }

  @Override
  public void close() {
    perf.close();
  }
}
