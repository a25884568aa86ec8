package io.weft.server.peers;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.weft.server.WeftProcess;
import io.weft.server.proxy.Runner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** {@code weft proxy} from its jar, with what it logs of its sessions. */
record PackagedProxy(WeftProcess process, int port) implements AutoCloseable {
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  /** Starts it on a free port with options and their values, and waits until it is ready. */
  static PackagedProxy start(Runner runner, String... options) throws Exception {
    return start(runner, List.of(), options);
  }

  /** The same with options of the JVM. */
  static PackagedProxy start(Runner runner, List<String> jvm, String... options) throws Exception {
    runner.require();
    List<String> words =
        new ArrayList<>(List.of("proxy", "--poller", runner.poller(), "--loops", "1"));
    words.addAll(List.of("--listen", "tcp://127.0.0.1:0"));
    for (String option : options) {
      words.addAll(List.of(option.split(" ", 2)));
    }
    List<String> flags = new ArrayList<>(jvm);
    // in a process this short the better compiler takes more than it gives
    flags.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", "target/weft.jar"));
    WeftProcess process = WeftProcess.java(flags, words.toArray(String[]::new));
    try {
      String port = process.line().replaceFirst("ready: .*:(\\d+) \\(.*", "$1");
      return new PackagedProxy(process, Integer.parseInt(port));
    } catch (RuntimeException | Error | InterruptedException e) {
      process.close();
      throw e;
    }
  }

  static String upstream(int port) {
    return "tcp://127.0.0.1:" + port;
  }

  /** The next session in the access log. */
  JsonObject session() throws InterruptedException {
    return JsonParser.parseString(process.line()).getAsJsonObject();
  }

  /** A value of a session; empty when it has none. */
  static String value(JsonObject session, String key) {
    return session.has(key) ? session.get(key).getAsString() : "";
  }

  /**
   * Ends it by SIGTERM, once all sessions have ended by themselves, and returns what the log tells
   * of those that nobody asked for yet.
   */
  List<JsonObject> end() throws InterruptedException {
    process.terminate();
    assertThat(process.exitCode()).as("standard error: %s", process.err()).isZero();
    List<String> rest = process.rest();
    assertThat(rest).last().isEqualTo("stopped: every conversation ended");
    return rest.stream()
        .filter(line -> line.startsWith("{"))
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .toList();
  }

  /** Waits until standard error has a line with this text. */
  void awaitNews(String text) throws InterruptedException {
    process.awaitError(line -> line.contains(text));
  }

  int descriptors() throws IOException {
    return list("fd").size();
  }

  /** Waits until no more descriptors are open than that. */
  void awaitDescriptors(int max) throws IOException {
    long begin = System.nanoTime();
    while (descriptors() > max && System.nanoTime() - begin < PATIENCE_NANOS) {
      Thread.onSpinWait();
    }
    assertThat(descriptors()).as("open descriptors").isLessThanOrEqualTo(max);
  }

  /** The names of the proxy's own threads; not those of the JVM. */
  List<String> threads() throws IOException {
    List<String> names = new ArrayList<>();
    for (Path thread : list("task")) {
      names.add(Files.readString(thread.resolve("comm")).strip());
    }
    return names.stream().filter(name -> name.startsWith("weft")).sorted().toList();
  }

  /** Memory that is no file's, in KiB. */
  long rssAnonKib() throws IOException {
    return Files.readAllLines(proc("status")).stream()
        .filter(line -> line.startsWith("RssAnon:"))
        .map(line -> line.replaceAll("\\D", ""))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow();
  }

  private List<Path> list(String folder) throws IOException {
    try (Stream<Path> entries = Files.list(proc(folder))) {
      return entries.toList();
    }
  }

  private Path proc(String name) {
    return Path.of("/proc", "" + process.pid(), name);
  }

  @Override
  public void close() {
    process.close();
  }
}
