package io.weft.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Goal: a load counts what came back, in time from when it was due, and finds every wrong byte. */
class LoadTest {
  private static final Duration TIME = Duration.ofMillis(200);
  private static final int SIZE = 64;

  @Test
  void aClosedLoopCountsEveryAnswer() throws IOException {
    try (TestingServer echo = TestingServer.echo(bytes -> {})) {
      Sample sample = run(plan(Workload.CLOSED_LOOP, echo, 8, 1));
      assertThat(sample.requests()).isPositive();
      assertThat(sample.bytes()).isEqualTo(sample.requests() * SIZE);
      assertThat(sample.corruptBytes()).isZero();
      assertThat(sample.elapsedNanos()).isGreaterThanOrEqualTo(TIME.toNanos());
      assertThat(sample.latencyMicros())
          .hasSameSizeAs(Sample.PERCENTILES)
          .isSorted()
          .allMatch(micros -> micros > 0);
      assertThat(echo.accepted()).isEqualTo(8);
    }
  }

  @Test
  void aPipelineCountsEachOfItsRequests() throws IOException {
    try (TestingServer echo = TestingServer.echo(bytes -> {})) {
      Sample sample = run(plan(Workload.CLOSED_LOOP, echo, 2, 16));
      assertThat(sample.requests()).isPositive().matches(count -> count % 16 == 0);
      assertThat(sample.bytes()).isEqualTo(sample.requests() * SIZE);
    }
  }

  @Test
  void aBurstAsksEveryConnectionAndWaitsForAllOfThem() throws IOException {
    try (TestingServer echo = TestingServer.echo(bytes -> {})) {
      Sample sample = run(plan(Workload.BURST, echo, 30, 1));
      assertThat(sample.requests()).isPositive().matches(count -> count % 30 == 0);
      assertThat(sample.bytes()).isEqualTo(sample.requests() * SIZE);
    }
  }

  @Test
  void aStreamGetsBackAllThatItSent() throws IOException {
    try (TestingServer echo = TestingServer.echo(bytes -> {})) {
      Sample sample = run(new Plan(Workload.STREAM, echo.port(), 3, Plan.SIZE_BYTES_MAX, 1, 1));
      assertThat(sample.bytes()).isPositive().matches(count -> count % Plan.SIZE_BYTES_MAX == 0);
      assertThat(sample.corruptBytes()).isZero();
      assertThat(sample.requests()).isZero();
    }
  }

  @Test
  void aChurnConnectsForEachRequest() throws IOException {
    try (TestingServer echo = TestingServer.echo(bytes -> {})) {
      Sample sample = run(plan(Workload.CHURN, echo, 4, 1));
      // the first four are those that were opened beforehand
      assertThat(echo.accepted()).isEqualTo(sample.requests());
    }
  }

  @Test
  void idleConnectionsSayNothing() throws IOException {
    try (TestingServer echo = TestingServer.echo(bytes -> {})) {
      Sample sample = run(plan(Workload.IDLE, echo, 4, 1));
      assertThat(sample.bytes()).isZero();
      assertThat(sample.latencyMicros()).isEmpty();
      assertThat(sample.elapsedNanos()).isGreaterThanOrEqualTo(TIME.toNanos());
    }
  }

  @Test
  void aFixedRateSendsWhatIsDueAndCountsFromWhenItWasDue() throws IOException {
    int held = 100;
    int perSecond = 1_000;
    try (TestingServer slow = new TestingServer(conn -> echoAfter(conn, held))) {
      Plan plan = new Plan(Workload.FIXED_RATE, slow.port(), 1, SIZE, 1, perSecond);
      Sample sample;
      try (Load load = new Load(plan)) {
        load.open();
        sample = load.run(Duration.ofMillis(300));
      }
      assertThat(sample.requests()).isEqualTo(300);
      assertThat(latency(sample, 100)).isGreaterThanOrEqualTo(98_000);
      // a tenth of all was due at least 70 ms before the server answered
      assertThat(latency(sample, 90)).isGreaterThanOrEqualTo(69_000);
    }
  }

  @Test
  void oneWrongByteIsFound() throws IOException {
    TestingServer.Change change = bytes -> bytes.put(SIZE / 2, (byte) ~bytes.get(SIZE / 2));
    try (TestingServer liar = TestingServer.echo(change);
        Load load = new Load(plan(Workload.CLOSED_LOOP, liar, 1, 1))) {
      assertThat(load.open()).isEqualTo(1);
      Sample sample = load.run(TIME);
      assertThat(sample.corruptBytes()).isEqualTo(sample.requests());
    }
  }

  @Test
  void anOldAnswerIsFound() throws IOException {
    ByteBuffer first = ByteBuffer.allocate(SIZE);
    TestingServer.Change change =
        bytes -> {
          if (first.hasRemaining()) {
            first.put(bytes.duplicate());
          }
          bytes.duplicate().put(first.duplicate().flip());
        };
    try (TestingServer liar = TestingServer.echo(change);
        Load load = new Load(plan(Workload.CLOSED_LOOP, liar, 1, 1))) {
      assertThat(load.open()).isZero();
      assertThat(load.run(TIME).corruptBytes()).isPositive();
    }
  }

  @Test
  void aServerThatClosesIsReported() throws IOException {
    try (TestingServer rude = new TestingServer(conn -> conn.read(ByteBuffer.allocate(SIZE)));
        Load load = new Load(plan(Workload.CLOSED_LOOP, rude, 1, 1))) {
      assertThatThrownBy(load::open)
          .isInstanceOf(LoadException.class)
          .hasMessage("the server closed connection 0");
    }
  }

  @Test
  void bytesThatNobodyAskedForAreReported() throws IOException {
    try (TestingServer chatty = new TestingServer(LoadTest::answerTwice);
        Load load = new Load(plan(Workload.CLOSED_LOOP, chatty, 1, 1))) {
      assertThatThrownBy(load::open)
          .isInstanceOf(LoadException.class)
          .hasMessage("128 bytes came on connection 0, where 64 were due");
    }
  }

  @Test
  void aPlanNamesWhatIsOutOfRange() {
    assertThatThrownBy(() -> new Plan(Workload.CLOSED_LOOP, 1, 0, SIZE, 1, 1))
        .hasMessage("connections: 0 is not in 1 to 1000000");
  }

  private static void answerTwice(SocketChannel conn) throws IOException {
    conn.read(ByteBuffer.allocate(SIZE));
    conn.write(ByteBuffer.allocate(2 * SIZE));
  }

  /** Answers the first request, which opens; then holds so many before it answers any. */
  private static void echoAfter(SocketChannel conn, int held) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(SIZE * held);
    int wanted = SIZE;
    while (conn.read(buffer) >= 0) {
      if (buffer.position() >= wanted) {
        wanted = wanted == SIZE ? SIZE * held : 1;
        conn.write(buffer.flip());
        buffer.clear();
      }
    }
  }

  private static Plan plan(Workload workload, TestingServer server, int connections, int depth)
      throws IOException {
    return new Plan(workload, server.port(), connections, SIZE, depth, 1);
  }

  private static Sample run(Plan plan) throws IOException {
    try (Load load = new Load(plan)) {
      assertThat(load.open()).isZero();
      return load.run(TIME);
    }
  }

  private static double latency(Sample sample, double percentile) {
    return sample.latencyMicros().get(Sample.PERCENTILES.indexOf(percentile));
  }
}
