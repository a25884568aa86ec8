package io.weft.tck;

import static io.weft.Network.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.Listener;
import io.weft.NetError;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Goal: an interrupt ends a call, whether it came before or during it; the flag stays, and the
 * connection or listener is as usable as before.
 */
@Tck
class InterruptTck {
  private static final int LARGE_BYTES = 32 * 1024 * 1024;

  /** Runs a call that an interrupt has to end; the flag must then still be set. */
  private static <T extends @Nullable Object> Callable<Throwable> ends(Callable<T> call) {
    return () -> {
      T result;
      try {
        result = call.call();
      } catch (InterruptedIOException e) {
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        return e;
      }
      throw new AssertionError("not interrupted, but returned " + result);
    };
  }

  private static <T extends @Nullable Object> Callable<Throwable> endsAtOnce(Callable<T> call) {
    return () -> {
      Thread.currentThread().interrupt();
      return ends(call).call();
    };
  }

  @TckTest
  void anInterruptBeforeAReadEndsIt(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    ByteBuffer buffer = ByteBuffer.allocate(8);
    // data that is there is left there
    pair.server().write(new byte[] {1});
    net.start(conn, conn::awaitReadable).join();
    Expect.interrupted(net.start(conn, endsAtOnce(() -> conn.read(buffer))).join());
    assertThat(buffer.position()).isZero();
    Expect.interrupted(
        net.start(
                conn,
                endsAtOnce(
                    () -> {
                      conn.awaitReadable();
                      return true;
                    }))
            .join());
    assertThat(Traffic.readFully(conn, 1)).containsExactly(1);
    net.start(conn, () -> Traffic.roundTrip(conn, pair.server())).join();
  }

  @TckTest
  void anInterruptEndsABlockedReader(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    ByteBuffer buffer = ByteBuffer.allocateDirect(8);
    Task<Throwable> reader = net.start(conn, ends(() -> conn.read(buffer))).awaitParked();
    reader.interrupt();
    Throwable thrown = reader.join();
    Expect.interrupted(thrown);
    assertThat(((InterruptedIOException) thrown).bytesTransferred).isZero();
    assertThat(((NetError) thrown).op()).isEqualTo("read");
    assertThat(buffer.position()).isZero();
    net.start(conn, () -> Traffic.roundTrip(conn, pair.server())).join();
  }

  @TckTest
  void anInterruptEndsWhoeverWaitsForReadability(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    Task<Throwable> waiter =
        net.start(
            conn,
            ends(
                () -> {
                  conn.awaitReadable();
                  return true;
                }));
    waiter.awaitParked().interrupt();
    Expect.interrupted(waiter.join());
    net.start(conn, () -> Traffic.roundTrip(conn, pair.server())).join();
  }

  @TckTest
  void anInterruptedReaderLosesNoData(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    for (int round = 0; round < 50; round++) {
      byte sent = (byte) round;
      Task<Integer> reader = net.start(conn, () -> readOrMinusTwo(conn, sent));
      reader.awaitParked();
      pair.server().write(new byte[] {sent});
      reader.interrupt();
      if (reader.join() == -2) {
        assertThat(Traffic.readFully(conn, 1)).containsExactly(sent);
      }
    }
  }

  private static int readOrMinusTwo(Conn conn, byte expected) throws Exception {
    byte[] one = new byte[1];
    try {
      int n = conn.read(one);
      assertThat(one[0]).isEqualTo(expected);
      return n;
    } catch (InterruptedIOException e) {
      return -2;
    }
  }

  @TckTest
  void anInterruptBeforeAWriteEndsIt(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    ByteBuffer buffer = ByteBuffer.allocate(8);
    Throwable thrown = net.start(conn, endsAtOnce(() -> conn.write(buffer))).join();
    Expect.interrupted(thrown);
    assertThat(((InterruptedIOException) thrown).bytesTransferred).isZero();
    assertThat(buffer.position()).isZero();
    net.start(conn, () -> Traffic.roundTrip(conn, pair.server())).join();
  }

  @TckTest
  void anInterruptEndsABlockedWriterWhichTellsWhatWentOut(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    ByteBuffer[] sources = {ByteBuffer.allocate(100), ByteBuffer.allocate(LARGE_BYTES)};
    Task<Throwable> writer = net.start(conn, ends(() -> conn.write(sources))).awaitParked();
    writer.interrupt();
    Throwable thrown = writer.join();
    Expect.interrupted(thrown);
    int taken = sources[0].position() + sources[1].position();
    assertThat(((InterruptedIOException) thrown).bytesTransferred).isEqualTo(taken);
    assertThat(taken).isPositive().isLessThan(LARGE_BYTES);
    Task<byte[]> reader = net.start(pair.server(), () -> Traffic.readFully(pair.server(), taken));
    reader.join();
    net.start(conn, () -> Traffic.roundTrip(conn, pair.server())).join();
  }

  @TckTest
  void anInterruptEndsAQueuedReaderAndLeavesTheFirst(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    Task<Integer> first = net.start(conn, () -> conn.read(new byte[1])).awaitParked();
    Task<Throwable> queued = net.start(conn, ends(() -> conn.read(new byte[1]))).awaitParked();
    queued.interrupt();
    Expect.interrupted(queued.join());
    assertThat(first.isDone()).isFalse();
    pair.server().write(new byte[1]);
    assertThat(first.join()).isEqualTo(1);
  }

  @TckTest
  void anInterruptBeforeAnAcceptEndsIt(TestingNet net) throws Exception {
    Listener listener = net.listen();
    Conn client = net.dial(listener);
    Expect.interrupted(net.start(endsAtOnce(listener::accept)).join());
    Traffic.roundTrip(client, net.start(listener::accept).join());
  }

  @TckTest
  void anInterruptEndsABlockedAcceptAndLeavesTheListenerOpen(TestingNet net) throws Exception {
    Listener listener = net.listen();
    Task<Throwable> accept = net.start(ends(listener::accept)).awaitParked();
    accept.interrupt();
    Throwable thrown = accept.join();
    Expect.interrupted(thrown);
    assertThat(((NetError) thrown).op()).isEqualTo("accept");
    assertThat(listener.isOpen()).isTrue();
    Conn client = net.dial(listener);
    Traffic.roundTrip(client, net.start(listener::accept).join());
  }

  @TckTest
  void anInterruptBeforeADialEndsIt(TestingNet net) throws Exception {
    Listener listener = net.listen();
    Expect.interrupted(net.start(endsAtOnce(() -> net.dial(listener))).join());
    assertThat(net.start(() -> net.dial(listener)).join().isOpen()).isTrue();
  }

  @TckTest(networks = TCP)
  @Case("D05")
  void anInterruptEndsADialThatNobodyAnswers(TestingNet net) throws Exception {
    try (ServerSocketChannel full = ServerSocketChannel.open()) {
      full.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 1);
      String address = "127.0.0.1:" + ((InetSocketAddress) full.getLocalAddress()).getPort();
      List<Conn> queued = fillQueue(net, address);
      int sockets = Resources.openSockets();
      Task<Throwable> dial = net.start(ends(() -> net.net().dial("tcp", address)));
      dial.awaitParked().interrupt();
      Throwable thrown = dial.join();
      Expect.interrupted(thrown);
      assertThat(((NetError) thrown).op()).isEqualTo("dial");
      assertThat(Resources.openSockets()).as("nothing is left open").isEqualTo(sockets);
      queued.forEach(Conn::close);
    }
  }

  @TckTest
  @Case("D06")
  void anInterruptAfterADialLeavesTheConnectionAlone(TestingNet net) throws Exception {
    Listener listener = net.listen();
    DialConfig config = DialConfig.DEFAULT.withTimeout(Duration.ofMillis(300));
    String address = TestingNet.addressOf(listener);
    Task<Conn> dial =
        net.start(
            () -> {
              Conn conn = net.net().dial(net.network().toString(), address, config);
              Thread.currentThread().interrupt();
              // the flag belongs to whoever calls next
              assertThat(Thread.interrupted()).isTrue();
              return conn;
            });
    Conn client = dial.join();
    Conn server = net.start(listener::accept).join();
    Task<@Nullable Void> echo = net.start(server, () -> Traffic.echo(server));
    // a dial's timeout, too, ends with the dial
    Task<Integer> reader = net.start(client, () -> client.read(new byte[1])).awaitParked();
    Await.elapse(Duration.ofMillis(310));
    assertThat(reader.isDone()).isFalse();
    client.write(new byte[1]);
    assertThat(reader.join()).isEqualTo(1);
    net.start(client, () -> Traffic.echoRoundTrip(client)).join();
    client.closeWrite();
    echo.join();
    server.close();
    assertThat(net.start(client, () -> client.read(new byte[1])).join()).isEqualTo(-1);
  }

  /** Dials until the kernel's queue is full, from when on it does not answer. */
  static List<Conn> fillQueue(TestingNet net, String address) throws Exception {
    DialConfig config = DialConfig.DEFAULT.withTimeout(Duration.ofMillis(300));
    List<Conn> queued = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      try {
        queued.add(net.start(() -> net.net().dial("tcp", address, config)).join());
      } catch (SocketTimeoutException e) {
        return queued;
      }
    }
    throw new AssertionError("a listener with a queue of one has taken " + queued.size());
  }
}
