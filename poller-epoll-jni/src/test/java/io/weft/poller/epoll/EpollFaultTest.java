package io.weft.poller.epoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.weft.Network;
import io.weft.poller.epoll.Fixture.Pair;
import io.weft.poller.epoll.Fixture.Recorder;
import io.weft.spi.Completion;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import io.weft.spi.ListenHandle;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Goal: whatever the kernel says, nothing is lost, nothing hangs and nothing stays open. */
class EpollFaultTest {
  private static final long WAIT_NANOS = 1_000_000_000L;
  private static final int ENOSPC = Errno.ENOSPC.number();

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

  /** Every other call is interrupted before it did anything. */
  private static final class Interruptions {
    private boolean turn;
    private int count;

    FaultyNative.Fault some() {
      return real -> interrupts() ? -Errno.EINTR.number() : real.getAsInt();
    }

    FaultyNative.LongFault someLong() {
      return real -> interrupts() ? -Errno.EINTR.number() : real.getAsLong();
    }

    private boolean interrupts() {
      turn = !turn;
      count += turn ? 1 : 0;
      return turn;
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Network.class,
      names = {"TCP", "UNIX", "UNIXPACKET"})
  void interruptedCallsAreMadeAgain(Network network) throws IOException {
    Interruptions interruptions = new Interruptions();
    sys.accept = interruptions.someLong();
    sys.recv = interruptions.some();
    sys.recvmsg = interruptions.someLong();
    sys.send = interruptions.some();
    sys.sendmsg = interruptions.some();
    sys.epollWaitNanos = interruptions.some();

    Pair pair = fixture.pair(network);
    for (int round = 0; round < 5; round++) {
      fixture.send(pair.client(), "ping");
      assertThat(fixture.receive(pair.server(), 16)).isEqualTo("ping");
      ByteBuffer[] parts = {Fixture.bytes("po"), Fixture.bytes("ng")};
      assertThat(fixture.run(done -> pair.server().write(parts, 0, 2, done))).isEqualTo(4);
      assertThat(fixture.receive(pair.client(), 16)).isEqualTo("pong");
    }
    assertThat(interruptions.count).isGreaterThan(20);
  }

  @Test
  void anInterruptedLookTellsNothing() throws IOException {
    Pair pair = fixture.pair(Network.TCP);
    Interruptions interruptions = new Interruptions();
    sys.poll = interruptions.some();
    Recorder done = new Recorder();
    // a read that is filled says that there may be more
    fixture.send(pair.client(), "full");
    assertThat(fixture.receive(pair.server(), 4)).isEqualTo("full");

    assertThat(pair.server().readable(done)).isEqualTo(Completion.PENDING);

    assertThat(interruptions.count).isOne();
    fixture.send(pair.client(), "x");
    assertThat(fixture.pollUntil(done)).isEqualTo(Completion.AGAIN);
  }

  @Test
  void anInterruptedConnectGoesOn() throws IOException {
    ListenHandle listener = fixture.listener(Network.TCP);
    SocketAddress address = listener.localAddress();
    EpollStreamHandle client = fixture.stream(Network.TCP);
    sys.connect =
        real -> {
          assertThat(real.getAsInt()).isEqualTo(-Errno.EINPROGRESS.number());
          return -Errno.EINTR.number();
        };

    assertThat(fixture.run(done -> client.connect(address, done))).isZero();
    fixture.send(client, "x");
    assertThat(fixture.receive(fixture.accept(listener), 1)).isEqualTo("x");
  }

  @Test
  void anEventIsNoProofOfAConnection() throws IOException {
    ListenHandle listener = fixture.listener(Network.TCP);
    SocketAddress address = listener.localAddress();
    EpollStreamHandle client = fixture.stream(Network.TCP);
    Recorder done = new Recorder();
    assertThat(client.connect(address, done)).isEqualTo(Completion.PENDING);

    sys.getsockopt = real -> Errno.EINPROGRESS.number();
    assertThat(fixture.pollUntil(done)).isEqualTo(Completion.AGAIN);
    Recorder second = new Recorder();
    assertThat(client.connect(address, second)).isEqualTo(Completion.PENDING);

    sys.getsockopt = real -> real.getAsLong();
    sys.getpeername = real -> -Errno.ENOTCONN.number();
    client.ready(EpollPoller.OUT);
    Recorder third = new Recorder();
    assertThat(client.connect(address, third)).isEqualTo(Completion.PENDING);

    sys.getpeername = real -> real.getAsInt();
    client.ready(EpollPoller.OUT);
    assertThat(third.result()).isEqualTo(Completion.AGAIN);
    assertThat(client.connect(address, new Recorder())).isZero();
    assertThat(client.remoteAddress()).isEqualTo(address);
  }

  @ParameterizedTest
  @EnumSource(
      value = Errno.class,
      names = {"ECONNABORTED", "EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"})
  void aFailedAcceptLosesNoConnectionAndNeedsNoFurtherEvent(Errno errno) throws IOException {
    ListenHandle listener = fixture.listener(Network.TCP);
    EpollStreamHandle client = fixture.stream(Network.TCP);
    SocketAddress address = listener.localAddress();
    assertThat(fixture.run(done -> client.connect(address, done))).isZero();
    fixture.settle();
    sys.accept = real -> -errno.number();
    assertThat(listener.accept(new Recorder())).isEqualTo(-errno.number());

    sys.accept = real -> real.getAsLong();
    assertThat(listener.accept(new Recorder())).isZero();
    fixture.close(listener.accepted(fixture.poller));
  }

  @Test
  void shortWritesGoOnWithoutAnEvent() throws IOException {
    Pair pair = fixture.pair(Network.TCP);
    sys.sendBytesMax = 3;
    sys.epollWaitNanos = real -> 0;

    fixture.send(pair.client(), "ten bytes!");

    assertThat(sys.writes).isEqualTo(4);
    sys.epollWaitNanos = real -> real.getAsInt();
    assertThat(fixture.receive(pair.server(), 16)).isEqualTo("ten bytes!");
  }

  @Test
  void readinessThatIsNoneOnlyCostsAnAttempt() throws IOException {
    Pair pair = fixture.pair(Network.TCP);
    for (int round = 0; round < 3; round++) {
      Recorder done = Fixture.waitingRead(pair.server());
      pair.server().ready(EpollPoller.IN | EpollPoller.OUT);
      assertThat(done.result()).isEqualTo(Completion.AGAIN);
    }
    ListenHandle listener = fixture.listener(Network.TCP);
    Recorder accepting = new Recorder();
    assertThat(listener.accept(accepting)).isEqualTo(Completion.PENDING);
    ((EpollHandle) listener).ready(EpollPoller.IN);
    assertThat(accepting.result()).isEqualTo(Completion.AGAIN);
    assertThat(listener.accept(new Recorder())).isEqualTo(Completion.PENDING);

    fixture.send(pair.client(), "x");
    assertThat(fixture.receive(pair.server(), 1)).isEqualTo("x");
  }

  @Test
  void anErrorEventWithoutAnErrorDoesNotSpin() throws IOException {
    Pair pair = fixture.pair(Network.TCP);
    Recorder done = Fixture.waitingRead(pair.server());
    int before = sys.reads;
    pair.server().ready(EpollPoller.IN | EpollPoller.ENDED);
    assertThat(done.result()).isEqualTo(Completion.AGAIN);

    Fixture.waitingRead(pair.server());

    assertThat(sys.reads).isEqualTo(before + 1);
  }

  @Test
  void anEventOfAClosedDescriptorDoesNotReachTheNextOneOfThatNumber() throws IOException {
    Pair pair = fixture.pair(Network.TCP);
    int fd = pair.server().socket.fd();
    long key = pair.server().key;
    // so that no lower number is free
    while (fixture.stream(Network.TCP).socket.fd() < fd) {
      assertThat(sys.open).isLessThan(100);
    }
    fixture.send(pair.client(), "x");
    Recorder accepting = new Recorder();
    sys.epollWaitNanos =
        real -> {
          int count = real.getAsInt();
          if (count > 0 && accepting.result() == Completion.PENDING) {
            sys.epollWaitNanos = again -> again.getAsInt();
            // between the wait and the delivery
            fixture.close(pair.server());
            EpollListenHandle reuser = listenerNow();
            assertThat(reuser.socket.fd()).isEqualTo(fd);
            assertThat((int) reuser.key).as("its place in the table").isEqualTo((int) key);
            assertThat(reuser.accept(accepting)).isEqualTo(Completion.PENDING);
          }
          return count;
        };

    fixture.poll(WAIT_NANOS);
    fixture.settle();

    assertThat(accepting.result()).isEqualTo(Completion.PENDING);
  }

  private EpollListenHandle listenerNow() {
    try {
      return (EpollListenHandle) fixture.listener(Network.TCP);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aRefusedRegistrationIsToldAndLeavesNothingOpen() throws IOException {
    ListenHandle listener = fixture.listener(Network.TCP);
    EpollStreamHandle client = fixture.stream(Network.TCP);
    SocketAddress address = listener.localAddress();
    assertThat(fixture.run(done -> client.connect(address, done))).isZero();
    int open = sys.open;
    sys.epollAdd =
        real -> {
          sys.registrations--;
          return -ENOSPC;
        };

    assertThat(fixture.run(listener::accept)).isZero();
    assertThatExceptionOfType(ErrnoException.class)
        .isThrownBy(() -> listener.accepted(fixture.poller))
        .satisfies(e -> assertThat(e.errno()).isEqualTo(ENOSPC));
    assertThat(sys.open).isEqualTo(open);
    assertThatIOException().isThrownBy(() -> fixture.listener(Network.TCP));
    EpollStreamHandle second = fixture.stream(Network.TCP);
    assertThat(second.connect(address, new Recorder())).isEqualTo(-ENOSPC);
  }

  @Test
  void aSocketThatCannotBeSetUpIsClosed() {
    sys.setsockopt = real -> -Errno.EPERM.number();
    int open = sys.open;

    assertThatIOException().isThrownBy(() -> fixture.poller.stream(Network.TCP6));

    assertThat(sys.open).isEqualTo(open);
  }

  @Test
  void afterTheEndOfThePollerOperationsAreCanceledAndHandlesOnlyClose() throws IOException {
    Fixture other = new Fixture();
    ListenHandle listener = fixture.listener(Network.TCP);
    SocketAddress address = listener.localAddress();
    EpollStreamHandle client = other.stream(Network.TCP);
    EpollStreamHandle late = other.stream(Network.TCP);
    assertThat(other.run(done -> client.connect(address, done))).isZero();
    Recorder reading = Fixture.waitingRead(client);

    other.poller.close();

    assertThat(reading.result()).isEqualTo(Completion.CANCELED);
    assertThat(client.readable(new Recorder())).isEqualTo(Completion.CANCELED);
    assertThat(late.connect(address, new Recorder())).isEqualTo(Completion.CANCELED);
    assertThat(fixture.run(listener::accept)).isZero();
    int open = sys.open;
    assertThatIOException().isThrownBy(() -> listener.accepted(other.poller));
    assertThat(sys.open).as("descriptors of the listener's poller").isEqualTo(open - 1);
    assertThatIOException().isThrownBy(() -> other.poller.poll(0));
    other.poller.wakeup();
    assertThat(other.sys.wakeups).isZero();
    other.sys.registrations--;
    other.close();
  }

  @Test
  void optionsOfOneIntAndOfTwoGoBothWays() throws IOException {
    EpollStreamHandle stream = fixture.stream(Network.TCP);

    stream.setOption(StandardSocketOptions.SO_LINGER, 7);
    stream.setOption(StandardSocketOptions.SO_KEEPALIVE, true);

    assertThat(stream.getOption(StandardSocketOptions.SO_LINGER)).isEqualTo(7);
    assertThat(stream.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
    stream.setOption(StandardSocketOptions.SO_LINGER, -1);
    assertThat(stream.getOption(StandardSocketOptions.SO_LINGER)).isEqualTo(-1);
    EpollStreamHandle unix = fixture.stream(Network.UNIX);
    assertThatExceptionOfType(ErrnoException.class)
        .isThrownBy(() -> unix.getOption(StandardSocketOptions.TCP_NODELAY))
        .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EOPNOTSUPP.number()));
  }
}
