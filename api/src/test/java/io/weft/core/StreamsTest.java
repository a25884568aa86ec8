package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weft.Network;
import io.weft.spi.Direction;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;

/** Goal: the streams of a connection are its reads and writes by other names. */
@Timeout(60)
class StreamsTest {
  @CoreTest
  void bringAndTakeBytesAsReadAndWriteDo(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      stream.feed(new byte[] {(byte) 0xff, 1, 2, 3});
      stream.feedEnd();
      assertThat(rig.call(() -> conn.inputStream().read()).result()).isEqualTo(255);
      assertThat(rig.call(() -> conn.read(new byte[1])).result()).isEqualTo(1);
      byte[] rest = rig.call(() -> conn.inputStream().readAllBytes()).result();
      assertThat(rest).containsExactly(2, 3);
      assertThat(rig.call(() -> conn.inputStream().read()).result()).isEqualTo(-1);
      Call<Void> write =
          rig.call(
              () -> {
                OutputStream out = conn.outputStream();
                out.write(0x1ff);
                out.write(new byte[] {9, 8, 7, 6}, 1, 2);
                out.write(new byte[] {5});
                return null;
              });
      write.result();
      assertThat(stream.sent()).containsExactly(0xff, 8, 7, 5);
    }
  }

  @CoreTest
  void carryTextThroughTheJdksReadersAndWriters(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      stream.feed("one\ntwo\n".getBytes(StandardCharsets.UTF_8));
      Call<String> line =
          rig.call(
              () -> {
                InputStream in = conn.inputStream();
                BufferedReader reader =
                    new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
                return reader.readLine() + " and " + reader.readLine();
              });
      assertThat(line.result()).isEqualTo("one and two");
      rig.call(
              () -> {
                PrintStream out =
                    new PrintStream(conn.outputStream(), true, StandardCharsets.UTF_8);
                out.print("three");
                return out.checkError();
              })
          .result();
      assertThat(new String(stream.sent(), StandardCharsets.UTF_8)).isEqualTo("three");
    }
  }

  @CoreTest
  void moveBytesFromConnectionToConnection(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle from = rig.stream();
      FakeStreamHandle to = rig.stream();
      InputStream in = rig.conn(from).inputStream();
      OutputStream out = rig.conn(to).outputStream();
      from.feed(Bytes.pattern(5000));
      Call<Long> call = rig.call(() -> in.transferTo(out));
      Waiting.until("it waits", () -> from.isPendingWithoutMemory(Direction.READ));
      from.feedEnd();
      assertThat(call.result()).isEqualTo(5000);
      assertThat(to.sent()).isEqualTo(Bytes.pattern(5000));
      ByteArrayOutputStream elsewhere = new ByteArrayOutputStream();
      assertThat(rig.call(() -> in.transferTo(elsewhere)).result()).isZero();
    }
  }

  @CoreTest
  void honourDeadlines(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      stream.room(3);
      PolledConn conn = rig.conn(stream);
      conn.setTimeout(Duration.ofSeconds(5));
      Call<Integer> read = rig.call(() -> conn.inputStream().read());
      Call<Void> write = rig.call(() -> writeTo(conn, new byte[10]));
      Waiting.until("the read is pending", () -> stream.isPending(Direction.READ));
      Waiting.until("the write is pending", () -> stream.isPending(Direction.WRITE));
      rig.clock.advance(Duration.ofSeconds(6));
      read.failure(SocketTimeoutException.class);
      assertThat(write.failure(SocketTimeoutException.class).bytesTransferred).isEqualTo(3);
    }
  }

  private static Void writeTo(PolledConn conn, byte[] bytes) throws IOException {
    conn.outputStream().write(bytes);
    return null;
  }

  @CoreTest
  void endWithAnInterruptAndAreUsableAfterIt(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      Call<Integer> read = rig.call(() -> conn.inputStream().read());
      Waiting.until("the read is pending", () -> stream.isPending(Direction.READ));
      read.thread().interrupt();
      read.failure(InterruptedIOException.class);
      stream.feed(new byte[] {7});
      assertThat(rig.call(() -> conn.inputStream().read()).result()).isEqualTo(7);
    }
  }

  @CoreTest
  void closingEitherClosesTheConnection(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      PolledConn first = rig.conn(rig.stream());
      PolledConn second = rig.conn(rig.stream());
      Call<Integer> read = rig.call(() -> second.inputStream().read());
      Waiting.untilParked(read.thread());
      first.inputStream().close();
      second.outputStream().close();
      second.inputStream().close();
      assertThat(first.isOpen()).isFalse();
      assertThat(second.isOpen()).isFalse();
      read.failure(AsynchronousCloseException.class);
      rig.call(() -> first.inputStream().read()).failure(ClosedChannelException.class);
      rig.call(() -> writeTo(first, new byte[1])).failure(ClosedChannelException.class);
    }
  }

  @CoreTest
  void anEmptyArrayNeitherWaitsNorSends(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream, Network.UNIXPACKET);
      assertThat(rig.call(() -> conn.inputStream().read(new byte[0])).result()).isZero();
      rig.call(() -> writeTo(conn, new byte[0])).result();
      assertThat(stream.sends).isEmpty();
      assertThat(stream.starts).hasValue(0);
    }
  }

  @CoreTest
  void badRangesAreRefused(Variant variant) {
    try (CoreRig rig = new CoreRig(variant)) {
      PolledConn conn = rig.conn(rig.stream());
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> conn.inputStream().read(new byte[4], 2, 3));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> conn.outputStream().write(new byte[4], -1, 0));
    }
  }
}
