package io.weft.bench.side;

import io.weft.Net;
import io.weft.PollerReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All echo servers that this harness knows, each at its own best with one thread that serves. */
final class Candidates {
  private static final String PEERS = "io.weft.bench.peers.";
  private static final List<String> POLLERS = List.of("io_uring", "epoll", "nio");

  /** What Netty's users switch off where speed counts. */
  private static final List<String> NETTY_OPTIONS =
      List.of(
          "-Dio.netty.leakDetection.level=disabled",
          "-Dio.netty.buffer.checkAccessible=false",
          "-Dio.netty.buffer.checkBounds=false");

  /** Its filter of what may be deserialized would keep out whoever asks for its allocations. */
  private static final List<String> HELIDON_OPTIONS =
      List.of("-Dhelidon.serialFilter.missing.action=ignore");

  /** Makes one: finds out whether it runs here, and compiles it if need be. */
  private interface Maker {
    Candidate make(String name) throws IOException, InterruptedException;
  }

  private final Path weft;
  private final Map<String, Maker> makers = new LinkedHashMap<>();

  /** Those of a working copy, whose server has been built. */
  Candidates(Path root) {
    weft = root.resolve("server/target/weft.jar");
    NativePeers natives = new NativePeers(root);
    POLLERS.forEach(
        poller -> makers.put("weft-" + poller, name -> weft(name, poller, "on-loop", "the loop")));
    POLLERS.forEach(
        poller ->
            makers.put(
                "weft-" + poller + "-jdk",
                name -> weft(name, poller, "jdk", "the JDK's scheduler")));
    makers.put(
        "jdk", name -> java(name, "the JDK's channels on virtual threads", "JdkEcho", List.of()));
    makers.put("jdk-nio", name -> java(name, "the JDK's Selector, one loop", "NioEcho", List.of()));
    POLLERS.forEach(
        transport ->
            makers.put(
                "netty-" + transport,
                name ->
                    java(name, "Netty on " + transport, "NettyEcho", NETTY_OPTIONS, transport)));
    makers.put("vertx", name -> java(name, "Vert.x on epoll", "VertxEcho", NETTY_OPTIONS, "epoll"));
    makers.put(
        "helidon",
        name -> java(name, "Helidon on virtual threads", "HelidonEcho", HELIDON_OPTIONS));
    makers.put("go", name -> natives.go(name, "Go's net, a goroutine per connection"));
    makers.put("c-epoll", name -> natives.c(name, "C on epoll", "epoll_echo"));
    makers.put("c-io_uring", name -> natives.c(name, "C on io_uring", "uring_echo", "-luring"));
  }

  List<String> names() {
    return List.copyOf(makers.keySet());
  }

  List<Candidate> make(List<String> names) throws IOException, InterruptedException {
    List<Candidate> made = new ArrayList<>();
    for (Map.Entry<String, Maker> maker : makers.entrySet()) {
      if (names.contains(maker.getKey())) {
        made.add(maker.getValue().make(maker.getKey()));
      }
    }
    return made;
  }

  private Candidate weft(String name, String poller, String scheduling, String carrier) {
    List<String> command =
        Jvm.jar(
            weft,
            List.of("echo", "--listen", "tcp://127.0.0.1:0", "--loops", "1"),
            List.of("--poller", poller, "--scheduling", scheduling));
    return new Candidate(
        name,
        "Weft on %s, virtual threads on %s".formatted(poller, carrier),
        command,
        Map.of(),
        true,
        unavailable(poller));
  }

  private @Nullable String unavailable(String poller) {
    if (!Files.exists(weft)) {
      return "the server is not built: no " + weft;
    }
    return Net.probe().stream()
        .filter(report -> report.name().equals(poller) && !report.available())
        .map(PollerReport::reason)
        .findFirst()
        .orElse(null);
  }

  private static Candidate java(
      String name, String description, String peer, List<String> options, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("0");
    return new Candidate(
        name,
        description,
        Jvm.main(PEERS + peer, options, all.toArray(String[]::new)),
        Map.of(),
        true,
        missing(PEERS + peer));
  }

  private static @Nullable String missing(String main) {
    try {
      Class.forName(main, false, Candidates.class.getClassLoader());
      return null;
    } catch (ClassNotFoundException | LinkageError e) {
      return "not in this build: " + e.getMessage();
    }
  }
}
