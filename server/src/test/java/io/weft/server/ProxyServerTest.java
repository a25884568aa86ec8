package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: {@code weft proxy} does what its help says, in a process of its own. */
class ProxyServerTest {
  private static final Pattern READY =
      Pattern.compile(
          "ready: proxy on tcp://127\\.0\\.0\\.1:(\\d+)"
              + " \\(poller=nio, scheduling=on-loop, loops=1\\)");

  @TempDir private Path directory;

  @Test
  void relaysAndLogsOneLineOfJsonAndEndsWithoutASessionLost() throws Exception {
    try (ServerSocket backend = PlainSockets.backend();
        WeftProcess weft = proxy(backend)) {
      int port = port(weft);
      try (Socket client = PlainSockets.connect(port);
          Socket server = backend.accept()) {
        PlainSockets.exchange(client, server);
        weft.terminate();
        assertThat(weft.line()).isEqualTo("draining: connections=1, timeout=20s");
        PlainSockets.exchange(client, server);
        client.shutdownOutput();
        assertThat(server.getInputStream().read()).isEqualTo(-1);
        server.shutdownOutput();
        assertThat(client.getInputStream().read()).isEqualTo(-1);
      }
      assertThat(weft.exitCode()).isZero();
      List<String> lines = weft.rest();
      assertThat(lines).hasSize(2).last().isEqualTo("stopped: every conversation ended");
      assertThat(lines.getFirst())
          .matches(
              "\\{\"time\":\"[^\"]+Z\",\"listener\":\"tcp://127.0.0.1:%d\".*".formatted(port)
                  + "\"upstream\":\"tcp://127.0.0.1:%d\",.*\"tries\":1,"
                      .formatted(backend.getLocalPort())
                  + "\"ended-by\":\"client\",\"phase\":\"data\",\"cause\":\"eof\",.*"
                  + "\"bytes-to-server\":8,\"bytes-to-client\":8\\}");
      assertThat(weft.err()).isEmpty();
    }
  }

  @Test
  void whatADrainCutsIsInTheLogFile() throws Exception {
    Path log = directory.resolve("access.log");
    try (ServerSocket backend = PlainSockets.backend();
        WeftProcess weft =
            proxy(backend, "--access-log", log.toString(), "--drain-timeout", "100ms")) {
      try (Socket client = PlainSockets.connect(port(weft));
          Socket server = backend.accept()) {
        PlainSockets.exchange(client, server);
        weft.terminate();
        assertThat(weft.exitCode()).isZero();
      }
      assertThat(weft.rest())
          .containsExactly("draining: connections=1, timeout=100ms", "stopped: the timeout passed");
      assertThat(Files.readAllLines(log))
          .singleElement()
          .asString()
          .contains("\"ended-by\":\"proxy\",\"phase\":\"data\",\"cause\":\"drain\"");
      assertThat(weft.err()).isEmpty();
    }
  }

  @Test
  void aSecondSignalEndsTheProcessAtOnce() throws Exception {
    try (ServerSocket backend = PlainSockets.backend();
        WeftProcess weft = proxy(backend);
        Socket client = PlainSockets.connect(port(weft));
        Socket server = backend.accept()) {
      PlainSockets.exchange(client, server);
      weft.terminate();
      assertThat(weft.line()).startsWith("draining: ");
      // a signal right behind the first one does not count
      while (!weft.endsWithin(Duration.ofMillis(100))) {
        weft.terminate();
      }
      assertThat(weft.exitCode()).isEqualTo(1);
    }
  }

  @Test
  void aSocketFileThatADeadProcessLeftIsReplaced() throws Exception {
    Path file = directory.resolve("proxy.sock");
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(file));
    }
    assertThat(file).exists();
    try (ServerSocket backend = PlainSockets.backend();
        WeftProcess weft =
            WeftProcess.start("proxy", "--listen", "unix://" + file, "--upstream", url(backend))) {
      assertThat(weft.line()).startsWith("ready: proxy on unix://" + file);
      SocketChannel.open(UnixDomainSocketAddress.of(file)).close();
    }
  }

  @Test
  void aSocketFileOnWhichSomebodyListensIsAFailure() throws Exception {
    Path file = directory.resolve("proxy.sock");
    try (ServerSocketChannel living = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      living.bind(UnixDomainSocketAddress.of(file));
      try (WeftProcess weft =
          WeftProcess.start(
              "proxy", "--listen", "unix://" + file, "--upstream", "tcp://127.0.0.1:1")) {
        assertThat(weft.exitCode()).isEqualTo(1);
        assertThat(weft.err()).singleElement().asString().contains("(EADDRINUSE)");
      }
      SocketChannel.open(UnixDomainSocketAddress.of(file)).close();
    }
  }

  private static WeftProcess proxy(ServerSocket backend, String... more) throws IOException {
    List<String> args =
        new ArrayList<>(
            List.of(
                "proxy",
                "--listen",
                "tcp://127.0.0.1:0",
                "--upstream",
                url(backend),
                "--health-interval",
                "0s",
                "--drain-timeout",
                "20s",
                "--poller",
                "nio",
                "--loops",
                "1"));
    if (List.of(more).contains("--drain-timeout")) {
      args.remove("--drain-timeout");
      args.remove("20s");
    }
    args.addAll(List.of(more));
    return WeftProcess.start(args.toArray(String[]::new));
  }

  private static String url(ServerSocket backend) {
    return "tcp://127.0.0.1:" + backend.getLocalPort();
  }

  private static int port(WeftProcess weft) throws InterruptedException {
    Matcher ready = READY.matcher(weft.line());
    assertThat(ready.matches()).as("a ready line: %s", ready).isTrue();
    return Integer.parseInt(ready.group(1));
  }
}
