package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Goal: {@code weft health} tells a server that answers from a socket that somebody has open. */
class HealthTest {
  @Test
  void aServerThatAnswersIsHealthy() throws Exception {
    try (WeftProcess echo = WeftProcess.start("echo", "--listen", "tcp://127.0.0.1:0")) {
      String url = echo.line().replaceAll(".*(tcp://\\S+) .*", "$1");
      try (WeftProcess health = WeftProcess.start("health", url)) {
        assertThat(health.exitCode()).as("exit code; standard error: %s", health.err()).isZero();
        assertThat(health.rest()).containsExactly("healthy: " + url + " answers");
      }
    }
  }

  @Test
  void aListenerThatNobodyServesIsNot() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = "tcp://127.0.0.1:" + listener.getLocalPort();
      assertThat(errors("--timeout", "300ms", url))
          .singleElement()
          .asString()
          .startsWith("weft: read tcp 127.0.0.1:")
          .endsWith(": i/o timeout");
    }
  }

  @Test
  void aPortOnWhichNobodyListensIsNot() throws Exception {
    int port;
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = listener.getLocalPort();
    }
    assertThat(errors("tcp://127.0.0.1:" + port))
        .containsExactly(
            "weft: dial tcp 127.0.0.1:" + port + ": connection refused (ECONNREFUSED)");
  }

  @Test
  void aServerThatSpeaksFirstIsNoEchoServer() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread server = Thread.ofVirtual().start(() -> greet(listener));
      String url = "tcp://127.0.0.1:" + listener.getLocalPort();
      assertThat(errors(url))
          .containsExactly("weft: " + url + " sends what nobody asked for: it is no echo server");
      server.join();
    }
  }

  private static void greet(ServerSocket listener) {
    try (Socket client = listener.accept()) {
      client.getOutputStream().write('!');
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> errors(String... args) throws Exception {
    String[] command = new String[args.length + 1];
    command[0] = "health";
    System.arraycopy(args, 0, command, 1, args.length);
    try (WeftProcess health = WeftProcess.start(command)) {
      assertThat(health.exitCode()).isEqualTo(1);
      assertThat(health.rest()).isEmpty();
      return health.err();
    }
  }
}
