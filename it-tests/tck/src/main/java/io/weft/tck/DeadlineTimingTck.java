package io.weft.tck;

import static io.weft.Network.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.Listener;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Goal: a deadline is never early, and not much later than it says. */
@Tck
class DeadlineTimingTck {
  private static final Duration EARLY_CHECKED = Duration.ofMillis(64);
  private static final Duration LATE_CHECKED = Duration.ofMillis(4096);
  private static final int RUNS = 3;

  @TckTest(networks = TCP)
  @Case("B10")
  void aReadTimesOutNotBeforeItsDeadlineAndSoonAfter(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    net.start(
            conn,
            () ->
                isPunctual(
                    timeout -> {
                      conn.setReadTimeout(timeout);
                      conn.read(new byte[256]);
                      throw new AssertionError("nothing was sent");
                    }))
        .join();
  }

  @TckTest(networks = TCP)
  @Case("B11")
  void aWriteTimesOutNotBeforeItsDeadlineAndSoonAfter(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    net.start(
            conn,
            () ->
                isPunctual(
                    timeout -> {
                      conn.setWriteTimeout(timeout);
                      for (; ; ) {
                        conn.write(new byte[1024]);
                      }
                    }))
        .join();
  }

  /** A call that ends by the timeout that it is given. */
  private interface Timed {
    void run(Duration timeout) throws IOException;
  }

  /** Never early for several timeouts, and at most a tenth late for one of them. */
  private static void isPunctual(Timed call) throws IOException {
    boolean punctual = false;
    for (Duration timeout = Duration.ofMillis(1);
        !punctual || timeout.compareTo(EARLY_CHECKED) <= 0;
        timeout = timeout.multipliedBy(2)) {
      assertThat(timeout).as("late each time").isLessThanOrEqualTo(LATE_CHECKED);
      long start = System.nanoTime();
      try {
        call.run(timeout);
      } catch (SocketTimeoutException e) {
        long elapsed = System.nanoTime() - start;
        assertThat(elapsed).as("early").isGreaterThanOrEqualTo(timeout.toNanos());
        punctual |= elapsed <= timeout.toNanos() * 11 / 10;
      }
    }
  }

  @TckTest(networks = TCP)
  @Case("B12")
  void anyDeadlineEndsACopyWithATimeout(TestingNet net) throws Exception {
    long[] timeoutNanos = {
      1,
      2,
      5,
      50,
      100,
      200,
      500,
      750,
      1_000,
      5_000,
      25_000,
      250_000,
      500_000,
      1_000_000,
      5_000_000,
      100_000_000,
      250_000_000,
      500_000_000,
      1_000_000_000
    };
    try (Listener listener = net.listen()) {
      for (long nanos : timeoutNanos) {
        List<ConnPair> pairs = new ArrayList<>();
        List<Task<Long>> copies = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
          ConnPair pair = net.pair(listener);
          pairs.add(pair);
          net.start(pair.server(), () -> Traffic.flood(pair.server()));
          copies.add(net.start(pair.client(), () -> copy(pair.client(), nanos)));
        }
        for (Task<Long> copy : copies) {
          Expect.timeout(copy.failure());
        }
        pairs.forEach(ConnPair::close);
      }
    }
  }

  private static long copy(Conn conn, long nanos) throws IOException {
    long start = System.nanoTime();
    conn.setTimeout(Duration.ofNanos(nanos));
    try {
      return Traffic.discard(conn);
    } finally {
      assertThat(System.nanoTime() - start).as("early").isGreaterThanOrEqualTo(nanos);
    }
  }

  @TckTest(networks = TCP)
  void manyDeadlinesOfManyConnectionsAreAllKept(TestingNet net) throws Exception {
    try (Listener listener = net.listen()) {
      List<Task<Long>> reads = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        Conn conn = net.pair(listener).client();
        long nanos = Duration.ofMillis(1 + net.config().seed() % 7 + (i * 37L) % 200).toNanos();
        reads.add(net.start(conn, () -> copy(conn, nanos)));
      }
      for (Task<Long> read : reads) {
        Expect.timeout(read.failure());
      }
    }
  }
}
