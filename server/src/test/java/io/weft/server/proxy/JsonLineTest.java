package io.weft.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Network;
import io.weft.server.notation.SocketUrl;
import io.weft.server.proxy.SessionRecord.Bytes;
import io.weft.server.proxy.SessionRecord.Destination;
import io.weft.server.proxy.SessionRecord.Measures;
import io.weft.server.proxy.SessionRecord.Origin;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: a session is one line of JSON, whatever is in it, and no line is lost. */
class JsonLineTest {
  private static final SocketUrl DOOR = new SocketUrl(Network.TCP, "127.0.0.1:7000");
  private static final SocketAddress CLIENT = new InetSocketAddress("192.0.2.1", 51034);
  private static final Ending EOF = new Ending(Party.CLIENT, Phase.DATA, Cause.EOF);

  @TempDir private Path directory;

  @Test
  void aWholeSessionHasEverything() {
    SessionRecord session =
        new SessionRecord(
            Instant.parse("2026-11-22T10:00:00.123456Z"),
            new Origin(DOOR, CLIENT, new InetSocketAddress("::1", 80)),
            new Destination(
                "example.org", "unix:///run/app.sock", UnixDomainSocketAddress.of("@"), 2),
            new Ending(Party.SERVER, Phase.LAST_DATA, Cause.UNREACHABLE, "ETIMEDOUT"),
            new Measures(12_345, 1_000_000, 1_200_099, 61_000_000_999L, new Bytes(8, 1L << 40)));

    assertThat(JsonLine.of(session))
        .isEqualTo(
            "{\"time\":\"2026-11-22T10:00:00.123Z\",\"listener\":\"tcp://127.0.0.1:7000\","
                + "\"client\":\"192.0.2.1:51034\",\"peer\":\"[::1]:80\",\"sni\":\"example.org\","
                + "\"upstream\":\"unix:///run/app.sock\",\"via\":\"@\",\"tries\":2,"
                + "\"ended-by\":\"server\",\"phase\":\"last-data\",\"cause\":\"unreachable\","
                + "\"detail\":\"ETIMEDOUT\",\"queue-ms\":0.012,\"connect-ms\":1.000,"
                + "\"first-byte-ms\":1.200,\"total-ms\":61000.000,\"bytes-to-server\":8,"
                + "\"bytes-to-client\":1099511627776}\n");
  }

  @Test
  void whatThereIsNothingToSayAboutIsNotThere() {
    assertThat(JsonLine.of(session(new Ending(Party.PROXY, Phase.QUEUE, Cause.NO_UPSTREAM))))
        .isEqualTo(
            "{\"time\":\"1970-01-01T00:00:00Z\",\"listener\":\"tcp://127.0.0.1:7000\","
                + "\"client\":\"192.0.2.1:51034\",\"tries\":0,\"ended-by\":\"proxy\","
                + "\"phase\":\"queue\",\"cause\":\"no-upstream\",\"queue-ms\":0.000,"
                + "\"connect-ms\":0.000,\"total-ms\":0.001,\"bytes-to-server\":0,"
                + "\"bytes-to-client\":0}\n");
  }

  @Test
  void textThatMeansSomethingToJsonIsEscaped() {
    String line =
        JsonLine.of(
            session(new Ending(Party.PROXY, Phase.HEADER, Cause.FAILURE, "a\"b\\c\nd\u0001\t")));

    assertThat(line).contains("\"detail\":\"a\\\"b\\\\c\\nd\\u0001\\t\",");
    assertThat(line.lines()).hasSize(1);
  }

  @Test
  void aFileIsContinuedAndHasEveryLineWhenItIsClosed() throws Exception {
    Path file = Files.writeString(directory.resolve("access.log"), "before\n");
    try (AccessLog log = JsonAccessLog.at(file)) {
      IntStream.range(0, 10_000).forEach(_ -> log.ended(session(EOF)));
    }

    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(10_001).first().isEqualTo("before");
    assertThat(lines).last().asString().startsWith("{\"time\"").endsWith("}");
  }

  @Test
  void sessionsWaitForALogThatIsSlow() throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    StringWriter text = new StringWriter();
    AccessLog log =
        JsonAccessLog.on(
            new FilterWriter(text) {
              @Override
              public void flush() throws IOException {
                await(slow);
                super.flush();
              }
            });
    Thread sessions =
        Thread.ofVirtual()
            .start(() -> IntStream.range(0, 20_000).forEach(_ -> log.ended(session(EOF))));
    while (sessions.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    slow.countDown();
    sessions.join();
    log.close();

    assertThat(text.toString().lines()).hasSize(20_000);
  }

  @Test
  void aLogThatCannotBeWrittenHoldsUpNobody() {
    AccessLog log =
        JsonAccessLog.on(
            new FilterWriter(new StringWriter()) {
              @Override
              public void flush() throws IOException {
                throw new IOException("no space left on device");
              }
            });
    IntStream.range(0, 20_000).forEach(_ -> log.ended(session(EOF)));
    log.close();
  }

  static SessionRecord session(Ending ending) {
    return new SessionRecord(
        Instant.EPOCH,
        new Origin(DOOR, CLIENT, CLIENT),
        new Destination(null, null, null, 0),
        ending,
        new Measures(0, 0, -1, 1000, new Bytes(0, 0)));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
