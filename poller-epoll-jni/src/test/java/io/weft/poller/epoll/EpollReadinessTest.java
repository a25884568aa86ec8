package io.weft.poller.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Network;
import io.weft.poller.epoll.Fixture.Pair;
import io.weft.poller.epoll.Fixture.Recorder;
import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import io.weft.spi.ListenHandle;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Goal: no system call is made in vain, and none is missing. */
class EpollReadinessTest {
  private Fixture fixture;
  private FaultyNative sys;

  @BeforeEach
  void open() throws IOException {
    fixture = new Fixture();
    sys = fixture.sys;
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = Network.class,
      names = {"TCP", "UNIX"})
  void anEchoedMessageCostsOneReadAndOneWriteAndNoRegistration(Network network) throws IOException {
    Pair pair = fixture.pair(network);
    // the first ones ask the kernel, as nothing is known yet
    Recorder reading = Fixture.waitingRead(pair.server());
    Recorder answer = Fixture.waitingRead(pair.client());
    int registrations = sys.registrations;
    sys.reads = 0;
    sys.writes = 0;
    int messages = 100;
    for (int i = 0; i < messages; i++) {
      fixture.send(pair.client(), "ping");
      assertThat(fixture.pollUntil(reading)).isEqualTo(4);
      reading = Fixture.waitingRead(pair.server());
      fixture.send(pair.server(), "pong");
      assertThat(fixture.pollUntil(answer)).isEqualTo(4);
      answer = Fixture.waitingRead(pair.client());
    }
    assertThat(sys.reads).isEqualTo(2 * messages);
    assertThat(sys.writes).isEqualTo(2 * messages);
    assertThat(sys.registrations).isEqualTo(registrations);
  }

  @Test
  void aWaitingReadHasItsBytesWhenItIsTold() throws IOException {
    Pair pair = fixture.pair(Network.TCP);
    ByteBuffer dst = ByteBuffer.allocateDirect(8).position(2);
    Recorder done = new Recorder();
    assertThat(pair.server().read(dst, done)).isEqualTo(Completion.PENDING);

    fixture.send(pair.client(), "abc");

    assertThat(fixture.pollUntil(done)).isEqualTo(3);
    assertThat(dst.position()).isEqualTo(2);
    assertThat(StandardCharsets.US_ASCII.decode(dst.limit(5)).toString()).isEqualTo("abc");
    Fixture.waitingRead(pair.server());
  }

  @Test
  void aWaitingReadThatIsFilledLeavesTheRestToTheNext() throws IOException {
    Pair pair = fixture.pair(Network.TCP);
    Recorder done = Fixture.waitingRead(pair.server());

    fixture.send(pair.client(), "eight and more");

    assertThat(fixture.pollUntil(done)).isEqualTo(8);
    assertThat(fixture.receive(pair.server(), 16)).isEqualTo("d more");
  }

  @Test
  void aWaitingReadIsToldOfTheEndAndOfAReset() throws IOException {
    Pair ending = fixture.pair(Network.TCP);
    Recorder end = Fixture.waitingRead(ending.server());
    fixture.close(ending.client());
    assertThat(fixture.pollUntil(end)).isZero();

    Pair reset = fixture.pair(Network.TCP);
    Recorder error = Fixture.waitingRead(reset.server());
    reset.client().setOption(StandardSocketOptions.SO_LINGER, 0);
    fixture.close(reset.client());
    assertThat(fixture.pollUntil(error)).isEqualTo(-Errno.ECONNRESET.number());
  }

  @Test
  void anAttemptAfterAShortReadMakesNoCall() throws IOException {
    Pair pair = fixture.pair(Network.TCP);
    fixture.send(pair.client(), "abc");
    fixture.settle();
    assertThat(fixture.receive(pair.server(), 16)).isEqualTo("abc");
    int before = sys.reads;

    int attempt = pair.server().read(ByteBuffer.allocateDirect(16), null);

    assertThat(attempt).isEqualTo(-Errno.EAGAIN.number());
    assertThat(sys.reads).isEqualTo(before);
  }

  @Test
  void aFullReadIsFollowedByAnotherAttempt() throws IOException {
    Pair pair = fixture.pair(Network.TCP);
    fixture.send(pair.client(), "abcdef");
    fixture.settle();

    assertThat(fixture.receive(pair.server(), 3)).isEqualTo("abc");
    assertThat(pair.server().readable(new Recorder())).isZero();
    assertThat(fixture.receive(pair.server(), 3)).isEqualTo("def");
    // nothing is left, and only the kernel knew
    assertThat(pair.server().readable(new Recorder())).isEqualTo(Completion.PENDING);
    pair.server().cancel(Direction.READ);
    Fixture.waitingRead(pair.server());
  }

  @Test
  void messagesThatLeaveRoomAreReadOneAfterTheOther() throws IOException {
    Pair pair = fixture.pair(Network.UNIXPACKET);
    fixture.send(pair.client(), "one");
    fixture.send(pair.client(), "two");
    fixture.settle();

    assertThat(fixture.receive(pair.server(), 16)).isEqualTo("one");
    assertThat(fixture.receive(pair.server(), 16)).isEqualTo("two");
    Fixture.waitingRead(pair.server());
  }

  @Test
  void bytesBehindPassedDescriptorsAreReadWithoutAnotherEvent() throws IOException {
    Pair pair = fixture.pair(Network.UNIX);
    fixture.send(pair.client(), "abcdef");
    fixture.settle();
    // the kernel stops there, although the next bytes have come
    sys.recvmsgBytesMax = 3;
    sys.recvmsg = real -> real.getAsLong() | EpollNative.STOPPED_SHORT;

    assertThat(fixture.receive(pair.server(), 16)).isEqualTo("abc");
    assertThat(fixture.receive(pair.server(), 16)).isEqualTo("def");
  }

  @Test
  void theEndBehindBytesIsReadWithoutAnotherEvent() throws IOException {
    Pair pair = fixture.pair(Network.TCP);
    fixture.send(pair.client(), "last");
    fixture.close(pair.client());
    fixture.settle();

    assertThat(fixture.receive(pair.server(), 16)).isEqualTo("last");
    for (int i = 0; i < 2; i++) {
      assertThat(pair.server().readable(new Recorder())).isZero();
      assertThat(pair.server().read(ByteBuffer.allocateDirect(4), new Recorder())).isZero();
    }
  }

  @Test
  void aWaitForReadabilityOfANewConnectionWaits() throws IOException {
    Pair pair = fixture.pair(Network.TCP);
    Recorder done = new Recorder();
    assertThat(pair.server().readable(done)).isEqualTo(Completion.PENDING);
    int before = sys.reads;

    fixture.send(pair.client(), "x");

    assertThat(fixture.pollUntil(done)).isEqualTo(Completion.AGAIN);
    assertThat(sys.reads).isEqualTo(before);
    assertThat(pair.server().readable(new Recorder())).isZero();
    assertThat(fixture.receive(pair.server(), 4)).isEqualTo("x");
  }

  @Test
  void aWaitForReadabilitySeesWhatCameBeforeTheRegistration() throws IOException {
    ListenHandle listener = fixture.listener(Network.TCP);
    EpollStreamHandle client = fixture.stream(Network.TCP);
    var address = listener.localAddress();
    assertThat(fixture.run(done -> client.connect(address, done))).isZero();
    fixture.send(client, "early");
    EpollStreamHandle server = fixture.accept(listener);

    // what is there makes an event when the socket is registered: there is nothing to ask
    Recorder done = new Recorder();
    assertThat(server.readable(done)).isEqualTo(Completion.PENDING);
    assertThat(fixture.pollUntil(done)).isEqualTo(Completion.AGAIN);
    assertThat(server.readable(new Recorder())).isZero();
    assertThat(fixture.receive(server, 16)).isEqualTo("early");
  }

  @Test
  void aResetIsNoticedWhilePausedAndLeftForTheRead() throws IOException {
    Pair pair = fixture.pair(Network.TCP);
    Recorder done = new Recorder();
    assertThat(pair.server().readable(done)).isEqualTo(Completion.PENDING);
    pair.client().setOption(StandardSocketOptions.SO_LINGER, 0);
    fixture.close(pair.client());

    assertThat(fixture.pollUntil(done)).isEqualTo(Completion.AGAIN);
    assertThat(pair.server().readable(new Recorder())).isZero();
    assertThat(pair.server().read(ByteBuffer.allocateDirect(4), new Recorder()))
        .isEqualTo(-Errno.ECONNRESET.number());
  }

  @Test
  void aResetThatNobodyWaitedForIsLeftForTheRead() throws IOException {
    ListenHandle listener = fixture.listener(Network.TCP);
    EpollStreamHandle client = fixture.stream(Network.TCP);
    var address = listener.localAddress();
    assertThat(fixture.run(done -> client.connect(address, done))).isZero();
    EpollStreamHandle server = fixture.accept(listener);
    client.setOption(StandardSocketOptions.SO_LINGER, 0);
    fixture.close(client);

    Recorder done = new Recorder();
    assertThat(server.readable(done)).isEqualTo(Completion.PENDING);
    assertThat(fixture.pollUntil(done)).isEqualTo(Completion.AGAIN);
    assertThat(server.readable(new Recorder())).isZero();
    assertThat(server.read(ByteBuffer.allocateDirect(4), new Recorder()))
        .isEqualTo(-Errno.ECONNRESET.number());
  }

  @Test
  void aWaitForReadabilitySeesAnEventThatCameBeforeIt() throws IOException {
    Pair pair = fixture.pair(Network.TCP);
    fixture.send(pair.client(), "x");
    Recorder other = new Recorder();
    assertThat(pair.client().readable(other)).isEqualTo(Completion.PENDING);
    fixture.send(pair.server(), "y");
    // by the time that the client has heard of its byte, the server has, too
    assertThat(fixture.pollUntil(other)).isEqualTo(Completion.AGAIN);

    int polls = sys.polls;
    assertThat(pair.server().readable(new Recorder())).isZero();
    assertThat(sys.polls).isEqualTo(polls);
    assertThat(fixture.receive(pair.server(), 4)).isEqualTo("x");
  }

  @Test
  void aResetBehindAFullReadIsLeftForTheNextOne() throws IOException {
    Pair pair = fixture.pair(Network.TCP);
    fixture.send(pair.client(), "full");
    assertThat(fixture.receive(pair.server(), 4)).isEqualTo("full");
    pair.client().setOption(StandardSocketOptions.SO_LINGER, 0);
    fixture.close(pair.client());

    // no event has been fetched: the kernel is asked, in a way that leaves the error where it is
    assertThat(pair.server().readable(new Recorder())).isZero();
    assertThat(pair.server().read(ByteBuffer.allocateDirect(4), new Recorder()))
        .isEqualTo(-Errno.ECONNRESET.number());
  }

  @Test
  void aShutdownDirectionHasAResultAtOnce() throws IOException {
    Pair pair = fixture.pair(Network.TCP);
    Recorder reading = Fixture.waitingRead(pair.server());

    pair.server().shutdown(Direction.READ);
    pair.server().shutdown(Direction.WRITE);

    assertThat(reading.result()).isEqualTo(Completion.AGAIN);
    assertThat(pair.server().read(ByteBuffer.allocateDirect(1), new Recorder())).isZero();
    assertThat(pair.server().write(Fixture.bytes("x"), new Recorder()))
        .isEqualTo(-Errno.EPIPE.number());
  }

  @Test
  void aWriterThatFilledTheSocketIsToldOnceThereIsSpace() throws IOException {
    Pair pair = fixture.pair(Network.TCP);
    ByteBuffer block = ByteBuffer.allocateDirect(1 << 20);
    Recorder done = new Recorder();
    long sent = 0;
    int result = pair.client().write(block, done);
    for (; result != Completion.PENDING; result = pair.client().write(block, done)) {
      assertThat(result).isPositive();
      sent += result;
    }
    int writes = sys.writes;
    ByteBuffer room = ByteBuffer.allocateDirect(1 << 20);
    while (sent > 0) {
      sent -= fixture.run(reading -> pair.server().read(room, reading));
    }

    assertThat(fixture.pollUntil(done)).isEqualTo(Completion.AGAIN);
    assertThat(sys.writes).isEqualTo(writes);
    assertThat(pair.client().write(Fixture.bytes("x"), new Recorder())).isOne();
  }

  @Test
  void aGatheringWriteTakesAsManyBuffersAsTheKernelDoes() throws IOException {
    Pair pair = fixture.pair(Network.TCP);
    ByteBuffer[] parts = new ByteBuffer[1500];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = Fixture.bytes("" + (char) ('a' + i % 26));
    }

    int sent = pair.client().write(parts, 3, parts.length, new Recorder());

    assertThat(sent).isEqualTo(1024);
    assertThat(fixture.receive(pair.server(), 4)).isEqualTo("defg");
    assertThat(parts).allSatisfy(part -> assertThat(part.position()).isZero());
  }

  @Test
  void aGatheringWriteOfAPacketIsOneMessageAndAnEmptyOneToo() throws IOException {
    Pair pair = fixture.pair(Network.UNIXPACKET);
    ByteBuffer[] parts = {Fixture.bytes("a"), Fixture.bytes(""), Fixture.bytes("bc")};

    assertThat(pair.client().write(parts, 0, 3, new Recorder())).isEqualTo(3);
    assertThat(pair.client().write(Fixture.bytes(""), new Recorder())).isZero();
    assertThat(pair.client().write(Fixture.bytes("d"), new Recorder())).isOne();

    fixture.settle();
    assertThat(fixture.receive(pair.server(), 16)).isEqualTo("abc");
    assertThat(pair.server().read(ByteBuffer.allocateDirect(4), new Recorder())).isZero();
    assertThat(fixture.receive(pair.server(), 16)).isEqualTo("d");
  }
}
