package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: the process ends with the right code and one clear line, never with a stack trace. */
class ExitTest {
  @TempDir private Path directory;

  @Test
  void anUnknownNetworkIsAUsageError() throws Exception {
    assertThat(failure(2, "echo", "--listen", "udp://127.0.0.1:0"))
        .contains("unknown network udp (use tcp, tcp4, tcp6, unix or unixpacket)");
  }

  @Test
  void aMalformedAddressIsAUsageError() throws Exception {
    assertThat(failure(2, "echo", "--listen", "tcp://127.0.0.1"))
        .contains("address 127.0.0.1: missing port in address");
  }

  @Test
  void aPortOutOfRangeIsAUsageError() throws Exception {
    assertThat(failure(2, "echo", "--listen", "tcp://127.0.0.1:65536", "--poller", "nio"))
        .contains("65536", "invalid port");
  }

  @Test
  void anUnknownPollerIsAUsageError() throws Exception {
    assertThat(failure(2, "probe", "--poller", "kqueue"))
        .contains("'kqueue' (use auto, io_uring, epoll or nio)");
  }

  @Test
  void anUnavailablePollerIsAFailureWithReasonAndRemedy() throws Exception {
    List<String> denied =
        List.of(
            "--illegal-native-access=deny",
            "-cp",
            System.getProperty("java.class.path"),
            "io.weft.server.Main");
    try (WeftProcess weft =
        WeftProcess.java(denied, "echo", "--listen", "tcp://127.0.0.1:0", "--poller", "io_uring")) {
      assertThat(failure(1, weft))
          .contains(
              "poller not available: io_uring: native access is denied to ALL-UNNAMED"
                  + " (start java with --enable-native-access=ALL-UNNAMED, or use nio)");
    }
  }

  @Test
  void aDeniedPollerIsAFailure() throws Exception {
    assertThat(
            failure(1, "echo", "--listen", "tcp://127.0.0.1:0", "--poller", "nio", "--deny", "nio"))
        .contains("nio: denied");
  }

  @Test
  void aPortInUseIsAFailure() throws Exception {
    try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + holder.getLocalPort();

      assertThat(failure(1, "echo", "--listen", "tcp://" + address, "--poller", "nio"))
          .contains(address, "address already in use (EADDRINUSE)");
    }
  }

  @Test
  void aFileInTheWayOfAUnixSocketIsAFailure() throws Exception {
    Path file = Files.createFile(directory.resolve("echo.sock"));

    assertThat(failure(1, "echo", "--listen", "unix://" + file, "--poller", "nio"))
        .contains(file.toString(), "(EADDRINUSE)");
    assertThat(file).exists();
  }

  @Test
  void aMissingDirectoryOfAUnixSocketIsAFailure() throws Exception {
    Path file = directory.resolve("missing/echo.sock");

    assertThat(failure(1, "echo", "--listen", "unix://" + file, "--poller", "nio"))
        .contains(file.toString(), "no such file or directory (ENOENT)");
  }

  @Test
  void aNetworkThatThePollerLacksIsAFailure() throws Exception {
    assertThat(failure(1, "echo", "--listen", "unix://@weft", "--poller", "nio")).contains("nio");
  }

  @Test
  void aFailedListenerClosesTheOthersAndPrintsNoReadyLine() throws Exception {
    Path socket = directory.resolve("first.sock");
    Path missing = directory.resolve("missing/second.sock");

    failure(1, "echo", "--listen", "unix://" + socket, "--listen", "unix://" + missing);

    assertThat(socket).doesNotExist();
  }

  @Test
  void probeShowsEveryPollerAndTheChoice() throws Exception {
    try (WeftProcess weft = WeftProcess.start("probe")) {
      assertThat(weft.exitCode()).isZero();

      assertThat(weft.rest())
          .anySatisfy(line -> assertThat(line).matches("POLLER +AVAILABLE +REASON +REMEDY"))
          .anySatisfy(line -> assertThat(line).matches("nio +yes .*Selector.*"))
          .anySatisfy(line -> assertThat(line).matches("epoll +(yes .*JNI.*|no .*gcc.*)"))
          .anySatisfy(line -> assertThat(line).matches("io_uring +(yes .*Linux.*|no .+)"))
          .anySatisfy(line -> assertThat(line).startsWith("poller:     "))
          .anySatisfy(line -> assertThat(line).matches("scheduling: on-loop \\(.+\\)"))
          .anySatisfy(line -> assertThat(line).matches("loops:      \\d+"));
      assertThat(weft.err()).isEmpty();
    }
  }

  @Test
  void runOnceShowsAConversationThroughTheProxyAndEndsByItself() throws Exception {
    try (WeftProcess weft = WeftProcess.start("run", "--once", "--poller", "nio")) {
      assertThat(weft.exitCode()).isZero();

      List<String> lines = weft.rest();
      assertThat(lines)
          .anySatisfy(line -> assertThat(line).startsWith("poller:     nio ("))
          .anySatisfy(line -> assertThat(line).startsWith("ready: admin on http://127.0.0.1:"))
          .anySatisfy(line -> assertThat(line).startsWith("ready: one on unix:///"))
          .anySatisfy(line -> assertThat(line).startsWith("ready: two on unix:///"))
          .anySatisfy(line -> assertThat(line).startsWith("ready: front on tcp://127.0.0.1:"))
          .anySatisfy(line -> assertThat(line).matches("dialled tcp://127.0.0.1:\\d+ in \\d+ us"))
          .anySatisfy(line -> assertThat(line).contains("\"cause\":\"eof\""))
          .last()
          .isEqualTo("stopped: every conversation ended");
      assertThat(lines.stream().filter(line -> line.startsWith("  received: "))).hasSize(3);
      assertThat(weft.err()).isEmpty();
    }
  }

  private static String failure(int code, String... args) throws IOException, InterruptedException {
    try (WeftProcess weft = WeftProcess.start(args)) {
      return failure(code, weft);
    }
  }

  private static String failure(int code, WeftProcess weft) throws InterruptedException {
    assertThat(weft.exitCode()).as("exit code; standard error: %s", weft.err()).isEqualTo(code);
    assertThat(weft.err()).singleElement().asString().startsWith("weft: ");
    assertThat(weft.rest()).noneMatch(line -> line.startsWith("ready:"));
    return weft.err().getFirst();
  }
}
