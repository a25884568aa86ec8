package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Goal: the guide's examples that dial do what it says, with a plain JDK socket at the far end. */
class GuideDialTest extends GuideExamples {
  @Test
  @Runs("Dial")
  void dialReadsTheAnswerToItsWholeQuestion() throws Exception {
    try (Peer peer =
            Peer.serving(
                conn -> {
                  String question = rest(conn);
                  write(conn, "you said " + question);
                  return question;
                });
        ExampleRun dial = run(peer.address())) {
      assertThat(dial.line()).isEqualTo("you said hello, weft");
      assertThat(peer.result()).isEqualTo("hello, weft\n");
      dial.returns();
    }
  }

  @Test
  @Runs("Deadlines")
  void aTimeoutLeavesTheConnectionUsable() throws Exception {
    try (Peer peer =
            Peer.serving(
                conn -> {
                  String question = line(conn);
                  write(conn, "yes\n");
                  return question;
                });
        ExampleRun run = run(peer.address())) {
      assertThat(run.line())
          .matches("read tcp 127\\.0\\.0\\.1:\\d+->" + peer.address() + ": i/o timeout");
      assertThat(run.line()).isEqualTo("yes");
      assertThat(peer.result()).isEqualTo("still there?");
      run.returns();
    }
  }

  @Test
  @Runs("Failover")
  void everyFailureTellsWhetherTheQuestionMayHaveBeenSent() throws Exception {
    try (Socket nobody = new Socket();
        Peer resetting =
            Peer.serving(
                conn -> {
                  String question = line(conn);
                  reset(conn);
                  return question;
                });
        Peer silent = Peer.serving(GuideExamples::rest);
        Peer answering =
            Peer.serving(
                conn -> {
                  write(conn, "welcome\n");
                  return line(conn);
                })) {
      nobody.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
      String refusing = "127.0.0.1:" + nobody.getLocalPort();
      try (ExampleRun run =
          run(refusing, resetting.address(), silent.address(), answering.address())) {
        assertThat(run.line())
            .isEqualTo("not sent: dial tcp " + refusing + ": connection refused (ECONNREFUSED)");
        assertThat(run.line())
            .matches("perhaps sent: read tcp \\S+: connection reset by peer \\(ECONNRESET\\)");
        assertThat(run.line())
            .matches("perhaps sent: read tcp \\S+->" + silent.address() + ": i/o timeout");
        assertThat(run.line()).isEqualTo("welcome");
        assertThat(answering.result()).isEqualTo("hello");
        run.returns();
      }
    }
  }

  @Test
  @Runs("Frames")
  void theFramesOfEightWritersStayWhole() throws Exception {
    try (Peer peer = Peer.serving(GuideDialTest::readFrames);
        ExampleRun run = run(peer.address())) {
      assertThat(peer.result()).isEqualTo(Set.of(0, 1, 2, 3, 4, 5, 6, 7));
      for (int i = 0; i < 8; i++) {
        assertThat(run.line()).isEqualTo("got a frame");
      }
      run.returns();
    }
  }

  private static Object readFrames(Socket conn) throws IOException {
    DataInputStream in = new DataInputStream(conn.getInputStream());
    Set<Integer> digits = new TreeSet<>();
    for (int i = 0; i < 8; i++) {
      byte[] body = in.readNBytes(in.readInt());
      assertThat(body).hasSize(1_000_000);
      assertThat(IntStream.range(0, body.length).filter(at -> body[at] != body[0])).isEmpty();
      digits.add(body[0] - '0');
      write(conn, "got a frame\n");
    }
    return digits;
  }

  @Test
  @Runs("Interrupts")
  void anInterruptedReaderLeavesTheConnectionUsable() throws Exception {
    try (Peer peer =
            Peer.serving(
                conn -> {
                  String question = line(conn);
                  write(conn, "still here\n");
                  return question;
                });
        ExampleRun run = run(peer.address())) {
      assertThat(run.line())
          .matches("read tcp \\S+->" + peer.address() + ": interrupted, flag kept: true");
      assertThat(run.line()).isEqualTo("still here");
      assertThat(peer.result()).isEqualTo("go on");
      run.returns();
    }
  }

  @Test
  @Runs("Options")
  void optionsAreSetBeforeTheConnectionIsMade() throws Exception {
    try (Peer peer =
            Peer.serving(
                conn ->
                    assertThatExceptionOfType(SocketException.class)
                        .isThrownBy(() -> conn.getInputStream().read())
                        .withMessage("Connection reset"));
        ExampleRun run = run(peer.address())) {
      assertThat(run.line()).isEqualTo("probes after 30 s");
      // Linux doubles it; the JDK's channels halve what Linux says
      assertThat(run.line()).isEqualTo("receive buffer 16384");
      run.returns();
      assertThat(peer.result()).isNotNull();
    }
  }
}
