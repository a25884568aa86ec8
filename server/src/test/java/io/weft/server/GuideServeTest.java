package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: the guide's servers do what it says for plain JDK clients. */
class GuideServeTest extends GuideExamples {
  private static final int FLOOD_BYTES = 8 * 1024 * 1024;

  @Test
  @Runs("Echo")
  void echoSendsBackWhatItGets() throws Exception {
    try (ExampleRun run = run("127.0.0.1:0");
        Socket client = dial(run.port())) {
      write(client, "hello");
      client.shutdownOutput();
      assertThat(rest(client)).isEqualTo("hello");
      assertThat(run.interrupted()).isInstanceOf(InterruptedIOException.class);
    }
  }

  @Test
  @Runs("Idle")
  void anIdleConnectionIsEndedAndABusyOneIsNot() throws Exception {
    try (ExampleRun run = run("127.0.0.1:0", "PT0.5S");
        Socket client = dial(run.port())) {
      long start = System.nanoTime();
      long last = start;
      // each byte goes when the one before has come back, for longer than the idle time
      while (last - start < 1_000_000_000) {
        last = System.nanoTime();
        write(client, "x");
        assertThat(client.getInputStream().read()).isEqualTo('x');
      }
      assertThat(client.getInputStream().read()).as("the end, once it is idle").isEqualTo(-1);
      assertThat(System.nanoTime() - last).isGreaterThanOrEqualTo(500_000_000);
      assertThat(run.line()).isEqualTo("idle: /127.0.0.1:" + client.getLocalPort());
    }
  }

  @Test
  @Runs("Sort")
  void sortAnswersAtTheEndOfItsInput() throws Exception {
    try (ExampleRun run = run("127.0.0.1:0");
        Socket client = dial(run.port())) {
      write(client, "weft\nloom\nshuttle");
      client.shutdownOutput();
      assertThat(rest(client)).isEqualTo("loom\nshuttle\nweft\n");
    }
  }

  @Test
  @Runs("Relay")
  void relayHandsOnBytesAndEndsInBothDirections() throws Exception {
    byte[] question = new byte[3 * 1024 * 1024];
    new Random(7).nextBytes(question);
    try (Peer upstream =
            Peer.serving(
                conn -> {
                  byte[] heard = conn.getInputStream().readAllBytes();
                  write(conn, heard.length + " bytes");
                  return heard;
                });
        ExampleRun run = run("127.0.0.1:0", upstream.address());
        Socket client = dial(run.port())) {
      client.getOutputStream().write(question);
      client.shutdownOutput();
      assertThat(rest(client)).isEqualTo(question.length + " bytes");
      assertThat((byte[]) upstream.result()).isEqualTo(question);
    }
  }

  @Test
  @Runs("SendFile")
  void everyClientGetsTheWholeFile(@TempDir Path directory) throws Exception {
    byte[] content = new byte[2 * 1024 * 1024 + 1];
    new Random(7).nextBytes(content);
    Path file = Files.write(directory.resolve("file"), content);
    try (ExampleRun run = run("127.0.0.1:0", file.toString())) {
      int port = run.port();
      for (int i = 0; i < 2; i++) {
        try (Socket client = dial(port)) {
          assertThat(client.getInputStream().readAllBytes()).isEqualTo(content);
        }
      }
    }
  }

  @Test
  @Runs("Limits")
  void theThirdWaitsUntilOneOfTheTwoHasEnded() throws Exception {
    try (ExampleRun run = run("127.0.0.1:0")) {
      int port = run.port();
      try (Socket first = dial(port);
          Socket second = dial(port);
          Socket third = dial(port)) {
        assertThat(line(first)).isEqualTo("your turn");
        assertThat(line(second)).isEqualTo("your turn");
        third.setSoTimeout(200);
        assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> line(third));

        first.shutdownOutput();

        assertThat(run.line()).isEqualTo("closed in peace");
        third.setSoTimeout(0);
        assertThat(line(third)).isEqualTo("your turn");
        reset(second);
        assertThat(run.line())
            .matches(
                "closed by read tcp 127\\.0\\.0\\.1:\\d+->127\\.0\\.0\\.1:\\d+: connection reset by"
                    + " peer \\(ECONNRESET\\)");
      }
    }
  }

  @Test
  @Runs("Chat")
  void chatGoesOnForTheOthersWhenOneDoesNotRead() throws Exception {
    try (ExampleRun run = run("127.0.0.1:0");
        Socket slow = new Socket()) {
      int port = run.port();
      slow.setReceiveBufferSize(4 * 1024);
      slow.connect(new InetSocketAddress("127.0.0.1", port));
      write(slow, "slow\n");
      assertThat(line(slow)).isEqualTo("slow"); // it is a member, and reads no more
      try (Socket alice = dial(port);
          Socket bob = dial(port)) {
        write(bob, "bob\n");
        assertThat(line(bob)).isEqualTo("bob");
        Thread flood = Thread.ofVirtual().start(() -> flood(alice));
        Thread echoes = Thread.ofVirtual().start(() -> read(alice, FLOOD_BYTES));
        assertThat(read(bob, FLOOD_BYTES)).isEqualTo(FLOOD_BYTES);
        flood.join();
        echoes.join();
      }
      assertThat(read(slow, FLOOD_BYTES)).as("was given up").isLessThan(FLOOD_BYTES);
    }
  }

  private static void flood(Socket conn) {
    try {
      conn.getOutputStream().write(new byte[FLOOD_BYTES]);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  // until that many bytes, or the end
  private static int read(Socket conn, int bytes) {
    int sum = 0;
    try {
      byte[] buffer = new byte[64 * 1024];
      while (sum < bytes) {
        int n = conn.getInputStream().read(buffer);
        if (n < 0) {
          break;
        }
        sum += n;
      }
    } catch (SocketException e) {
      // a reset is an end, too
      assertThat(e).hasMessage("Connection reset");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return sum;
  }

  @Test
  @Runs("Unix")
  void aUnixListenerAnswersAndRemovesItsFile(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("who.sock");
    try (ExampleRun run = run(file.toString())) {
      assertThat(run.line()).isEqualTo("listening on unix " + file);
      try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
        byte[] answer = Channels.newInputStream(client).readAllBytes();
        assertThat(new String(answer, StandardCharsets.UTF_8))
            .isEqualTo("process " + ProcessHandle.current().pid() + "\n");
      }
      assertThat(file).exists();
      run.interrupted();
      assertThat(file).doesNotExist();
    }
  }

  @Test
  @Runs("Shutdown")
  void sigtermEndsTheServerWhenItsConversationsHaveEnded() throws Exception {
    try (WeftProcess server = process("127.0.0.1:0")) {
      String line = server.line();
      int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
      try (Socket slow = dial(port);
          Socket quick = dial(port)) {
        write(quick, "a");
        quick.shutdownOutput();
        assertThat(rest(quick)).isEqualTo("a"); // so both have been accepted
        server.terminate();
        awaitRefusal(port);
        assertThat(server.isAlive()).as("waits for the conversation that goes on").isTrue();
        write(slow, "b");
        slow.shutdownOutput();
        assertThat(rest(slow)).isEqualTo("b");
      }
      assertThat(server.exitCode()).as("of SIGTERM").isEqualTo(143);
      assertThat(server.rest()).containsExactly("all have ended");
      assertThat(server.err()).isEmpty();
    }
  }

  // the listener is closed: nobody new is let in
  private static void awaitRefusal(int port) throws IOException {
    long start = System.nanoTime();
    while (System.nanoTime() - start < 30_000_000_000L) {
      try {
        dial(port).close();
      } catch (ConnectException e) {
        return;
      }
      LockSupport.parkNanos(1_000_000);
    }
    throw new AssertionError("still listens");
  }
}
