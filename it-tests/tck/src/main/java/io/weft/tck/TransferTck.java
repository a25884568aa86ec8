package io.weft.tck;

import static io.weft.Network.TCP;
import static io.weft.Network.UNIX;
import static io.weft.Network.UNIXPACKET;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.Listener;
import io.weft.Network;
import io.weft.spi.Errno;
import io.weft.tck.FaultPlan.Call;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goal: what is moved from a connection or a file to a connection arrives whole, and nothing of it
 * is lost.
 */
@Tck
class TransferTck {
  private static final int MIB = 1024 * 1024;

  private static ConnPair pair(TestingNet net, Network network) throws Exception {
    String address = net.freeAddress(network);
    try (Listener listener = net.net().listen(network.toString(), address)) {
      Conn client = net.net().dial(network.toString(), TestingNet.addressOf(listener));
      return new ConnPair(client, listener.accept());
    }
  }

  @TckTest(networks = {TCP, UNIX})
  @Case("I06")
  void streamsOfAnySizeAreMovedWholeToBothNetworks(TestingNet net) throws Exception {
    for (Network to : List.of(TCP, UNIX)) {
      for (int bytes : new int[] {0, 1, 128, 64 * 1024, 64 * 1024 + 1, 8 * MIB}) {
        ConnPair from = net.pair();
        ConnPair onward = pair(net, to);
        byte[] data = Traffic.randomBytes(net.random(), bytes);
        net.start(
            from.client(),
            () -> {
              from.client().write(data);
              from.client().closeWrite();
            });
        Task<Long> transfer =
            net.start(
                from.server(),
                () -> {
                  long moved = from.server().transferTo(onward.client(), Long.MAX_VALUE);
                  onward.client().closeWrite();
                  return moved;
                });
        byte[] got = net.start(onward.server(), () -> Traffic.readAll(onward.server())).join();
        assertThat(transfer.join()).isEqualTo(bytes);
        assertThat(Arrays.equals(got, data)).isTrue();
        assertThat(from.server().transferTo(onward.client(), Long.MAX_VALUE)).isZero();
        from.close();
        onward.close();
      }
    }
  }

  @TckTest(networks = {TCP, UNIX})
  @Case("I05")
  void twoSeparateBytesArriveThoughTheTransferIsUnderWay(TestingNet net) throws Exception {
    ConnPair from = net.pair();
    ConnPair onward = net.pair();
    Task<Long> transfer =
        net.start(from.server(), () -> from.server().transferTo(onward.client(), Long.MAX_VALUE));
    for (byte one = 1; one <= 2; one++) {
      transfer.awaitParked();
      from.client().write(new byte[] {one});
      assertThat(Traffic.readFully(onward.server(), 1)).containsExactly(one);
    }
    from.client().close();
    assertThat(transfer.join()).isEqualTo(2);
  }

  @TckTest(networks = {TCP, UNIX})
  @Case("I04")
  void aFileIsSentAsItIs(TestingNet net) throws Exception {
    byte[] data = Traffic.randomBytes(net.random(), 3 * MIB + 5);
    Path path = Files.createTempFile("weft-tck", ".data");
    try {
      Files.write(path, data);
      try (FileChannel file = FileChannel.open(path)) {
        // position and count, and what is sent of it
        long[][] rows = {
          {0, data.length, data.length},
          {0, Long.MAX_VALUE, data.length},
          {1, 100_000, 100_000},
          {data.length - 3, 10, 3},
          {data.length, 10, 0},
          {data.length + 7, 10, 0},
          {5, 0, 0}
        };
        ConnPair pair = net.pair();
        Conn conn = pair.client();
        for (long[] row : rows) {
          Task<byte[]> reader =
              net.start(pair.server(), () -> Traffic.readFully(pair.server(), (int) row[2]));
          Task<Long> sender = net.start(conn, () -> conn.transferFrom(file, row[0], row[1]));
          assertThat(sender.join()).isEqualTo(row[2]);
          int from = (int) Math.min(row[0], data.length);
          assertThat(reader.join()).isEqualTo(Arrays.copyOfRange(data, from, from + (int) row[2]));
          assertThat(file.position()).isZero();
        }
        verifyFileErrors(net, conn, file);
      }
    } finally {
      Files.delete(path);
    }
  }

  private static void verifyFileErrors(TestingNet net, Conn conn, FileChannel file)
      throws Exception {
    assertThat(net.start(conn, () -> conn.transferFrom(file, -1, 1)).failure())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
    assertThat(net.start(conn, () -> conn.transferFrom(file, 0, -2)).failure())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-2");
    conn.setWriteTimeout(Duration.ofMillis(50));
    Throwable late =
        net.start(
                conn,
                () -> {
                  for (; ; ) {
                    conn.transferFrom(file, 0, file.size());
                  }
                })
            .failure();
    assertThat(late).isInstanceOf(SocketTimeoutException.class);
    net.start(conn, conn::close).join();
    Expect.closedBefore(net.start(conn, () -> conn.transferFrom(file, 0, 1)).failure());
  }

  @TckTest(networks = UNIXPACKET)
  @Case("I07")
  void messagesAreMovedWholeToAStream(TestingNet net) throws Exception {
    ConnPair from = net.pair();
    ConnPair onward = pair(net, TCP);
    for (byte size = 1; size <= 3; size++) {
      from.client().write(new byte[size]);
    }
    from.client().close();
    Task<Long> transfer =
        net.start(from.server(), () -> from.server().transferTo(onward.client(), Long.MAX_VALUE));
    assertThat(transfer.join()).isEqualTo(6);
    assertThat(Traffic.readFully(onward.server(), 6)).hasSize(6);
  }

  @TckTest
  void noMoreThanAskedForIsMoved(TestingNet net) throws Exception {
    ConnPair from = net.pair();
    ConnPair onward = net.pair();
    from.client().write(new byte[] {1, 2, 3, 4, 5});
    Conn source = from.server();
    assertThat(net.start(source, () -> source.transferTo(onward.client(), 0)).join()).isZero();
    assertThat(net.start(source, () -> source.transferTo(onward.client(), 3)).join()).isEqualTo(3);
    assertThat(Traffic.readFully(onward.server(), 3)).containsExactly(1, 2, 3);
    assertThat(Traffic.readFully(source, 2)).containsExactly(4, 5);
    assertThat(net.start(source, () -> source.transferTo(onward.client(), -1)).failure())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
  }

  @TckTest
  void whatATargetDoesNotTakeStaysWithItsSource(TestingNet net) throws Exception {
    ConnPair from = net.pair();
    byte[] data = Traffic.randomBytes(net.random(), 32 * MIB);
    Task<@Nullable Void> sender =
        net.start(
            from.client(),
            () -> {
              from.client().write(data);
              from.client().closeWrite();
            });
    Conn source = from.server();
    ConnPair onward = net.pair();
    // three ways to end: the target's deadline, an interrupt, the target's close
    byte[] got = new byte[data.length];
    int length = 0;
    onward.client().setWriteTimeout(Duration.ofMillis(50));
    Throwable late =
        net.start(source, () -> source.transferTo(onward.client(), Long.MAX_VALUE)).failure();
    assertThat(late).isInstanceOf(SocketTimeoutException.class);
    length += taken(onward, (InterruptedIOException) late, got, length);
    onward.client().setWriteTimeout(null);
    Task<Throwable> ended =
        net.start(
            source,
            () -> {
              try {
                long moved = source.transferTo(onward.client(), Long.MAX_VALUE);
                throw new AssertionError("not interrupted, but moved " + moved);
              } catch (InterruptedIOException e) {
                assertThat(Thread.interrupted()).isTrue();
                return e;
              }
            });
    ended.awaitParked().interrupt();
    length += taken(onward, (InterruptedIOException) ended.join(), got, length);
    byte[] rest = net.start(source, () -> Traffic.readAll(source)).join();
    sender.join();
    assertThat(length + rest.length).isEqualTo(data.length);
    System.arraycopy(rest, 0, got, length, rest.length);
    assertThat(Arrays.equals(got, data)).isTrue();
  }

  private static int taken(ConnPair onward, InterruptedIOException e, byte[] into, int from)
      throws Exception {
    byte[] bytes = Traffic.readFully(onward.server(), e.bytesTransferred);
    System.arraycopy(bytes, 0, into, from, bytes.length);
    return bytes.length;
  }

  @TckTest
  void whatCouldNotBeWrittenIsReadFirst(TestingNet net) throws Exception {
    FaultPlan plan = new FaultPlan();
    try (TestingNet faulty = net.another(plan)) {
      ConnPair from = faulty.pair();
      ConnPair onward = faulty.pair();
      from.client().write(new byte[] {1, 2, 3, 4, 5});
      plan.takeNext(2).thenFail(Errno.EPIPE);
      Conn source = from.server();
      Throwable thrown =
          faulty.start(source, () -> source.transferTo(onward.client(), 5)).failure();
      Expect.broken(thrown);
      assertThat(Traffic.readFully(onward.server(), 2)).containsExactly(1, 2);
      from.client().write(new byte[] {6});
      faulty.start(source, source::awaitReadable).join();
      byte[] rest = faulty.start(source, () -> Traffic.readFully(source, 4)).join();
      assertThat(rest).containsExactly(3, 4, 5, 6);
      plan.fail(Call.READ, 1, Errno.ECONNRESET);
      Expect.reset(faulty.start(source, () -> source.transferTo(onward.client(), 1)).failure());
    }
  }

  @TckTest
  void streamsReadAndWriteAsTheConnectionDoes(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    net.start(pair.server(), () -> Traffic.echo(pair.server()));
    byte[] data = Traffic.randomBytes(net.random(), 100_000);
    Task<@Nullable Void> writer =
        net.start(
            conn,
            () -> {
              OutputStream out = conn.outputStream();
              out.write(data[0]);
              out.write(data, 1, data.length - 1);
              out.flush();
            });
    byte[] got = net.start(conn, () -> conn.inputStream().readNBytes(data.length)).join();
    writer.join();
    assertThat(Arrays.equals(got, data)).isTrue();
    conn.setReadTimeout(Duration.ofMillis(1));
    InputStream in = conn.inputStream();
    Expect.timeout(net.start(conn, () -> in.read()).failure());
    conn.setReadTimeout(null);
    Task<Integer> reader = net.start(conn, () -> in.read()).awaitParked();
    net.start(conn, () -> in.close()).join();
    Expect.closedDuring(reader.failure());
    assertThat(conn.isOpen()).isFalse();
    Expect.closedBefore(net.start(conn, () -> conn.outputStream().write(1)).failure());
  }

  @TckTest
  void aStreamEndsWhereTheConnectionEnds(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    net.start(
            pair.server(),
            () -> {
              pair.server().write(new byte[] {1, 2});
              pair.server().closeWrite();
            })
        .join();
    InputStream in = pair.client().inputStream();
    assertThat(net.start(pair.client(), () -> in.readAllBytes()).join()).containsExactly(1, 2);
    assertThat(net.start(pair.client(), () -> in.read()).join()).isEqualTo(-1);
  }
}
