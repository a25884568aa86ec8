package io.weft.tck;

import static io.weft.Network.TCP;
import static io.weft.Network.UNIX;
import static io.weft.Network.UNIXPACKET;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.Listener;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Goal: close ends every call, releases the descriptor before it returns, and has effect once. */
@Tck
class CloseTck {
  @TckTest(networks = {TCP, UNIX, UNIXPACKET})
  @Case("E01")
  void aReadAfterCloseFailsAndLeavesItsBuffer(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    pair.server().write(new byte[] {1});
    Conn conn = pair.client();
    net.start(conn, conn::close).join();
    assertThat(conn.isOpen()).isFalse();
    ByteBuffer buffer = ByteBuffer.allocate(8).put(0, (byte) 9);
    Expect.closedBefore(net.start(conn, () -> conn.read(buffer)).failure());
    assertThat(buffer.position()).isZero();
    assertThat(buffer.get(0)).isEqualTo((byte) 9);
    Expect.closedBefore(net.start(conn, () -> conn.write(new byte[1])).failure());
    Expect.closedBefore(net.start(conn, conn::awaitReadable).failure());
  }

  @TckTest
  @Case("E02")
  void closeEndsTheLoopsOfAReaderAndOfAWriter(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    net.start(pair.server(), () -> Traffic.echo(pair.server()));
    Conn conn = pair.client();
    Task<@Nullable Void> reader = net.start(conn, () -> readForEver(conn));
    Task<@Nullable Void> writer = net.start(conn, () -> writeForEver(conn));
    Await.elapse(Duration.ofMillis(100));
    net.start(conn, conn::close).join();
    Expect.closed(reader.failure());
    Expect.closed(writer.failure());
  }

  private static void readForEver(Conn conn) throws Exception {
    byte[] chunk = new byte[1024];
    for (; ; ) {
      assertThat(conn.read(chunk)).isPositive();
    }
  }

  private static void writeForEver(Conn conn) throws Exception {
    for (; ; ) {
      conn.write(new byte[1024]);
    }
  }

  @TckTest
  @Case("E03")
  void shutdownsAndClosesMayBeRepeated(TestingNet net) throws Exception {
    Listener listener = net.listen();
    ConnPair pair = net.pair(listener);
    Conn conn = pair.client();
    net.start(
            conn,
            () -> {
              for (int i = 0; i < 3; i++) {
                legally(conn::closeRead);
                legally(conn::closeWrite);
              }
              for (int i = 0; i < 3; i++) {
                conn.close();
                assertThat(conn.isOpen()).isFalse();
              }
              for (int i = 0; i < 3; i++) {
                listener.close();
                assertThat(listener.isOpen()).isFalse();
              }
            })
        .join();
    Expect.closedBefore(net.start(conn, conn::closeRead).failure());
    Expect.closedBefore(net.start(conn, conn::closeWrite).failure());
  }

  /** A shutdown of what is shut down already may be refused by the kernel, but only so. */
  private static void legally(Step shutdown) throws Exception {
    try {
      shutdown.run();
    } catch (SocketException e) {
      assertThat(e).hasMessageEndingWith("transport endpoint is not connected (ENOTCONN)");
    }
  }

  @TckTest
  @Case("E04")
  void aClosedConnectionRefusesDeadlinesAndStillTellsItsAddresses(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    net.start(conn, conn::close).join();
    for (Step set :
        List.<Step>of(
            () -> conn.setDeadline(DeadlineTck.LONG_AGO),
            () -> conn.setReadDeadline(null),
            () -> conn.setWriteDeadline(null),
            () -> conn.setTimeout(Duration.ofSeconds(1)),
            () -> conn.setReadTimeout(null),
            () -> conn.setWriteTimeout(null))) {
      Expect.closedBefore(net.start(conn, set).failure());
    }
    assertThat(net.start(conn, conn::localAddress).join()).isEqualTo(pair.server().remoteAddress());
    assertThat(net.start(conn, conn::remoteAddress).join()).isEqualTo(pair.server().localAddress());
  }

  @TckTest
  void closeWakesABlockedReader(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    ByteBuffer buffer = ByteBuffer.allocateDirect(16);
    Task<Integer> reader = net.start(conn, () -> conn.read(buffer)).awaitParked();
    net.start(conn, conn::close).join();
    Expect.closedDuring(reader.failure());
    assertThat(buffer.position()).isZero();
  }

  @TckTest
  void closeWakesABlockedWriterWhoseBufferTellsWhatWentOut(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    ByteBuffer source = ByteBuffer.allocate(32 * 1024 * 1024);
    Task<Integer> writer = net.start(conn, () -> conn.write(source)).awaitParked();
    net.start(conn, conn::close).join();
    Expect.closedDuring(writer.failure());
    assertThat(source.position()).isPositive().isLessThan(source.limit());
    Task<Long> reader = net.start(pair.server(), () -> Traffic.discard(pair.server()));
    assertThat(reader.join()).isEqualTo(source.position());
  }

  @TckTest
  void closeWakesWhoeverWaitsForReadability(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    Task<@Nullable Void> waiter = net.start(conn, conn::awaitReadable).awaitParked();
    net.start(conn, conn::close).join();
    Expect.closedDuring(waiter.failure());
  }

  @TckTest
  void whatWasWrittenBeforeCloseArrives(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    byte[] sent = Traffic.randomBytes(net.random(), 64 * 1024);
    net.start(
            pair.client(),
            () -> {
              pair.client().write(sent);
              pair.client().close();
            })
        .join();
    Task<byte[]> reader = net.start(pair.server(), () -> Traffic.readAll(pair.server()));
    assertThat(reader.join()).isEqualTo(sent);
  }

  @TckTest
  void theDescriptorIsReleasedWhenCloseReturns(TestingNet net) throws Exception {
    for (boolean dialled : List.of(true, false)) {
      ConnPair pair = net.pair();
      Conn conn = dialled ? pair.client() : pair.server();
      Task<Integer> reader = net.start(conn, () -> conn.read(new byte[1])).awaitParked();
      int before = Resources.openSockets();
      int after =
          net.start(
                  conn,
                  () -> {
                    conn.close();
                    return Resources.openSockets();
                  })
              .join();
      assertThat(after).isEqualTo(before - 1);
      Expect.closedDuring(reader.failure());
    }
  }

  @TckTest
  void closeKeepsAnInterruptAndIsNotStoppedByIt(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    boolean kept =
        net.start(
                conn,
                () -> {
                  Thread.currentThread().interrupt();
                  conn.close();
                  return Thread.interrupted();
                })
            .join();
    assertThat(kept).isTrue();
    Expect.closedBefore(net.start(conn, () -> conn.read(new byte[1])).failure());
    Task<Integer> peer = net.start(pair.server(), () -> pair.server().read(new byte[1]));
    assertThat(peer.join()).isEqualTo(-1);
  }

  @TckTest
  void aConnectionMayBeClosedByTheThreadThatServesIt(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Task<@Nullable Void> server =
        net.start(
            pair.server(),
            () -> {
              pair.server().read(new byte[1]);
              pair.server().close();
            });
    pair.client().write(new byte[1]);
    server.join();
    assertThat(net.start(pair.client(), () -> pair.client().read(new byte[1])).join())
        .isEqualTo(-1);
  }

  @TckTest
  void aConnectionOnAReusedDescriptorHearsNothingOfTheOldOne(TestingNet net) throws Exception {
    try (Listener listener = net.listen()) {
      for (byte round = 0; round < 30; round++) {
        ConnPair old = net.pair(listener);
        Conn reused = old.client();
        Task<Integer> reader = net.start(reused, () -> reused.read(new byte[1])).awaitParked();
        // its event and its close come at the same time
        old.server().write(new byte[] {-1});
        net.start(reused, reused::close).join();
        reader.ended(10_000);
        ConnPair fresh = net.pair(listener);
        byte[] one = new byte[1];
        Task<Integer> next =
            net.start(fresh.client(), () -> fresh.client().read(one)).awaitParked();
        assertThat(next.isDone()).isFalse();
        fresh.server().write(new byte[] {round});
        assertThat(next.join()).isEqualTo(1);
        assertThat(one[0]).isEqualTo(round);
        old.close();
        fresh.close();
      }
    }
  }
}
