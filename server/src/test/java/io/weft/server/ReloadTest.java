package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.weft.Net;
import io.weft.NetConfig;
import io.weft.server.admin.NetWatch;
import io.weft.server.config.ConfigReader;
import io.weft.server.config.InvalidConfigException;
import io.weft.server.config.ServerConfig;
import io.weft.server.notation.SocketUrl;
import io.weft.server.proxy.Cause;
import io.weft.server.proxy.Runner;
import io.weft.server.proxy.SwitchedLog;
import io.weft.server.service.Server;
import io.weft.server.service.Service;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: another configuration takes over while clients go on as if nothing were. */
@ParameterizedClass
@MethodSource("io.weft.server.proxy.Runner#pollers")
@Timeout(120)
class ReloadTest {
  private static final int RELOADS = 100;
  private static final int WARM_UP = 10;
  private static final long SEED = 71;
  private static final Console SILENT =
      Console.of(
          new PrintStream(OutputStream.nullOutputStream()),
          new PrintStream(OutputStream.nullOutputStream()));
  private static final String BASE =
      """
      access-log: off
      services:
        - {name: front, type: proxy, listen: "tcp://127.0.0.1:0", upstream: A}
        - {name: left, type: proxy, listen: "unix://DIRECTORY/side.sock", upstream: A}
      """;

  @TempDir private Path directory;

  private final Runner runner;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final AtomicInteger notOrderly = new AtomicInteger();
  private EchoPeers peers;
  private Server server;
  private Deployment deployment;

  ReloadTest(Runner runner) {
    this.runner = runner;
  }

  @BeforeEach
  void start() throws Exception {
    peers = new EchoPeers(3);
    Net net = runner.open();
    server = new Server(net);
    deployment = new Deployment(server, services(net, server), log(), SILENT, config(BASE));
    deployment.start();
  }

  @AfterEach
  void stop() throws Exception {
    peers.close();
    if (server != null) {
      server.close();
    }
  }

  @Test
  void aHundredReloadsUnderLoadLoseNothing() throws Exception {
    try (SocketChannel lasting = SocketChannel.open(front())) {
      reloads(WARM_UP, lasting);
      long descriptors = descriptors();
      int threads = Thread.getAllStackTraces().size();

      int requests = reloads(RELOADS, lasting);

      assertThat(requests).isGreaterThan(RELOADS);
      awaitAtMost(descriptors, threads);
      lasting.shutdownOutput();
      assertThat(lasting.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
    assertThat(server.drain(Duration.ofSeconds(30))).as("every thread has ended").isTrue();
    assertThat(notOrderly).as("sessions that did not end as they should").hasValue(0);
  }

  @Test
  void aListenerThatCannotBeOpenedChangesNothing() throws Exception {
    List<Service> before = server.services();
    SocketAddress front = front();
    ServerConfig next =
        config(
            """
            services:
              - {name: other, type: echo, listen: "tcp://127.0.0.1:0"}
              - {name: broken, type: echo, listen: "unix://DIRECTORY/missing/x.sock"}
            """);

    assertThatIOException()
        .isThrownBy(() -> deployment.change(next))
        .withMessageStartingWith("broken: listen unix://" + directory + "/missing/x.sock: ");

    assertThat(server.services()).isEqualTo(before);
    assertThat(server.ready()).isTrue();
    exchange(front);
  }

  @Test
  void sessionsOfAServiceThatIsGoneGoOnAndItsListenersAreClosed() throws Exception {
    SocketAddress front = front();
    try (SocketChannel lasting = SocketChannel.open(front)) {
      exchange(lasting);
      deployment.change(
          config("services: [{name: side, type: echo, listen: 'tcp://127.0.0.1:0'}]"));

      assertThat(server.services()).extracting(Service::name).containsExactly("side");
      assertThat(server.openCount()).isEqualTo(1);
      exchange(lasting);
      assertThatIOException().isThrownBy(() -> SocketChannel.open(front).close());
      lasting.shutdownOutput();
      assertThat(lasting.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
    assertThat(server.failure()).isNotDone();
    assertThat(server.drain(Duration.ofSeconds(30))).isTrue();
    assertThat(notOrderly).hasValue(0);
  }

  @Test
  void aSessionGoesByTheConfigurationThatItBeganWith() throws Exception {
    String text = "services: [{name: front, type: proxy, listen: 'tcp://127.0.0.1:0', %s}]";
    try (SocketChannel lasting = SocketChannel.open(front())) {
      exchange(lasting);
      deployment.change(config(text.formatted("upstream: 'tcp://127.0.0.1:1', lifetime: 1ms")));
      try (SocketChannel refused = SocketChannel.open(front())) {
        assertThatIOException().isThrownBy(() -> exchange(refused));
      }
      exchange(lasting);
      deployment.change(config(text.formatted("upstream: B")));
      exchange(front());
      exchange(lasting);
    }
  }

  /** Returns how many requests were made meanwhile. */
  private int reloads(int count, SocketChannel lasting) throws Exception {
    Load load = new Load(List.of(front(), front(), side()));
    load.await(10);
    for (int i = 0; i < count; i++) {
      deployment.change(config(any(i)));
      exchange(lasting);
      load.await(1);
    }
    deployment.change(config(BASE));
    return load.end();
  }

  // every part of it changes now and then; what clients need is always there
  private String any(int number) {
    return "access-log: off\nservices:\n"
        + "  - {name: front, type: proxy, listen: [\"tcp://127.0.0.1:0\""
        + sometimes(", \"tcp4://127.0.0.1:0\"")
        + sometimes(", unix://DIRECTORY/other.sock")
        + proxy()
        + sometimes(", max-connections-per-listener: 50")
        + "}\n  - {name: "
        + (number % 2 == 0 ? "right" : "left")
        + ", type: proxy, listen: [unix://DIRECTORY/side.sock"
        + proxy()
        + sometimes(", max-connections: 40")
        + "}\n"
        + sometimes("  - {name: echo, type: echo, listen: \"tcp://127.0.0.1:0\"}\n");
  }

  private String proxy() {
    List<String> balances = List.of("round-robin", "least-conn", "source-hash", "random-two");
    return "], upstream: [A"
        + sometimes(", B,weight=" + random.nextInt(4))
        + sometimes(", C,weight=0")
        + "], balance: "
        + balances.get(random.nextInt(balances.size()))
        + sometimes(", health-interval: 100ms")
        + sometimes(", connect-timeout: 9s")
        + sometimes(", max-sessions: 30");
  }

  private String sometimes(String text) {
    return random.nextBoolean() ? text : "";
  }

  private static Services services(Net net, Server server) {
    Administration none = new Administration(server, NetConfig.DEFAULT, new NetWatch(), SILENT);
    return new Services(net, new EchoBuffers(), none);
  }

  private ServerConfig config(String text) throws InvalidConfigException {
    String complete = text.replace("DIRECTORY", directory.toString());
    for (int i = 0; i < 3; i++) {
      String name = "ABC".substring(i, i + 1);
      complete =
          complete.replaceAll("\\b" + name + "(,weight=\\d)?\\b", '"' + peers.url(i) + "$1\"");
    }
    return ConfigReader.of("weft.yaml", complete.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  private SwitchedLog log() {
    return new SwitchedLog(
        session -> {
          if (session.ending().cause() != Cause.EOF) {
            notOrderly.incrementAndGet();
          }
        });
  }

  private SocketAddress front() {
    SocketUrl bound = server.services().getFirst().bound().getFirst();
    return new InetSocketAddress(
        "127.0.0.1", Integer.parseInt(bound.address().replaceAll(".*:", "")));
  }

  private SocketAddress side() {
    return UnixDomainSocketAddress.of(directory.resolve("side.sock"));
  }

  private static void exchange(SocketAddress address) throws IOException {
    try (SocketChannel channel = SocketChannel.open(address)) {
      exchange(channel);
    }
  }

  private static void exchange(SocketChannel channel) throws IOException {
    channel.write(ByteBuffer.wrap(new byte[] {7}));
    ByteBuffer answer = ByteBuffer.allocate(1);
    if (channel.read(answer) < 0) {
      throw new IOException("the end instead of an answer");
    }
    assertThat(answer.get(0)).isEqualTo((byte) 7);
  }

  private static void awaitAtMost(long descriptors, int threads) throws IOException {
    long begin = System.nanoTime();
    while ((descriptors() > descriptors || Thread.getAllStackTraces().size() > threads)
        && System.nanoTime() - begin < 10_000_000_000L) {
      Thread.onSpinWait();
    }
    assertThat(descriptors()).as("descriptors").isLessThanOrEqualTo(descriptors);
    assertThat(Thread.getAllStackTraces().size()).as("threads").isLessThanOrEqualTo(threads);
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }
}
