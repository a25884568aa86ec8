package io.weft.bench.side;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the figures depend on: the machine, its system, and the versions of what runs. */
final class MachineFacts {
  private static final Pattern PEER =
      Pattern.compile("(netty-transport|vertx-core|helidon-webserver)-([0-9].*)\\.jar");

  private MachineFacts() {}

  static Map<String, String> of(Path root) throws IOException, InterruptedException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    facts.put("CPU", Runtime.getRuntime().availableProcessors() + " x " + cpu());
    facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put(
        "JDK", System.getProperty("java.vm.vendor") + " " + System.getProperty("java.vm.version"));
    put(facts, "Weft", List.of("git", "-C", root.toString(), "describe", "--always", "--dirty"));
    Arrays.stream(System.getProperty("java.class.path").split(":", -1))
        .map(jar -> PEER.matcher(Path.of(jar).getFileName().toString()))
        .filter(Matcher::matches)
        .forEach(jar -> facts.put(jar.group(1), jar.group(2)));
    if (NativePeers.go().isPresent()) {
      put(facts, "Go", List.of(NativePeers.go().get().toString(), "version"));
    }
    put(facts, "C", List.of("gcc", "--version"));
    put(facts, "liburing", List.of("pkg-config", "--modversion", "liburing"));
    return facts;
  }

  private static String cpu() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    }
  }

  /** The first line that a command prints; nothing when there is no such command. */
  private static void put(Map<String, String> facts, String name, List<String> command)
      throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() == 0) {
        said.lines().findFirst().ifPresent(line -> facts.put(name, line));
      }
    } catch (IOException e) {
      // not installed
    }
  }
}
