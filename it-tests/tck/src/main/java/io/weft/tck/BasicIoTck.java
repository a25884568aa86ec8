package io.weft.tck;

import static io.weft.Network.TCP;
import static io.weft.Network.UNIX;
import static io.weft.Network.UNIXPACKET;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.Listener;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Goal: what one end writes, the other end reads: all of it, in order, once, then end of stream.
 */
@Tck
class BasicIoTck {
  private static final int MIB = 1024 * 1024;
  private static final int ROUNDS = 1000;

  @TckTest(networks = {TCP, UNIX, UNIXPACKET})
  @Case("A01")
  void aMegabyteArrivesWholeAndEndsWithEndOfStream(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    byte[] sent = Traffic.randomBytes(net.random(), MIB);
    Task<@Nullable Void> writer =
        net.start(
            pair.client(),
            () -> {
              for (int at = 0; at < sent.length; at += 1024) {
                assertThat(pair.client().write(sent, at, 1024)).isEqualTo(1024);
              }
              pair.client().close();
            });
    Task<byte[]> reader =
        net.start(
            pair.server(),
            () -> {
              byte[] all = new byte[MIB];
              byte[] chunk = new byte[1024];
              int length = 0;
              for (int n = pair.server().read(chunk); n >= 0; n = pair.server().read(chunk)) {
                assertThat(n).isPositive();
                System.arraycopy(chunk, 0, all, length, n);
                length += n;
              }
              assertThat(length).isEqualTo(MIB);
              assertThat(pair.server().read(chunk)).isEqualTo(-1);
              return all;
            });
    writer.join();
    assertThat(Arrays.equals(reader.join(), sent)).isTrue();
  }

  @TckTest(networks = {TCP, UNIX, UNIXPACKET})
  @Case("A02")
  void aCounterGoesToAndFroWithoutLossOrReordering(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Task<Long> client = net.start(pair.client(), () -> count(pair.client(), 0));
    Task<Long> server = net.start(pair.server(), () -> count(pair.server(), -1));
    assertThat(List.of(client.join(), server.join())).contains((long) ROUNDS);
  }

  /** Answers n with n + 1 until {@link #ROUNDS} or end of stream; begins when first is not -1. */
  private static long count(Conn conn, long first) throws IOException {
    ByteBuffer message = ByteBuffer.allocate(Long.BYTES);
    long last = first;
    if (first >= 0) {
      conn.write(message.clear().putLong(first).flip());
    }
    while (last < ROUNDS) {
      message.clear();
      while (message.hasRemaining()) {
        if (conn.read(message) < 0) {
          assertThat(message.position()).as("end of stream inside a message").isZero();
          conn.close();
          return last;
        }
      }
      long got = message.flip().getLong();
      assertThat(got).isEqualTo(last + 1);
      last = got;
      if (last < ROUNDS) {
        last++;
        conn.write(message.clear().putLong(last).flip());
      }
    }
    conn.close();
    return last;
  }

  @TckTest
  @Case("A03")
  void readersThatShareAConnectionOwnTheirBufferBetweenReads(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    net.start(pair.server(), () -> Traffic.flood(pair.server()));
    Conn conn = pair.client();
    conn.setReadTimeout(Duration.ofMillis(1));
    List<Task<@Nullable Void>> readers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      ByteBuffer buffer = i % 2 == 0 ? ByteBuffer.allocate(1024) : ByteBuffer.allocateDirect(1024);
      readers.add(net.start(conn, () -> readAndOverwrite(conn, buffer)));
    }
    for (Task<@Nullable Void> reader : readers) {
      reader.join();
    }
  }

  private static void readAndOverwrite(Conn conn, ByteBuffer buffer) throws IOException {
    byte[] mine = new byte[buffer.capacity()];
    byte[] seen = new byte[buffer.capacity()];
    for (int round = 0; round < 100; round++) {
      try {
        assertThat(conn.read(buffer.clear())).isPositive();
      } catch (SocketTimeoutException e) {
        assertThat(buffer.position()).isZero();
        conn.setReadTimeout(Duration.ofMillis(1));
      }
      Arrays.fill(mine, (byte) round);
      buffer.put(0, mine);
      Thread.yield();
      buffer.get(0, seen);
      assertThat(seen).as("the buffer belongs to its reader").isEqualTo(mine);
    }
  }

  @TckTest
  @Case("A04")
  void allMethodsMayRunAtTheSameTime(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    net.start(pair.server(), () -> Traffic.echo(pair.server()));
    Conn conn = pair.client();
    Step[] steps = {
      () -> endsAtMostByTimeout(() -> conn.read(new byte[1024])),
      () -> endsAtMostByTimeout(() -> conn.write(new byte[1024])),
      () -> conn.setTimeout(Duration.ofSeconds(10)),
      () -> conn.setReadDeadline(DeadlineTck.LONG_AGO),
      () -> conn.setWriteDeadline(DeadlineTck.LONG_AGO),
      conn::localAddress,
      conn::remoteAddress
    };
    List<Task<@Nullable Void>> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      for (Step step : steps) {
        all.add(net.start(conn, step));
      }
    }
    // a reader may have been granted ten seconds and wait for what no writer sent
    conn.setDeadline(DeadlineTck.LONG_AGO);
    for (Task<@Nullable Void> task : all) {
      while (!task.ended(10)) {
        conn.setDeadline(DeadlineTck.LONG_AGO);
      }
      task.join();
    }
    conn.setDeadline(null);
    net.start(conn, () -> resync(conn)).join();
    net.start(conn, () -> Traffic.echoRoundTrip(conn)).join();
  }

  private static void endsAtMostByTimeout(Step step) throws Exception {
    try {
      step.run();
    } catch (SocketTimeoutException e) {
      // another call has set the deadline to the past
    }
  }

  /** Sends a byte that was not sent before and reads what the peer echoes until it comes back. */
  static long resync(Conn conn) throws IOException {
    conn.write(new byte[] {-1});
    byte[] chunk = new byte[1024];
    long stale = 0;
    for (; ; ) {
      int n = conn.read(chunk);
      assertThat(n).isPositive();
      if (chunk[n - 1] == -1) {
        return stale + n - 1;
      }
      stale += n;
    }
  }

  @TckTest(networks = {TCP, UNIX, UNIXPACKET})
  @Case("A05")
  void aReadIntoAnEmptyBufferReturnsZeroAtOnce(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    for (Conn conn : List.of(pair.client(), pair.server())) {
      assertThat(net.start(conn, () -> conn.read(new byte[0])).join()).isZero();
      assertThat(net.start(conn, () -> conn.read(ByteBuffer.allocateDirect(0))).join()).isZero();
      conn.setReadDeadline(DeadlineTck.LONG_AGO);
      assertThat(net.start(conn, () -> conn.read(new byte[3], 1, 0)).join()).isZero();
      conn.close();
      assertThat(net.start(conn, () -> conn.read(new byte[0])).failure())
          .isInstanceOf(ClosedChannelException.class);
    }
  }

  @TckTest(networks = TCP)
  @Case("A06")
  void requestsAndResponsesUnderStressAreComplete(TestingNet net) throws Exception {
    Listener listener = net.listen();
    Task<Integer> acceptor =
        net.start(
            () -> {
              for (int accepted = 0; ; accepted++) {
                Conn conn;
                try {
                  conn = listener.accept();
                } catch (ClosedChannelException e) {
                  return accepted;
                }
                net.start(conn, () -> serveRequests(conn));
              }
            });
    List<Task<@Nullable Void>> clients = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Conn conn = net.dial(listener);
      byte[] request = Traffic.randomBytes(net.random(), 512);
      clients.add(
          net.start(
              conn,
              () -> {
                for (int round = 0; round < ROUNDS; round++) {
                  conn.write(request);
                  assertThat(Arrays.equals(Traffic.readFully(conn, 512), request)).isTrue();
                }
                conn.close();
              }));
    }
    for (Task<@Nullable Void> client : clients) {
      client.join();
    }
    listener.close();
    assertThat(acceptor.join()).isEqualTo(2);
  }

  private static void serveRequests(Conn conn) throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      conn.write(Traffic.readFully(conn, 512));
    }
    assertThat(conn.read(new byte[1])).isEqualTo(-1);
    conn.close();
  }

  @TckTest
  @Case("A07")
  void readingAndWritingDoNotStallEachOther(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    List<Task<?>> all = new ArrayList<>();
    for (Conn conn : List.of(pair.client(), pair.server())) {
      all.add(net.start(conn, () -> Traffic.readFully(conn, ROUNDS)));
      all.add(
          net.start(
              conn,
              () -> {
                for (int round = 0; round < ROUNDS; round++) {
                  conn.write(new byte[] {(byte) round});
                }
              }));
    }
    for (Task<?> task : all) {
      task.join();
    }
  }

  @TckTest(networks = TCP, optIn = "weft.tck.big")
  @Case("A08")
  void aWriteOfMoreThanAGibibyteIsWhole(TestingNet net) throws Exception {
    writeOnce(net, (1L << 30) + 4096);
    writeGathered(net, (1L << 30) + 4096);
  }

  @TckTest(networks = TCP)
  void aLargeWriteIsWhole(TestingNet net) throws Exception {
    writeOnce(net, 64L * MIB);
    writeGathered(net, 64L * MIB);
  }

  private static void writeOnce(TestingNet net, long bytes) throws Exception {
    ConnPair pair = net.pair();
    Task<Long> reader = net.start(pair.server(), () -> Traffic.discard(pair.server()));
    Task<Integer> writer =
        net.start(pair.client(), () -> pair.client().write(new byte[Math.toIntExact(bytes)]));
    assertThat(writer.join()).isEqualTo((int) bytes);
    pair.client().close();
    assertThat(reader.join()).isEqualTo(bytes);
  }

  private static void writeGathered(TestingNet net, long bytes) throws Exception {
    ConnPair pair = net.pair();
    ByteBuffer one = ByteBuffer.allocate(4096);
    ByteBuffer[] all = new ByteBuffer[Math.toIntExact(bytes / one.capacity())];
    Arrays.setAll(all, i -> one.duplicate());
    Task<Long> reader = net.start(pair.server(), () -> Traffic.discard(pair.server()));
    assertThat(net.start(pair.client(), () -> pair.client().write(all)).join()).isEqualTo(bytes);
    assertThat(all).noneMatch(ByteBuffer::hasRemaining);
    pair.client().close();
    assertThat(reader.join()).isEqualTo(bytes);
  }

  @TckTest
  void anEmptyWriteSendsNothingAndReturnsZero(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    assertThat(net.start(conn, () -> conn.write(new byte[0])).join()).isZero();
    assertThat(net.start(conn, () -> conn.write(new ByteBuffer[0])).join()).isZero();
    assertThat(net.start(conn, () -> conn.write(new ByteBuffer[] {ByteBuffer.allocate(0)})).join())
        .isZero();
    net.start(conn, () -> Traffic.roundTrip(conn, pair.server())).join();
  }

  @TckTest
  void anyKindOfBufferIsReadAndWrittenBetweenPositionAndLimit(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    byte[] data = Traffic.randomBytes(net.random(), 300);
    for (boolean direct : new boolean[] {false, true}) {
      ByteBuffer whole = direct ? ByteBuffer.allocateDirect(300) : ByteBuffer.allocate(300);
      ByteBuffer part = whole.put(data).position(50).limit(250).slice().position(10).limit(110);
      Task<Integer> writer = net.start(conn, () -> conn.write(part.asReadOnlyBuffer()));
      assertThat(writer.join()).isEqualTo(100);
      ByteBuffer into = ByteBuffer.allocateDirect(300).position(7).limit(107);
      net.start(pair.server(), () -> fill(pair.server(), into)).join();
      byte[] got = new byte[100];
      into.get(7, got);
      assertThat(got).isEqualTo(Arrays.copyOfRange(data, 60, 160));
      into.clear();
      assertThat(into.get(6)).isZero();
      assertThat(into.get(107)).isZero();
    }
  }

  private static void fill(Conn conn, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      int before = buffer.position();
      int n = conn.read(buffer);
      assertThat(buffer.position()).isEqualTo(before + n);
    }
  }

  @TckTest
  void aGatheringWriteKeepsTheOrderOfManyBuffers(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Random random = net.random();
    ByteBuffer[] all = new ByteBuffer[2500];
    ByteBuffer expected = ByteBuffer.allocate(2500 * 99);
    for (int i = 0; i < all.length; i++) {
      byte[] bytes = Traffic.randomBytes(random, i % 100);
      all[i] =
          i % 3 == 0
              ? ByteBuffer.allocateDirect(i % 100).put(bytes).flip()
              : ByteBuffer.wrap(bytes);
      expected.put(i == 0 || i == all.length - 1 ? new byte[0] : bytes);
    }
    Task<byte[]> reader =
        net.start(pair.server(), () -> Traffic.readFully(pair.server(), expected.position()));
    // the first buffer is empty, the last one is left out
    Task<Long> writer = net.start(pair.client(), () -> pair.client().write(all, 0, 2499));
    assertThat(writer.join()).isEqualTo(expected.position());
    assertThat(reader.join()).isEqualTo(Arrays.copyOf(expected.array(), expected.position()));
    assertThat(all[2499].position()).isZero();
  }

  @TckTest
  void aWriteReturnsOnlyWhenTheKernelHasAllOfIt(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    byte[] data = Traffic.randomBytes(net.random(), 32 * MIB);
    ByteBuffer source = ByteBuffer.wrap(data);
    Task<Integer> writer = net.start(pair.client(), () -> pair.client().write(source));
    writer.awaitParked();
    byte[] got = net.start(pair.server(), () -> Traffic.readFully(pair.server(), 32 * MIB)).join();
    assertThat(writer.join()).isEqualTo(32 * MIB);
    assertThat(source.hasRemaining()).isFalse();
    assertThat(Arrays.equals(got, data)).isTrue();
  }

  @TckTest
  void aReadReturnsWhatIsThereAndDoesNotWaitForMore(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    for (ByteBuffer buffer : List.of(ByteBuffer.allocate(1000), ByteBuffer.allocateDirect(1000))) {
      Task<Integer> reader = net.start(conn, () -> conn.read(buffer)).awaitParked();
      pair.server().write(new byte[] {1, 2, 3});
      assertThat(reader.join()).isEqualTo(3);
      assertThat(buffer.position()).isEqualTo(3);
    }
    // and no more than fits: the rest waits
    pair.server().write(new byte[] {4, 5, 6});
    net.start(conn, conn::awaitReadable).join();
    byte[] two = new byte[2];
    assertThat(net.start(conn, () -> conn.read(two)).join()).isEqualTo(2);
    assertThat(two).containsExactly(4, 5);
    assertThat(Traffic.readFully(conn, 1)).containsExactly(6);
  }

  @TckTest
  void aWriteNeverChangesTheBytesOrTheLimitOfItsBuffers(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    byte[] data = Traffic.randomBytes(net.random(), 300_000);
    ByteBuffer heap = ByteBuffer.wrap(data.clone());
    ByteBuffer direct = ByteBuffer.allocateDirect(data.length).put(data).flip();
    ByteBuffer[] parts = {direct.duplicate().limit(100_000), direct.duplicate().position(100_000)};
    Task<Long> reader = net.start(pair.server(), () -> Traffic.discard(pair.server()));
    net.start(
            conn,
            () -> {
              conn.write(heap);
              conn.write(direct);
              conn.write(parts);
              conn.close();
            })
        .join();
    assertThat(reader.join()).isEqualTo(3L * data.length);
    for (ByteBuffer buffer : List.of(heap, direct)) {
      assertThat(buffer.position()).isEqualTo(data.length);
      assertThat(buffer.limit()).isEqualTo(data.length);
      assertThat(buffer.flip()).isEqualTo(ByteBuffer.wrap(data));
    }
    assertThat(parts[0].limit()).isEqualTo(100_000);
    assertThat(parts[1].limit()).isEqualTo(data.length);
  }

  @TckTest(networks = UNIXPACKET)
  void anEmptyWriteIsAnEmptyMessageThatLooksLikeTheEnd(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    assertThat(net.start(conn, () -> conn.write(new byte[0])).join()).isZero();
    Conn server = pair.server();
    assertThat(net.start(server, () -> server.read(new byte[8])).join()).isEqualTo(-1);
    conn.write(new byte[5]);
    assertThat(net.start(server, () -> server.read(new byte[8])).join()).isEqualTo(5);
  }

  @TckTest
  void awaitReadableWaitsForDataAndConsumesNothing(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Task<@Nullable Void> waiter = net.start(pair.client(), pair.client()::awaitReadable);
    waiter.awaitParked();
    pair.server().write(new byte[] {42});
    waiter.join();
    net.start(pair.client(), pair.client()::awaitReadable).join();
    assertThat(Traffic.readFully(pair.client(), 1)).containsExactly(42);
    Task<@Nullable Void> end = net.start(pair.client(), pair.client()::awaitReadable);
    end.awaitParked();
    pair.server().close();
    end.join();
    assertThat(pair.client().read(new byte[1])).isEqualTo(-1);
  }

  @TckTest
  void eachEndSeesTheAddressesOfTheOther(TestingNet net) throws Exception {
    Listener listener = net.listen();
    ConnPair pair = net.pair(listener);
    assertThat(pair.client().remoteAddress()).isEqualTo(listener.address());
    assertThat(pair.server().localAddress()).isEqualTo(listener.address());
    assertThat(pair.client().localAddress()).isEqualTo(pair.server().remoteAddress());
    assertThat(pair.client().localAddress()).isSameAs(pair.client().localAddress());
    if (net.network() == UNIX) {
      assertThat(pair.server().remoteAddress().toString()).as("no name").isEqualTo("@");
    }
  }
}
