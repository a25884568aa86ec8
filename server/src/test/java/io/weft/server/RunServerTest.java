package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: {@code weft run} and {@code weft check} do what their help says, in a process. */
class RunServerTest {
  @TempDir private Path directory;

  private EchoPeers peers;
  private Path file;

  @BeforeEach
  void start() throws IOException {
    peers = new EchoPeers(1);
    file = directory.resolve("weft.yaml");
  }

  @AfterEach
  void stop() throws IOException {
    peers.close();
  }

  @Test
  void servesWhatTheFileSaysAndReadsItAgain() throws Exception {
    write(proxy(""));
    try (WeftProcess weft = run()) {
      int port = port(weft, "web");
      try (Socket lasting = connect(port)) {
        exchange(lasting);
        write(proxy(",weight=2") + ", {name: back, type: echo, listen: 'tcp://127.0.0.1:0'}");
        weft.reload();
        try (Socket other = connect(port(weft, "back"))) {
          exchange(other);
        }
        assertThat(weft.line())
            .isEqualTo("reloaded: " + file + ": +1 service, +1 listener, ~1 upstream");
        exchange(lasting);

        Files.writeString(file, "services: [{name: web, typ: proxy}]\nloops: many\n");
        weft.reload();
        awaitErrors(weft, 5);
        assertThat(weft.err())
            .containsExactly(
                file + ":1:12: services[0].type: missing (use echo or proxy)",
                file + ":1:12: services[0].listen: missing (where to listen, such as tcp://:8080)",
                file + ":1:24: services[0].typ: unknown key (did you mean type?)",
                file + ":2:8: loops: invalid value: 'many' (use a number from 0 to 1024)",
                "weft: " + file + ": not reloaded, nothing has changed: 4 errors");
        exchange(lasting);
        weft.terminate();
        assertThat(weft.line()).isEqualTo("draining: connections=1, timeout=20s");
        exchange(lasting);
      }
      assertThat(weft.exitCode()).isZero();
      assertThat(weft.rest()).last().isEqualTo("stopped: every conversation ended");
    }
  }

  @Test
  void aListenerThatCannotBeOpenedLeavesAllAsItIs() throws Exception {
    try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String taken = "tcp://127.0.0.1:" + holder.getLocalPort();
      write("{name: one, type: echo, listen: 'tcp://127.0.0.1:0'}");
      try (WeftProcess weft = run()) {
        int port = port(weft, "one");
        write("{name: two, type: echo, listen: ['tcp://127.0.0.1:0', '" + taken + "']}");
        weft.reload();
        awaitErrors(weft, 1);
        assertThat(weft.err().getFirst())
            .startsWith(
                "weft: " + file + ": not reloaded, nothing has changed: two: listen " + taken)
            .endsWith("(EADDRINUSE)");
        try (Socket client = connect(port)) {
          exchange(client);
        }
      }
    }
  }

  @Test
  void whatOnlyARestartChangesIsNamed() throws Exception {
    write("{name: one, type: echo, listen: 'tcp://127.0.0.1:0'}");
    try (WeftProcess weft = run()) {
      port(weft, "one");
      Files.writeString(file, Files.readString(file).replace("loops: 1", "loops: 2"));
      weft.reload();
      assertThat(weft.line()).isEqualTo("reloaded: " + file + ": no change");
      assertThat(weft.err()).containsExactly("weft: " + file + ": only a restart changes loops");
    }
  }

  @Test
  void aFileThatIsWatchedIsReadAgainWhenItHasChanged() throws Exception {
    write("{name: one, type: echo, listen: 'tcp://127.0.0.1:0'}");
    try (WeftProcess weft = run("--watch")) {
      port(weft, "one");
      Path next = directory.resolve("next.yaml");
      Files.copy(file, next);
      Files.writeString(next, Files.readString(next).replace("name: one", "name: two"));
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);

      port(weft, "two");
      assertThat(weft.line()).startsWith("reloaded: " + file + ": +1 service, -1 service");
    }
  }

  @Test
  void theLogFileIsOpenedAnewByAReload() throws Exception {
    Path log = directory.resolve("access.log");
    write(proxy(""));
    Files.writeString(file, Files.readString(file) + "access-log: " + log + "\n");
    try (WeftProcess weft = run()) {
      int port = port(weft, "web");
      session(port);
      Path rotated = Files.move(log, directory.resolve("access.log.1"));
      weft.reload();
      assertThat(weft.line()).startsWith("reloaded: ");
      session(port);
      weft.terminate();
      assertThat(weft.exitCode()).isZero();
      assertThat(Files.readAllLines(rotated)).hasSize(1);
      assertThat(Files.readAllLines(log)).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "epoll", "io_uring"})
  void aSignalUnderLoadTruncatesNothing(String poller) throws Exception {
    write(proxy(""));
    try (WeftProcess weft = run("--poller", poller)) {
      int port = port(weft, "web");
      CountDownLatch warm = new CountDownLatch(20);
      AtomicInteger truncated = new AtomicInteger();
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        clients.add(Thread.ofVirtual().start(() -> load(port, warm, truncated)));
      }
      warm.await();
      weft.terminate();
      for (Thread client : clients) {
        client.join();
      }
      assertThat(weft.exitCode()).isZero();
      assertThat(truncated).hasValue(0);
      assertThat(weft.rest()).last().isEqualTo("stopped: every conversation ended");
    }
  }

  @Test
  void withoutAFileItRunsTheDemonstrationUntilASignal() throws Exception {
    try (WeftProcess weft = WeftProcess.start("run", "--poller", "nio")) {
      String line = weft.line();
      while (!line.startsWith("ready: front on ")) {
        line = weft.line();
      }
      int port = Integer.parseInt(line.replaceAll(".*127\\.0\\.0\\.1:(\\d+) .*", "$1"));
      assertThat(weft.line()).isEmpty();
      assertThat(weft.line()).contains("comes back");
      assertThat(weft.line()).isEqualTo("  nc 127.0.0.1 " + port);
      try (Socket client = connect(port)) {
        exchange(client);
      }
      weft.terminate();
      assertThat(weft.exitCode()).isZero();
      assertThat(weft.err()).isEmpty();
    }
  }

  @Test
  void checkPrintsWhatWouldRun() throws Exception {
    write("{name: web, type: proxy, listen: 'tcp://:0', upstream: 'tcp://a:1,weight=3'}");
    assertThat(check(0).rest())
        .containsExactly(
            file + ": right",
            "poller=auto, scheduling=auto, loops=1, drain-timeout=20s, access-log=-, admin=off",
            "web: proxy on tcp://:0",
            "web: to tcp://a:1, weight=3");
  }

  @Test
  void checkPrintsEveryError() throws Exception {
    Files.writeString(file, "services: [{name: web, type: echo}]\nloop: 1\n");
    assertThat(check(2).err())
        .containsExactly(
            file + ":1:12: services[0].listen: missing (where to listen, such as tcp://:8080)",
            file + ":2:1: loop: unknown key (did you mean loops?)");
    Files.delete(file);
    assertThat(check(1).err()).containsExactly("weft: " + file + ": no such file");
  }

  @Test
  void aWrongFileIsUsageAndOneThatIsNotThereIsAFailure() throws Exception {
    try (WeftProcess weft = run()) {
      assertThat(weft.exitCode()).isEqualTo(1);
      assertThat(weft.err()).containsExactly("weft: " + file + ": no such file");
    }
    Files.writeString(file, "services: []\n");
    try (WeftProcess weft = run()) {
      assertThat(weft.exitCode()).isEqualTo(2);
      assertThat(weft.err()).singleElement().asString().startsWith(file + ":1:11: services: an");
    }
  }

  private String proxy(String suffix) {
    String upstream = peers.url(0) + suffix;
    return "{name: web, type: proxy, listen: 'tcp://127.0.0.1:0', upstream: '" + upstream + "'}";
  }

  private void write(String services) throws IOException {
    Files.writeString(file, "loops: 1\ndrain-timeout: 20s\nservices: [" + services + "]\n");
  }

  private WeftProcess run(String... more) throws IOException {
    List<String> args = new ArrayList<>(List.of("run", "--config", file.toString()));
    args.addAll(List.of(more));
    return WeftProcess.start(args.toArray(String[]::new));
  }

  private WeftProcess check(int code) throws Exception {
    try (WeftProcess weft = WeftProcess.start("check", "--config", file.toString())) {
      assertThat(weft.exitCode()).as("exit code; standard error: %s", weft.err()).isEqualTo(code);
      return weft;
    }
  }

  private static int port(WeftProcess weft, String service) throws InterruptedException {
    String line = weft.line();
    assertThat(line).startsWith("ready: " + service + " on tcp://127.0.0.1:");
    return Integer.parseInt(line.replaceAll(".*127\\.0\\.0\\.1:(\\d+) .*", "$1"));
  }

  private static void awaitErrors(WeftProcess weft, int count) {
    long begin = System.nanoTime();
    while (weft.err().size() < count && System.nanoTime() - begin < 30_000_000_000L) {
      Thread.onSpinWait();
    }
    assertThat(weft.err()).hasSize(count);
  }

  private static Socket connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port);
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static void exchange(Socket client) throws IOException {
    client.getOutputStream().write('x');
    assertThat(client.getInputStream().read()).isEqualTo('x');
  }

  private static void session(int port) throws IOException {
    try (Socket client = connect(port)) {
      exchange(client);
      client.shutdownOutput();
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
  }

  // until nobody accepts any more; what was accepted has to be complete
  private static void load(int port, CountDownLatch warm, AtomicInteger truncated) {
    byte[] request = new byte[200_000];
    while (true) {
      int heard = 0;
      try (Socket client = connect(port)) {
        Thread writer = Thread.ofVirtual().start(() -> say(client, request));
        int read = client.getInputStream().read();
        heard = read < 0 ? 0 : 1;
        heard += client.getInputStream().readAllBytes().length;
        writer.join();
        if (heard != request.length) {
          truncated.incrementAndGet();
        }
        warm.countDown();
      } catch (IOException e) {
        // refused, or in the kernel's queue when the listener was closed
        if (heard > 0) {
          truncated.incrementAndGet();
        }
        return;
      } catch (InterruptedException e) {
        throw new AssertionError("nobody interrupts", e);
      }
    }
  }

  private static void say(Socket client, byte[] request) {
    try {
      client.getOutputStream().write(request);
      client.shutdownOutput();
    } catch (IOException e) {
      // whoever reads hears of it
    }
  }
}
