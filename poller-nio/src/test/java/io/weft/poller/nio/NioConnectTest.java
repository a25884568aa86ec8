package io.weft.poller.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.Network;
import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import io.weft.spi.ListenHandle;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Goal: listening, connecting and accepting on every network that the adapter has. */
class NioConnectTest {
  private static final SocketAddress UNNAMED = UnixDomainSocketAddress.of("@");

  @TempDir Path folder;
  private Fixture fixture;

  @BeforeEach
  void open() throws IOException {
    fixture = new Fixture();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @ParameterizedTest
  @EnumSource(value = Network.class, mode = Mode.EXCLUDE, names = "UNIXPACKET")
  void connectsAcceptsAndKnowsItsAddresses(Network network) throws IOException {
    SocketAddress anywhere =
        network == Network.TCP6
            ? new InetSocketAddress("::1", 0)
            : Fixture.anywhere(network, folder);
    ListenHandle listener = fixture.listener(network, anywhere, 16);
    Recorder accepting = new Recorder();
    assertThat(listener.accept(accepting)).isEqualTo(Completion.PENDING);

    StreamHandle client = fixture.stream(network);
    SocketAddress address = listener.localAddress();
    assertThat(fixture.run(done -> client.connect(address, done))).isZero();
    assertThat(fixture.pollUntil(accepting)).isEqualTo(Completion.AGAIN);
    StreamHandle server = fixture.accept(listener);

    assertThat(client.remoteAddress()).isEqualTo(address);
    assertThat(server.localAddress()).isEqualTo(address);
    assertThat(server.remoteAddress()).isEqualTo(client.localAddress());
    if (network.isTcp()) {
      assertThat(((InetSocketAddress) address).getPort()).isPositive();
    } else {
      assertThat(client.localAddress()).isEqualTo(UNNAMED);
    }
  }

  @Test
  void acceptedConnectionIsServedByThePollerThatOwnsIt() throws IOException {
    ListenHandle listener = tcpListener(16);
    StreamHandle client = fixture.stream(Network.TCP);
    SocketAddress address = listener.localAddress();
    assertThat(fixture.run(done -> client.connect(address, done))).isZero();
    try (Fixture other = new Fixture()) {
      assertThat(fixture.run(listener::accept)).isZero();
      StreamHandle server = listener.accepted(other.poller);
      Recorder done = new Recorder();
      assertThat(server.read(ByteBuffer.allocateDirect(8), done)).isEqualTo(Completion.PENDING);
      assertThat(fixture.run(d -> client.write(Fixture.bytes("x"), d))).isOne();

      fixture.settle();
      assertThat(done.count()).isZero();
      assertThat(other.pollUntil(done)).isEqualTo(Completion.AGAIN);
      assertThat(server.read(ByteBuffer.allocateDirect(8), new Recorder())).isOne();
      other.close(server);
    }
  }

  @Test
  void acceptForAClosedPollerFailsAndClosesTheConnection() throws IOException {
    ListenHandle listener = tcpListener(16);
    StreamHandle client = fixture.stream(Network.TCP);
    SocketAddress address = listener.localAddress();
    assertThat(fixture.run(done -> client.connect(address, done))).isZero();
    Fixture other = new Fixture();
    other.close();
    assertThat(fixture.run(listener::accept)).isZero();

    assertThatThrownBy(() -> listener.accepted(other.poller)).isInstanceOf(ErrnoException.class);

    ByteBuffer buffer = ByteBuffer.allocateDirect(8);
    assertThat(fixture.run(done -> client.read(buffer, done))).isZero();
  }

  @Test
  void everyConnectionOfABurstIsAcceptedWithoutAnotherEvent() throws IOException {
    ListenHandle listener = tcpListener(16);
    SocketAddress address = listener.localAddress();
    for (int i = 0; i < 5; i++) {
      StreamHandle client = fixture.stream(Network.TCP);
      assertThat(fixture.run(done -> client.connect(address, done))).isZero();
    }
    fixture.accept(listener);

    for (int i = 1; i < 5; i++) {
      assertThat(listener.accept(new Recorder())).isZero();
      fixture.close(listener.accepted(fixture.poller));
    }
    Recorder done = new Recorder();
    assertThat(listener.accept(done)).isEqualTo(Completion.PENDING);
    listener.cancel(Direction.READ);
    assertThat(done.result()).isEqualTo(Completion.CANCELED);
  }

  @Test
  void connectToAPortWithoutListenerIsRefused() throws IOException {
    ListenHandle listener = tcpListener(16);
    SocketAddress gone = listener.localAddress();
    fixture.close(listener);

    StreamHandle client = fixture.stream(Network.TCP);
    assertThat(fixture.run(done -> client.connect(gone, done)))
        .isEqualTo(-Errno.ECONNREFUSED.number());
  }

  @Test
  void connectToAMissingUnixPathTellsSo() throws IOException {
    StreamHandle client = fixture.stream(Network.UNIX);
    SocketAddress missing = UnixDomainSocketAddress.of(folder.resolve("missing"));

    assertThat(client.connect(missing, new Recorder())).isEqualTo(-Errno.ENOENT.number());
  }

  @Test
  void connectToAnAddressOfTheOtherFamilyTellsSo() throws IOException {
    StreamHandle client = fixture.stream(Network.TCP4);

    assertThat(client.connect(new InetSocketAddress("::1", 1), new Recorder()))
        .isEqualTo(-Errno.EAFNOSUPPORT.number());
  }

  @Test
  void connectToAFullUnixQueueIsEagainAtOnce() throws IOException {
    ListenHandle listener = fixture.listener(Network.UNIX, unixAddress(), 1);
    int connected = 0;
    int result = 0;
    while (result == 0 && connected < 10) {
      StreamHandle client = fixture.stream(Network.UNIX);
      Recorder done = new Recorder();
      result = client.connect(listener.localAddress(), done);
      connected++;
      assertThat(done.count()).isZero();
    }

    assertThat(result).isEqualTo(-Errno.EAGAIN.number());
    assertThat(connected).isGreaterThan(1);
  }

  @Test
  void connectToAFullTcpQueuePendsUntilThereIsRoom() throws IOException {
    ListenHandle listener = tcpListener(1);
    SocketAddress address = listener.localAddress();
    StreamHandle client = fixture.stream(Network.TCP);
    Recorder done = new Recorder();
    int clients = 1;
    while (connected(client, address, done)) {
      assertThat(clients++).isLessThan(10);
      client = fixture.stream(Network.TCP);
      done = new Recorder();
    }

    for (int i = 1; i < clients; i++) {
      fixture.accept(listener);
    }

    assertThat(fixture.pollUntil(done)).isEqualTo(Completion.AGAIN);
    StreamHandle late = client;
    assertThat(fixture.run(next -> late.connect(address, next))).isZero();
    StreamHandle server = fixture.accept(listener);
    assertThat(server.remoteAddress()).isEqualTo(client.localAddress());
    // a bit for connect that stayed in the key would keep the selector from waiting
    fixture.settle();
    Recorder reading = new Recorder();
    assertThat(late.read(ByteBuffer.allocateDirect(1), null)).isEqualTo(-Errno.EAGAIN.number());
    assertThat(late.read(ByteBuffer.allocateDirect(1), reading)).isEqualTo(Completion.PENDING);
    assertThat(fixture.run(next -> server.write(Fixture.bytes("x"), next))).isOne();
    assertThat(fixture.pollUntil(reading)).isEqualTo(Completion.AGAIN);
  }

  @Test
  void pendingConnectCanBeCanceled() throws IOException {
    ListenHandle listener = tcpListener(1);
    SocketAddress address = listener.localAddress();
    StreamHandle client = fixture.stream(Network.TCP);
    Recorder done = new Recorder();
    int clients = 1;
    while (connected(client, address, done)) {
      assertThat(clients++).isLessThan(10);
      client = fixture.stream(Network.TCP);
      done = new Recorder();
    }

    client.cancel(Direction.WRITE);

    assertThat(done.result()).isEqualTo(Completion.CANCELED);
    fixture.close(client);
    assertThat(done.count()).isOne();
  }

  /** Connects; false when it stays pending, though what was on its way has arrived. */
  private boolean connected(StreamHandle client, SocketAddress address, Recorder done) {
    int result = client.connect(address, done);
    if (result == Completion.PENDING) {
      fixture.settle();
      if (done.count() == 0) {
        return false;
      }
      assertThat(done.result()).isEqualTo(Completion.AGAIN);
      result = client.connect(address, new Recorder());
    }
    assertThat(result).isZero();
    return true;
  }

  @Test
  void listenOnAUsedAddressTellsSo() throws IOException {
    ListenHandle tcp = tcpListener(16);
    ListenHandle unix = fixture.listener(Network.UNIX, unixAddress(), 16);

    assertErrno(Errno.EADDRINUSE, Network.TCP, tcp.localAddress());
    assertErrno(Errno.EADDRINUSE, Network.UNIX, unix.localAddress());
    assertErrno(
        Errno.ENOENT, Network.UNIX, UnixDomainSocketAddress.of(folder.resolve("none/socket")));
    assertErrno(
        Errno.EINVAL, Network.UNIX, UnixDomainSocketAddress.of(folder.resolve("x".repeat(120))));
    assertErrno(Errno.EADDRNOTAVAIL, Network.TCP4, new InetSocketAddress("192.0.2.1", 0));
  }

  private void assertErrno(Errno errno, Network network, SocketAddress address) {
    assertThatThrownBy(() -> fixture.listener(network, address, 16))
        .isInstanceOfSatisfying(
            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(errno.number()));
  }

  @Test
  void localAddressOfAConnectionCanBeChosen() throws IOException {
    ListenHandle listener = tcpListener(16);
    StreamHandle client = fixture.stream(Network.TCP4);
    client.bind(new InetSocketAddress("127.0.0.2", 0));
    SocketAddress address = listener.localAddress();

    assertThat(fixture.run(done -> client.connect(address, done))).isZero();
    assertThat(((InetSocketAddress) client.localAddress()).getHostString()).isEqualTo("127.0.0.2");
  }

  @Test
  void whatTheAdapterLacksIsNamed() throws IOException {
    ListenHandle listener = fixture.poller.listener(Network.UNIX);
    StreamHandle stream = fixture.stream(Network.UNIX);
    SocketAddress name = UnixDomainSocketAddress.of("@name");

    assertThatThrownBy(() -> fixture.poller.stream(Network.UNIXPACKET))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContainingAll("unixpacket", "nio", "epoll");
    assertThatThrownBy(() -> fixture.poller.listener(Network.UNIXPACKET))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> listener.listen(name, 1))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContainingAll("abstract", "nio", "epoll");
    assertThatThrownBy(() -> listener.listen(UnixDomainSocketAddress.of(""), 1))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> stream.connect(name, new Recorder()))
        .isInstanceOf(UnsupportedOperationException.class);
    fixture.close(listener);
  }

  @Test
  void addressesBeforeBindAndConnectAreErrors() throws IOException {
    StreamHandle client = fixture.stream(Network.TCP);

    assertThatThrownBy(client::remoteAddress).hasMessageContaining("ENOTCONN");
    assertThatThrownBy(client::localAddress).hasMessageContaining("EINVAL");
    assertThatThrownBy(() -> client.shutdown(Direction.READ)).hasMessageContaining("ENOTCONN");
    ByteBuffer buffer = ByteBuffer.allocateDirect(1);
    assertThat(client.read(buffer, new Recorder())).isEqualTo(-Errno.ENOTCONN.number());
  }

  private ListenHandle tcpListener(int backlogMax) throws IOException {
    return fixture.listener(Network.TCP, Fixture.anywhere(Network.TCP, folder), backlogMax);
  }

  private SocketAddress unixAddress() {
    return Fixture.anywhere(Network.UNIX, folder);
  }
}
