package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: plain JDK clients get every byte back from {@code weft echo}, and SIGTERM cuts nothing. */
class EchoServerTest {
  private static final Pattern READY =
      Pattern.compile(
          "ready: echo on tcp://127\\.0\\.0\\.1:(\\d+)"
              + " \\(poller=nio, scheduling=(on-loop|jdk), loops=1\\)");

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"on-loop", "jdk"})
  void echoesForAPlainSocketAndEndsWhenTheClientDoes(String scheduling) throws Exception {
    try (WeftProcess weft = tcp("--scheduling", scheduling)) {
      Matcher ready = ready(weft);
      assertThat(ready.group(2)).isEqualTo(scheduling);

      try (Socket client = connect(ready)) {
        byte[] sent = new byte[3 * 1024 * 1024];
        new Random(7).nextBytes(sent);
        Thread writer = Thread.ofVirtual().start(() -> write(client, sent));
        byte[] heard = client.getInputStream().readAllBytes();
        writer.join();
        assertThat(Arrays.equals(heard, sent))
            .as("every byte came back, and then the end")
            .isTrue();
      }
      weft.terminate();
      assertThat(weft.exitCode()).isZero();
      assertThat(weft.err()).isEmpty();
    }
  }

  @Test
  void echoesOnAUnixSocketAndRemovesItsFile() throws Exception {
    Path file = directory.resolve("echo.sock");
    try (WeftProcess weft =
        WeftProcess.start("echo", "--listen", "unix://" + file, "--poller", "nio")) {
      assertThat(weft.line()).startsWith("ready: echo on unix://" + file + " (poller=nio");

      try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
        client.write(ByteBuffer.wrap("over unix".getBytes(StandardCharsets.UTF_8)));
        client.shutdownOutput();
        assertThat(Channels.newInputStream(client).readAllBytes())
            .asString()
            .isEqualTo("over unix");
      }
      weft.terminate();
      assertThat(weft.exitCode()).isZero();
      assertThat(file).doesNotExist();
    }
  }

  @Test
  void servesEachOfItsAddresses() throws Exception {
    Path file = directory.resolve("echo.sock");
    try (WeftProcess weft = tcp("--listen", "unix://" + file)) {
      Matcher ready = ready(weft);
      assertThat(weft.line()).startsWith("ready: echo on unix://" + file);

      try (Socket client = connect(ready)) {
        assertThat(exchange(client, "one")).isEqualTo("one");
      }
      try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
        client.write(ByteBuffer.wrap("two".getBytes(StandardCharsets.UTF_8)));
        assertThat(
                new String(Channels.newInputStream(client).readNBytes(3), StandardCharsets.UTF_8))
            .isEqualTo("two");
      }
    }
  }

  @Test
  void serves1000ConnectionsAtATime() throws Exception {
    try (WeftProcess weft = tcp()) {
      Matcher ready = ready(weft);
      List<Socket> clients = new ArrayList<>();
      try {
        for (int i = 0; i < 1000; i++) {
          clients.add(connect(ready));
        }
        for (int i = 0; i < 1000; i++) {
          assertThat(exchange(clients.get(i), "client " + i)).isEqualTo("client " + i);
        }
      } finally {
        for (Socket client : clients) {
          client.close();
        }
      }
    }
  }

  @Test
  void aDrainRefusesNewConnectionsAndLetsAConversationGoOn() throws Exception {
    try (WeftProcess weft = tcp("--drain-timeout", "20s")) {
      Matcher ready = ready(weft);
      try (Socket talking = connect(ready)) {
        assertThat(exchange(talking, "before")).isEqualTo("before");
        weft.terminate();
        assertThat(weft.line()).isEqualTo("draining: connections=1, timeout=20s");
        awaitRefusal(ready);

        for (int i = 0; i < 200; i++) {
          assertThat(exchange(talking, "still here " + i)).isEqualTo("still here " + i);
        }
        assertThat(weft.isAlive()).isTrue();
        talking.shutdownOutput();
        assertThat(talking.getInputStream().read()).isEqualTo(-1);
      }
      assertThat(weft.exitCode()).isZero();
      assertThat(weft.rest()).containsExactly("stopped: every conversation ended");
    }
  }

  @Test
  void aDrainEndsASilentConnectionLongBeforeItsTimeout() throws Exception {
    try (WeftProcess weft = tcp("--drain-timeout", "5m")) {
      Matcher ready = ready(weft);
      try (Socket silent = connect(ready)) {
        assertThat(exchange(silent, "hello")).isEqualTo("hello");
        weft.terminate();

        assertThat(silent.getInputStream().read()).as("end of stream, not a reset").isEqualTo(-1);
      }
      assertThat(weft.exitCode()).isZero();
      assertThat(weft.line()).startsWith("draining: connections=");
      assertThat(weft.rest()).containsExactly("stopped: every conversation ended");
    }
  }

  @Test
  void aDrainEndsWithItsTimeout() throws Exception {
    try (WeftProcess weft = tcp("--drain-timeout", "500ms")) {
      Matcher ready = ready(weft);
      try (Socket stubborn = connect(ready)) {
        assertThat(exchange(stubborn, "hello")).isEqualTo("hello");
        // from now on it never reads: the echo stays stuck in its write
        Thread writer = Thread.ofVirtual().start(() -> write(stubborn, new byte[64 << 20]));
        weft.terminate();

        assertThat(weft.exitCode()).isZero();
        writer.join();
      }
      assertThat(weft.line()).isEqualTo("draining: connections=1, timeout=500ms");
      assertThat(weft.rest()).containsExactly("stopped: the timeout passed");
    }
  }

  @Test
  void aSecondSignalEndsTheProcessAtOnceWithExitCode1() throws Exception {
    try (WeftProcess weft = tcp("--drain-timeout", "5m")) {
      Matcher ready = ready(weft);
      try (Socket stubborn = connect(ready)) {
        assertThat(exchange(stubborn, "hello")).isEqualTo("hello");
        Thread writer = Thread.ofVirtual().start(() -> write(stubborn, new byte[64 << 20]));
        weft.terminate();
        assertThat(weft.line()).startsWith("draining: ");
        // a signal right behind the first one does not count
        while (!weft.endsWithin(Duration.ofMillis(100))) {
          weft.terminate();
        }

        assertThat(weft.exitCode()).isEqualTo(1);
        writer.join();
      }
    }
  }

  @Test
  void aSignalThatArrivesTwiceAtOnceIsOneRequest() throws Exception {
    try (WeftProcess weft = tcp()) {
      Matcher ready = ready(weft);
      try (Socket silent = connect(ready)) {
        assertThat(exchange(silent, "hello")).isEqualTo("hello");
        weft.terminate();
        weft.terminate();

        assertThat(weft.exitCode()).isZero();
        assertThat(silent.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void anInterruptFromTheKeyboardDrainsToo() throws Exception {
    try (WeftProcess weft = tcp()) {
      ready(weft);
      assertThat(new ProcessBuilder("kill", "-INT", "" + weft.pid()).start().waitFor()).isZero();

      assertThat(weft.exitCode()).isZero();
      assertThat(weft.rest()).last().isEqualTo("stopped: every conversation ended");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatAConnectionMetIsLoggedOnlyWhenAsked(boolean verbose) throws Exception {
    try (WeftProcess weft = verbose ? tcp("--verbose") : tcp()) {
      Matcher ready = ready(weft);
      Socket resetting = connect(ready);
      assertThat(exchange(resetting, "hello")).isEqualTo("hello");
      resetting.setSoLinger(true, 0);
      resetting.close();
      weft.terminate();

      assertThat(weft.exitCode()).isZero();
      if (verbose) {
        assertThat(weft.err())
            .anySatisfy(line -> assertThat(line).contains("DEBUG", "by peer (ECONNRESET)"));
      } else {
        assertThat(weft.err()).isEmpty();
      }
    }
  }

  private static WeftProcess tcp(String... more) throws IOException {
    List<String> args =
        new ArrayList<>(
            List.of("echo", "--listen", "tcp://127.0.0.1:0", "--poller", "nio", "--loops", "1"));
    args.addAll(List.of(more));
    return WeftProcess.start(args.toArray(String[]::new));
  }

  private static Matcher ready(WeftProcess weft) throws InterruptedException {
    Matcher ready = READY.matcher(weft.line());
    assertThat(ready.matches()).as("a ready line: %s", ready).isTrue();
    return ready;
  }

  private static Socket connect(Matcher ready) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(ready.group(1)));
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static String exchange(Socket client, String text) throws IOException {
    byte[] sent = text.getBytes(StandardCharsets.UTF_8);
    client.getOutputStream().write(sent);
    InputStream in = client.getInputStream();
    return new String(in.readNBytes(sent.length), StandardCharsets.UTF_8);
  }

  private static void write(Socket client, byte[] bytes) {
    try {
      client.getOutputStream().write(bytes);
      client.shutdownOutput();
    } catch (IOException e) {
      // the server cut it: the test looks at the server
    }
  }

  // the line "draining" comes before the listener is closed
  private static void awaitRefusal(Matcher ready) {
    for (; ; ) {
      try {
        connect(ready).close();
      } catch (IOException e) {
        return;
      }
    }
  }
}
