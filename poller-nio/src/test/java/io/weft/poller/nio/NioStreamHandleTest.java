package io.weft.poller.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.Network;
import io.weft.WeftOptions;
import io.weft.poller.nio.Fixture.Pair;
import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Goal: reads and writes give a value at once or complete exactly once, without spare syscalls. */
class NioStreamHandleTest {
  private Fixture fixture;
  private StreamHandle client;
  private StreamHandle server;

  @BeforeEach
  void connect() throws IOException {
    fixture = new Fixture();
    Pair pair = fixture.pair();
    client = pair.client();
    server = pair.server();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void readWithoutBytesPendsAndCompletesOnceWhenTheyCome() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(16);
    Recorder done = new Recorder();

    assertThat(server.read(buffer, done)).isEqualTo(Completion.PENDING);
    fixture.settle();
    assertThat(done.count()).isZero();
    send("hello");

    assertThat(fixture.pollUntil(done)).isEqualTo(Completion.AGAIN);
    assertThat(server.read(buffer, new Recorder())).isEqualTo(5);
    assertThat(buffer.position()).isZero();
    assertThat(Fixture.text(buffer, 5)).isEqualTo("hello");
    fixture.settle();
    assertThat(done.count()).isOne();
  }

  @Test
  void firstReadTakesWhatIsThereWithoutAPoll() {
    send("hello");

    assertThat(awaitAttempt(ByteBuffer.allocateDirect(16))).isEqualTo(5);
  }

  @Test
  void readAfterAShortReadWaitsWithoutASyscall() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(16);
    send("one");
    assertThat(awaitAttempt(buffer)).isEqualTo(3);
    send("two");

    // the bytes are there; an attempt would find them
    Recorder done = new Recorder();
    assertThat(server.read(buffer, done)).isEqualTo(Completion.PENDING);

    assertThat(fixture.pollUntil(done)).isEqualTo(Completion.AGAIN);
    assertThat(server.read(buffer, new Recorder())).isEqualTo(3);
    assertThat(Fixture.text(buffer, 3)).isEqualTo("two");
  }

  @Test
  void readAfterAFullReadTriesAgainAtOnce() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(3);
    send("onetwo");
    assertThat(awaitAttempt(buffer)).isEqualTo(3);

    assertThat(server.read(buffer, new Recorder())).isEqualTo(3);
    assertThat(Fixture.text(buffer, 3)).isEqualTo("two");
    assertThat(server.read(buffer, null)).isEqualTo(-Errno.EAGAIN.number());
  }

  @Test
  void readHonoursPositionAndLimit() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(16).position(4).limit(7);
    send("hello");

    assertThat(fixture.run(done -> server.read(buffer, done))).isEqualTo(3);
    assertThat(buffer.position()).isEqualTo(4);
    assertThat(buffer.limit()).isEqualTo(7);
    assertThat(Fixture.text(buffer, 3)).isEqualTo("hel");
  }

  @Test
  void readThatOnlyAttemptsNeverArms() {
    assertThat(server.read(ByteBuffer.allocateDirect(16), null)).isEqualTo(-Errno.EAGAIN.number());
    assertThat(server.read(ByteBuffer.allocateDirect(16), null)).isEqualTo(-Errno.EAGAIN.number());
    send("x");
    fixture.settle();
    assertThat(server.read(ByteBuffer.allocateDirect(16), null)).isOne();
  }

  @Test
  void endOfStreamIsZeroAgainAndAgain() throws IOException {
    client.shutdown(Direction.WRITE);

    for (int i = 0; i < 3; i++) {
      assertThat(read()).isZero();
    }
    assertThat(server.read(ByteBuffer.allocateDirect(1), new Recorder())).isZero();
  }

  @Test
  void pendingReadCompletesByItsOwnShutdown() throws IOException {
    Recorder done = new Recorder();
    assertThat(server.read(ByteBuffer.allocateDirect(16), done)).isEqualTo(Completion.PENDING);
    fixture.settle();

    server.shutdown(Direction.READ);

    assertThat(fixture.pollUntil(done)).isEqualTo(Completion.AGAIN);
    assertThat(read()).isZero();
  }

  @Test
  void writeAfterOwnShutdownIsABrokenPipe() throws IOException {
    client.shutdown(Direction.WRITE);

    assertThat(fixture.run(done -> client.write(Fixture.bytes("x"), done)))
        .isEqualTo(-Errno.EPIPE.number());
  }

  @Test
  void resetByThePeerCompletesAPendingReadWithItsNumber() throws IOException {
    Recorder done = new Recorder();
    assertThat(server.read(ByteBuffer.allocateDirect(16), done)).isEqualTo(Completion.PENDING);

    client.setOption(StandardSocketOptions.SO_LINGER, 0);
    fixture.close(client);

    assertThat(fixture.pollUntil(done)).isEqualTo(Completion.AGAIN);
    assertThat(read()).isEqualTo(-Errno.ECONNRESET.number());
    assertThat(read()).isEqualTo(-Errno.ECONNRESET.number());
    assertThat(fixture.run(d -> server.write(Fixture.bytes("x"), d)))
        .isEqualTo(-Errno.EPIPE.number());
  }

  @Test
  void fullSocketPendsTheWriterUntilThePeerReads() {
    ByteBuffer block = ByteBuffer.allocateDirect(1 << 20);
    Recorder done = new Recorder();
    long sent = 0;
    int result = client.write(block, done);
    while (result != Completion.PENDING) {
      assertThat(result).isPositive();
      sent += result;
      result = client.write(block, done);
    }
    assertThat(block.position()).isZero();
    fixture.settle();
    assertThat(done.count()).isZero();

    long received = 0;
    while (received < sent) {
      received += read();
    }

    assertThat(received).isEqualTo(sent);
    assertThat(fixture.pollUntil(done)).isEqualTo(Completion.AGAIN);
    assertThat(client.write(block, new Recorder())).isPositive();
  }

  @Test
  void gatheringWriteSendsTheRangeInOrderAndMovesNothing() {
    ByteBuffer[] parts = {
      Fixture.bytes("no"),
      Fixture.bytes("-one").position(1),
      Fixture.bytes("two"),
      Fixture.bytes("three").limit(1),
      Fixture.bytes("no")
    };

    assertThat(fixture.run(done -> client.write(parts, 1, 4, done))).isEqualTo(7);

    ByteBuffer buffer = ByteBuffer.allocateDirect(16);
    assertThat(fixture.run(done -> server.read(buffer, done))).isEqualTo(7);
    assertThat(Fixture.text(buffer, 7)).isEqualTo("onetwot");
    assertThat(parts).extracting(ByteBuffer::position).containsExactly(0, 1, 0, 0, 0);
    assertThat(parts[3].limit()).isEqualTo(1);
  }

  @Test
  void gatheringWriteTakesAtMostItsMaximumOfBuffers() {
    ByteBuffer[] parts = new ByteBuffer[StreamHandle.GATHER_MAX + 10];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = Fixture.bytes("x");
    }

    assertThat(fixture.run(done -> client.write(parts, 0, parts.length, done)))
        .isEqualTo(StreamHandle.GATHER_MAX);
    assertThat(parts).extracting(ByteBuffer::position).containsOnly(0);
  }

  @Test
  void gatheringWriteThatIsCutShortMovesNothing() {
    ByteBuffer[] parts = new ByteBuffer[64];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = ByteBuffer.allocateDirect(1 << 20).position(i);
    }
    long size = (64L << 20) - 64 * 63 / 2;

    int sent = fixture.run(done -> client.write(parts, 0, parts.length, done));

    assertThat(sent).isPositive().isLessThan((int) size);
    for (int i = 0; i < parts.length; i++) {
      assertThat(parts[i].position()).isEqualTo(i);
    }
    assertThat(client.write(parts, 0, parts.length, new Recorder())).isEqualTo(Completion.PENDING);
    client.cancel(Direction.WRITE);
  }

  @Test
  void cancelCompletesAPendingReadAndLosesNothing() {
    Recorder done = new Recorder();
    assertThat(server.read(ByteBuffer.allocateDirect(16), done)).isEqualTo(Completion.PENDING);

    server.cancel(Direction.WRITE);
    assertThat(done.count()).isZero();
    server.cancel(Direction.READ);
    server.cancel(Direction.READ);

    assertThat(done.result()).isEqualTo(Completion.CANCELED);
    send("late");
    fixture.settle();
    assertThat(read()).isEqualTo(4);
    assertThat(done.count()).isOne();
  }

  @Test
  void readableWaitsWithoutMemoryAndIsExactOnAFreshConnection() {
    Recorder done = new Recorder();
    assertThat(server.readable(done)).isEqualTo(Completion.PENDING);
    fixture.settle();
    assertThat(done.count()).isZero();

    send("x");
    assertThat(fixture.pollUntil(done)).isEqualTo(Completion.AGAIN);
    assertThat(server.readable(new Recorder())).isZero();
    assertThat(server.read(ByteBuffer.allocateDirect(1), new Recorder())).isOne();

    // the read took all that its buffer holds, but nothing is left
    Recorder next = new Recorder();
    assertThat(server.readable(next)).isEqualTo(Completion.PENDING);
    fixture.close(client);
    assertThat(fixture.pollUntil(next)).isEqualTo(Completion.AGAIN);
    assertThat(read()).isZero();
  }

  @Test
  void keepAliveOptionsAreFoundByName() throws IOException {
    client.setOption(WeftOptions.TCP_KEEPIDLE, 17);
    client.setOption(WeftOptions.TCP_KEEPINTERVAL, 7);
    client.setOption(WeftOptions.TCP_KEEPCOUNT, 3);
    client.setOption(StandardSocketOptions.TCP_NODELAY, true);

    assertThat(client.getOption(WeftOptions.TCP_KEEPIDLE)).isEqualTo(17);
    assertThat(client.getOption(WeftOptions.TCP_KEEPINTERVAL)).isEqualTo(7);
    assertThat(client.getOption(WeftOptions.TCP_KEEPCOUNT)).isEqualTo(3);
    assertThat(client.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
  }

  @Test
  void anOptionThatTheAdapterLacksIsNamedWithThoseThatHaveIt() throws IOException {
    for (SocketOption<?> option : List.of(WeftOptions.TCP_USER_TIMEOUT, WeftOptions.IPV6_V6ONLY)) {
      assertThatThrownBy(() -> client.getOption(option))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage(
              "the socket option %s is not supported by nio (epoll and io_uring have it)",
              option.name());
    }
    assertThatThrownBy(() -> client.setOption(WeftOptions.TCP_USER_TIMEOUT, 1000))
        .hasMessageContainingAll("TCP_USER_TIMEOUT", "nio", "epoll", "io_uring");

    StreamHandle unix = fixture.stream(Network.UNIX);
    assertThatThrownBy(() -> unix.getOption(StandardSocketOptions.TCP_NODELAY))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("the socket option TCP_NODELAY is not supported by nio for unix sockets");
  }

  @Test
  void anOptionThatNoAdapterHasIsNamed() {
    assertThatThrownBy(() -> client.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("the socket option IP_MULTICAST_LOOP is not supported");
  }

  private int read() {
    return fixture.run(done -> server.read(ByteBuffer.allocateDirect(1 << 16), done));
  }

  private void send(String text) {
    ByteBuffer bytes = Fixture.bytes(text);
    assertThat(fixture.run(done -> client.write(bytes, done))).isEqualTo(text.length());
    assertThat(bytes.position()).isZero();
  }

  /** Attempts until bytes have come through the loopback interface; without a poll. */
  private int awaitAttempt(ByteBuffer buffer) {
    int result = server.read(buffer, null);
    while (result == -Errno.EAGAIN.number()) {
      Thread.onSpinWait();
      result = server.read(buffer, null);
    }
    return result;
  }
}
