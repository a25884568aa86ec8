package io.weft.tck;

import static io.weft.Network.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Goal: a deadline ends what waits and what comes later, in its direction only, never early; moved
 * away, it has cost nothing: no byte is lost or sent twice. {@link DeadlineTimingTck} measures.
 */
@Tck
class DeadlineTck {
  /** A deadline that is certainly over. */
  static final Instant LONG_AGO = Instant.EPOCH;

  @TckTest
  @Case("B01")
  void aPastReadDeadlineFailsReadsOnly(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    net.start(pair.server(), () -> Traffic.discardQuietly(pair.server()));
    conn.setReadDeadline(LONG_AGO);
    Expect.timeout(net.start(conn, () -> conn.read(new byte[1024])).failure());
    Expect.timeout(net.start(conn, conn::awaitReadable).failure());
    assertThat(net.start(conn, () -> conn.write(new byte[1024])).join()).isEqualTo(1024);
  }

  @TckTest
  @Case("B02")
  void aPastWriteDeadlineFailsWritesOnly(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    net.start(pair.server(), () -> Traffic.flood(pair.server()));
    conn.setWriteDeadline(LONG_AGO);
    Expect.timeout(net.start(conn, () -> conn.write(new byte[1024])).failure());
    assertThat(net.start(conn, () -> conn.read(new byte[1024])).join()).isPositive();
  }

  @TckTest
  @Case("B03")
  void aPastDeadlineFailsBothDirectionsUntilItIsCleared(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    net.start(pair.server(), () -> Traffic.echo(pair.server()));
    net.start(conn, () -> Traffic.echoRoundTrip(conn)).join();
    conn.setDeadline(LONG_AGO);
    ByteBuffer buffer = ByteBuffer.allocate(64);
    Expect.timeout(net.start(conn, () -> conn.write(buffer)).failure());
    Expect.timeout(net.start(conn, () -> conn.read(buffer)).failure());
    assertThat(buffer.position()).isZero();
    conn.setDeadline(null);
    net.start(conn, () -> Traffic.echoRoundTrip(conn)).join();
  }

  @TckTest
  @Case("B04")
  void aDeadlineSetToThePastEndsWhatIsWaiting(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    AtomicBoolean set = new AtomicBoolean();
    ByteBuffer buffer = ByteBuffer.allocateDirect(1024);
    Task<@Nullable Void> reader =
        net.start(
            conn,
            () -> {
              try {
                conn.read(buffer);
              } finally {
                assertThat(set).as("ended before the deadline was set").isTrue();
              }
            });
    Task<@Nullable Void> writer =
        net.start(
            conn,
            () -> {
              try {
                for (; ; ) {
                  conn.write(new byte[1024]);
                }
              } finally {
                assertThat(set).as("ended before the deadline was set").isTrue();
              }
            });
    Await.elapse(Duration.ofMillis(100));
    set.set(true);
    net.start(
            conn,
            () -> {
              conn.setReadDeadline(LONG_AGO);
              conn.setWriteDeadline(LONG_AGO);
            })
        .join();
    Expect.timeout(reader.failure());
    Expect.timeout(writer.failure());
    assertThat(buffer.position()).isZero();
  }

  @TckTest
  @Case("B05")
  void afterAFutureDeadlineNothingIsLostOrSentTwice(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    conn.setTimeout(Duration.ofMillis(100));
    Task<Integer> reader = net.start(conn, () -> conn.read(new byte[1024]));
    Task<Long> writer = net.start(conn, () -> writeUntilTimeout(conn));
    Expect.timeout(reader.failure());
    long written = writer.join();
    conn.setDeadline(null);
    net.start(pair.server(), () -> Traffic.echo(pair.server()));
    // the echo fills its own way back while this end still has to send
    Task<Integer> sync = net.start(conn, () -> conn.write(new byte[] {-1}));
    assertThat(net.start(conn, () -> readPattern(conn)).join()).isEqualTo(written);
    sync.join();
    net.start(conn, () -> Traffic.echoRoundTrip(conn)).join();
  }

  /**
   * Writes a pattern without the byte -1 until a deadline passes; returns how much the kernel took.
   */
  private static long writeUntilTimeout(Conn conn) throws IOException {
    long written = 0;
    for (; ; ) {
      byte[] chunk = new byte[10_000];
      for (int i = 0; i < chunk.length; i++) {
        chunk[i] = pattern(written + i);
      }
      ByteBuffer source = ByteBuffer.wrap(chunk);
      try {
        written += conn.write(source);
      } catch (SocketTimeoutException e) {
        assertThat(e.bytesTransferred).isEqualTo(source.position());
        return written + source.position();
      }
    }
  }

  /** Reads the pattern up to the byte -1; returns its length. */
  private static long readPattern(Conn conn) throws IOException {
    byte[] chunk = new byte[32 * 1024];
    for (long at = 0; ; ) {
      int n = conn.read(chunk);
      assertThat(n).isPositive();
      for (int i = 0; i < n; i++, at++) {
        if (chunk[i] == -1) {
          assertThat(i).isEqualTo(n - 1);
          return at;
        }
        if (chunk[i] != pattern(at)) {
          throw new AssertionError("another byte than was sent, at " + at);
        }
      }
    }
  }

  private static byte pattern(long at) {
    return (byte) (at % 251);
  }

  @TckTest
  @Case("B06")
  void aPastDeadlineWinsOverDataThatIsThere(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    pair.server().write(new byte[] {1, 2, 3});
    net.start(conn, conn::awaitReadable).join();
    conn.setReadDeadline(Instant.now().minusSeconds(5));
    ByteBuffer buffer = ByteBuffer.allocate(16);
    for (int i = 0; i < 2; i++) {
      Expect.timeout(net.start(conn, () -> conn.read(buffer)).failure());
      assertThat(buffer.position()).isZero();
    }
    conn.setReadDeadline(null);
    assertThat(Traffic.readFully(conn, 3)).containsExactly(1, 2, 3);
  }

  @TckTest
  @Case("B07")
  void aReadDeadlineThatPassesStaysPassed(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    pair.server().write(new byte[1024]);
    net.start(conn, () -> staysPassed(conn, () -> conn.read(new byte[1]))).join();
  }

  @TckTest
  @Case("B09")
  void aWriteDeadlineWinsOverSpaceThatIsThere(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    conn.setWriteDeadline(LONG_AGO);
    ByteBuffer buffer = ByteBuffer.allocate(16);
    for (int i = 0; i < 2; i++) {
      Throwable failure = net.start(conn, () -> conn.write(buffer)).failure();
      Expect.timeout(failure);
      assertThat(((SocketTimeoutException) failure).bytesTransferred).isZero();
      assertThat(buffer.position()).isZero();
    }
    net.start(conn, () -> staysPassed(conn, () -> conn.write(new byte[1]))).join();
  }

  /** A call that never waits succeeds until a deadline passes, and then fails for ever. */
  private static void staysPassed(Conn conn, Step call) throws Exception {
    Duration timeout = Duration.ofMillis(200);
    long start = System.nanoTime();
    conn.setTimeout(timeout);
    int successes = 0;
    try {
      for (; ; successes++) {
        call.run();
        Await.elapse(Duration.ofMillis(20));
      }
    } catch (SocketTimeoutException e) {
      assertThat(e.bytesTransferred).isZero();
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(timeout.toNanos());
      assertThat(successes).isPositive();
    }
    for (int i = 0; i < 5; i++) {
      try {
        call.run();
        throw new AssertionError("a deadline that passed has come back");
      } catch (SocketTimeoutException e) {
        Expect.timeout(e);
      }
    }
  }

  @TckTest
  @Case("B08")
  void aReadWithoutDeadlineWaitsUntilClose(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    conn.setDeadline(LONG_AGO);
    conn.setWriteDeadline(LONG_AGO);
    conn.setReadDeadline(null);
    Task<Integer> reader = net.start(conn, () -> conn.read(new byte[1]));
    assertThat(reader.ended(100)).isFalse();
    net.start(conn, conn::close).join();
    Expect.closed(reader.failure());
  }

  @TckTest
  @Case("B13")
  void deadlinesThatArePushedAheadNeverFire(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    Task<@Nullable Void> reader =
        net.start(
            conn,
            () -> {
              do {
                conn.setReadTimeout(Duration.ofHours(1));
              } while (conn.read(new byte[1]) > 0);
            });
    Task<@Nullable Void> writer =
        net.start(
            conn,
            () -> {
              for (; ; ) {
                conn.setWriteTimeout(Duration.ofHours(1));
                conn.write(new byte[1]);
              }
            });
    net.start(
            pair.server(),
            () -> {
              for (int round = 0; round < 1000; round++) {
                pair.server().write(new byte[1]);
                Traffic.readFully(pair.server(), 1);
              }
              pair.server().close();
            })
        .join();
    Expect.broken(writer.failure());
    reader.ended(Long.MAX_VALUE);
    if (reader.state() == Future.State.FAILED) {
      Expect.broken(reader.failure());
    }
  }

  @TckTest
  @Case("B14")
  void theYearOfTheEpochUnblocksAReader(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    ByteBuffer buffer = ByteBuffer.allocate(4);
    Task<Integer> reader = net.start(conn, () -> conn.read(buffer)).awaitParked();
    net.start(conn, () -> conn.setReadDeadline(LONG_AGO)).join();
    Expect.timeout(reader.failure());
    assertThat(buffer.position()).isZero();
  }

  @TckTest
  @Case("B15")
  void theFarthestDeadlineMeansNever(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    for (Step far :
        List.<Step>of(
            () -> conn.setDeadline(Instant.MAX),
            () -> conn.setTimeout(Duration.ofSeconds(Long.MAX_VALUE, 999_999_999)),
            () -> conn.setTimeout(Duration.ofNanos(Long.MAX_VALUE)))) {
      far.run();
      Task<Integer> reader = net.start(conn, () -> conn.read(new byte[1])).awaitParked();
      net.start(pair.server(), () -> pair.server().write(new byte[1])).join();
      assertThat(reader.join()).isEqualTo(1);
      net.start(conn, () -> Traffic.roundTrip(conn, pair.server())).join();
    }
    for (Step past :
        List.<Step>of(
            () -> conn.setDeadline(Instant.MIN),
            () -> conn.setTimeout(Duration.ofSeconds(Long.MIN_VALUE)))) {
      past.run();
      Expect.timeout(net.start(conn, () -> conn.read(new byte[1])).failure());
    }
  }

  @TckTest
  void aDeadlineMayBeExtendedAndShortenedWhileAReaderWaits(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    conn.setReadTimeout(Duration.ofMillis(150));
    Task<Integer> reader = net.start(conn, () -> conn.read(new byte[1])).awaitParked();
    conn.setReadTimeout(Duration.ofHours(1));
    assertThat(reader.ended(200)).isFalse();
    conn.setReadTimeout(Duration.ofMillis(1));
    Expect.timeout(reader.failure());
  }

  @TckTest
  void aClearedDeadlineDoesNotFire(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    conn.setReadTimeout(Duration.ofMillis(100));
    Task<Integer> reader = net.start(conn, () -> conn.read(new byte[1])).awaitParked();
    conn.setReadTimeout(null);
    assertThat(reader.ended(150)).isFalse();
    pair.server().write(new byte[1]);
    assertThat(reader.join()).isEqualTo(1);
  }

  @TckTest
  void zeroAndNegativeTimeoutsAreOverAtOnce(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    for (Duration over : List.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofDays(-1))) {
      conn.setTimeout(over);
      Expect.timeout(net.start(conn, () -> conn.read(new byte[1])).failure());
      Expect.timeout(net.start(conn, () -> conn.write(new byte[1])).failure());
    }
  }

  @TckTest
  void anEmptyWriteHonoursThePastDeadlineAndAnEmptyReadDoesNot(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    conn.setDeadline(LONG_AGO);
    Expect.timeout(net.start(conn, () -> conn.write(new byte[0])).failure());
    assertThat(net.start(conn, () -> conn.read(new byte[0])).join()).isZero();
  }

  @TckTest
  void aTimedOutWriteTellsHowMuchWentOut(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    ByteBuffer[] sources = {
      ByteBuffer.allocate(1024), ByteBuffer.allocateDirect(32 * 1024 * 1024), ByteBuffer.allocate(1)
    };
    conn.setWriteTimeout(Duration.ofMillis(100));
    Throwable failure = net.start(conn, () -> conn.write(sources)).failure();
    Expect.timeout(failure);
    long taken = 0;
    for (ByteBuffer source : sources) {
      taken += source.position();
    }
    assertThat(((SocketTimeoutException) failure).bytesTransferred).isEqualTo((int) taken);
    assertThat(sources[0].hasRemaining()).isFalse();
    assertThat(sources[2].position()).isZero();
    net.start(conn, conn::close).join();
    assertThat(net.start(pair.server(), () -> Traffic.discard(pair.server())).join())
        .isEqualTo(taken);
  }

  @TckTest
  void aTimedOutReaderLeavesTheDataToTheNext(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    int count = 200;
    Task<@Nullable Void> writer =
        net.start(
            pair.server(),
            () -> {
              for (int i = 0; i < count; i++) {
                pair.server().write(new byte[] {(byte) i});
                Await.elapse(Duration.ofNanos(500_000));
              }
            });
    Task<@Nullable Void> reader =
        net.start(
            conn,
            () -> {
              byte[] one = new byte[1];
              for (int i = 0; i < count; ) {
                conn.setReadTimeout(Duration.ofNanos(400_000));
                try {
                  conn.read(one);
                  assertThat(one[0]).isEqualTo((byte) i);
                  i++;
                } catch (SocketTimeoutException e) {
                  assertThat(e.bytesTransferred).isZero();
                }
              }
            });
    writer.join();
    reader.join();
  }

  @TckTest(networks = TCP)
  void deadlinesOfOneConnectionLeaveTheOthersAlone(TestingNet net) throws Exception {
    ConnPair one = net.pair();
    ConnPair other = net.pair();
    Task<Integer> waits = net.start(other.client(), () -> other.client().read(new byte[1]));
    waits.awaitParked();
    one.client().setReadTimeout(Duration.ofMillis(20));
    Expect.timeout(net.start(one.client(), () -> one.client().read(new byte[1])).failure());
    assertThat(waits.isDone()).isFalse();
    other.server().write(new byte[1]);
    assertThat(waits.join()).isEqualTo(1);
  }
}
