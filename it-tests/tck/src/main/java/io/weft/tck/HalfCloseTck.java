package io.weft.tck;

import static io.weft.Network.TCP;
import static io.weft.Network.UNIX;
import static io.weft.Network.UNIXPACKET;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.NetError;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Goal: each direction ends on its own; end of stream comes after the data; a reset stays. */
@Tck
class HalfCloseTck {
  @TckTest(networks = {TCP, UNIX, UNIXPACKET})
  @Case("F01")
  void closeReadEndsReading(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    net.start(conn, conn::closeRead).join();
    ByteBuffer buffer = ByteBuffer.allocate(8);
    for (int i = 0; i < 3; i++) {
      assertThat(net.start(conn, () -> conn.read(buffer)).join()).isEqualTo(-1);
      assertThat(buffer.position()).isZero();
    }
    net.start(conn, () -> conn.write(new byte[] {5})).join();
    assertThat(Traffic.readFully(pair.server(), 1)).containsExactly(5);
  }

  @TckTest(networks = {TCP, UNIX, UNIXPACKET})
  @Case("F02")
  void closeWriteEndsOneDirectionAtATime(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn client = pair.client();
    Conn server = pair.server();
    net.start(client, client::closeWrite).join();
    assertThat(net.start(server, () -> server.read(new byte[8])).join()).isEqualTo(-1);
    server.write(new byte[] {1});
    assertThat(Traffic.readFully(client, 1)).containsExactly(1);
    net.start(server, server::closeWrite).join();
    assertBrokenPipe(net.start(server, () -> server.write(new byte[8])).failure());
    assertThat(net.start(client, () -> client.read(new byte[8])).join()).isEqualTo(-1);
    assertBrokenPipe(net.start(client, () -> client.write(new byte[8])).failure());
  }

  private static void assertBrokenPipe(Throwable thrown) {
    assertThat(thrown).isInstanceOf(SocketException.class);
    assertThat(thrown).hasMessageEndingWith("broken pipe (EPIPE)");
    assertThat(((NetError) thrown).errnoName()).isEqualTo("EPIPE");
  }

  @TckTest
  @Case("F03")
  void aBlockedReaderSeesThePeerClose(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    Task<Integer> reader = net.start(conn, () -> conn.read(new byte[1])).awaitParked();
    net.start(pair.server(), pair.server()::close).join();
    assertThat(reader.join()).isEqualTo(-1);
  }

  @TckTest
  @Case("F04")
  void dataComesBeforeEndOfStreamAndEndOfStreamForEver(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    pair.server().write(new byte[] {1, 2, 3});
    pair.server().close();
    Conn conn = pair.client();
    ByteBuffer buffer = ByteBuffer.allocateDirect(1024);
    assertThat(net.start(conn, () -> conn.read(buffer)).join()).isEqualTo(3);
    for (int i = 0; i < 3; i++) {
      assertThat(net.start(conn, () -> conn.read(buffer)).join()).isEqualTo(-1);
    }
    assertThat(buffer.position()).isEqualTo(3);
  }

  @TckTest
  @Case("F05")
  void writingToAClosedPeerFailsAtLatestAfterItsReset(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    pair.server().close();
    Conn conn = pair.client();
    Task<@Nullable Void> writer =
        net.start(
            conn,
            () -> {
              for (; ; ) {
                conn.write(new byte[1024]);
              }
            });
    Expect.broken(writer.failure());
  }

  @TckTest
  void closeReadWakesABlockedReader(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    Task<Integer> reader = net.start(conn, () -> conn.read(new byte[1])).awaitParked();
    net.start(conn, conn::closeRead).join();
    assertThat(reader.join()).isEqualTo(-1);
  }

  @TckTest(networks = UNIX)
  void closeReadBreaksThePipeOfAUnixPeer(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    pair.client().closeRead();
    Task<Integer> writer = net.start(pair.server(), () -> pair.server().write(new byte[1]));
    assertBrokenPipe(writer.failure());
  }

  @TckTest
  void whatWasWrittenBeforeCloseWriteArrivesAndTheAnswerComesBack(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    byte[] sent = Traffic.randomBytes(net.random(), 300_000);
    Task<byte[]> client =
        net.start(
            pair.client(),
            () -> {
              pair.client().write(sent);
              pair.client().closeWrite();
              return Traffic.readAll(pair.client());
            });
    Task<@Nullable Void> server =
        net.start(
            pair.server(),
            () -> {
              byte[] got = Traffic.readAll(pair.server());
              pair.server().write(got);
              pair.server().close();
            });
    server.join();
    assertThat(client.join()).isEqualTo(sent);
  }

  @TckTest
  void closeWriteDoesNotWaitForAWriteInProgress(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    ByteBuffer source = ByteBuffer.allocate(32 * 1024 * 1024);
    Task<Integer> writer = net.start(conn, () -> conn.write(source)).awaitParked();
    net.start(conn, conn::closeWrite).join();
    assertBrokenPipe(writer.failure());
    Task<Long> reader = net.start(pair.server(), () -> Traffic.discard(pair.server()));
    assertThat(reader.join()).isEqualTo(source.position());
  }

  @TckTest(networks = TCP)
  void aResetStaysForEveryLaterReadAndWrite(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    reset(pair.server());
    Conn conn = pair.client();
    for (int i = 0; i < 3; i++) {
      Expect.reset(net.start(conn, () -> conn.read(new byte[8])).failure());
      Expect.reset(net.start(conn, () -> conn.write(new byte[8])).failure());
    }
    assertThat(conn.isOpen()).isTrue();
  }

  @TckTest(networks = TCP)
  void aResetEndsABlockedReaderAndABlockedWriter(TestingNet net) throws Exception {
    for (boolean reading : List.of(true, false)) {
      ConnPair pair = net.pair();
      Conn conn = pair.client();
      Task<Integer> blocked =
          net.start(
              conn,
              () -> reading ? conn.read(new byte[1]) : conn.write(new byte[32 * 1024 * 1024]));
      blocked.awaitParked();
      reset(pair.server());
      Expect.reset(blocked.failure());
    }
  }

  @TckTest(networks = TCP)
  void aResetEndsWaitingForReadabilityAndIsLeftToTheNextRead(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    Task<@Nullable Void> waiter = net.start(conn, conn::awaitReadable).awaitParked();
    reset(pair.server());
    waiter.join();
    Expect.reset(net.start(conn, () -> conn.read(new byte[1])).failure());
  }

  @TckTest
  void anEmptyReadBehindTheEndIsNoEnd(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    pair.server().close();
    Conn conn = pair.client();
    for (int i = 0; i < 2; i++) {
      assertThat(net.start(conn, () -> conn.read(new byte[1])).join()).isEqualTo(-1);
      assertThat(net.start(conn, () -> conn.read(new byte[0])).join()).isZero();
      net.start(conn, conn::awaitReadable).join();
    }
  }

  @TckTest(networks = TCP)
  void aCloseWithUnreadInputLeavesThePeerWithoutAConnection(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    conn.write(new byte[10]);
    net.start(pair.server(), pair.server()::awaitReadable).join();
    net.start(pair.server(), pair.server()::close).join();
    // the kernel resets it; an adapter that shuts it down before has the peer see an end first
    try {
      assertThat(net.start(conn, () -> conn.read(new byte[1])).join()).isEqualTo(-1);
    } catch (SocketException e) {
      Expect.reset(e);
    }
    Task<@Nullable Void> writer =
        net.start(
            conn,
            () -> {
              for (; ; ) {
                conn.write(new byte[1]);
              }
            });
    Expect.broken(writer.failure());
  }

  private static void reset(Conn conn) throws Exception {
    conn.setOption(StandardSocketOptions.SO_LINGER, 0);
    conn.close();
  }
}
