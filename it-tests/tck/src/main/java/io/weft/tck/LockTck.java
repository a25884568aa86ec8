package io.weft.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Goal: one reader and one writer at a time, the others queue and are served; whatever is no read
 * and no write waits for neither; close wakes all of them, once.
 */
@Tck
class LockTck {
  private static final int WRITERS = 8;
  private static final int FRAMES = 12;
  private static final int FRAME_BYTES = 96 * 1024;

  @TckTest
  void writesThatRunTogetherNeverMix(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    List<Task<@Nullable Void>> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      byte writer = (byte) i;
      writers.add(net.start(conn, () -> writeFrames(conn, writer)));
    }
    Task<@Nullable Void> reader = net.start(pair.server(), () -> readFrames(pair.server()));
    for (Task<@Nullable Void> writer : writers) {
      writer.join();
    }
    reader.join();
  }

  /** Writes frames full of the writer's number, in turn from one buffer and from several. */
  private static void writeFrames(Conn conn, byte writer) throws IOException {
    byte[] frame = new byte[FRAME_BYTES];
    Arrays.fill(frame, writer);
    for (int i = 0; i < FRAMES; i++) {
      frame[1] = (byte) i;
      if (i % 2 == 0) {
        assertThat(conn.write(frame)).isEqualTo(FRAME_BYTES);
      } else {
        ByteBuffer[] parts = {
          ByteBuffer.wrap(frame, 0, 10),
          ByteBuffer.wrap(frame, 10, 70_000),
          ByteBuffer.wrap(frame, 70_010, FRAME_BYTES - 70_010)
        };
        assertThat(conn.write(parts)).isEqualTo(FRAME_BYTES);
      }
    }
  }

  private static void readFrames(Conn conn) throws IOException {
    int[] next = new int[WRITERS];
    for (int i = 0; i < WRITERS * FRAMES; i++) {
      byte[] frame = Traffic.readFully(conn, FRAME_BYTES);
      byte writer = frame[0];
      assertThat(frame[1]).as("frames of one writer in their order").isEqualTo((byte) next[writer]);
      next[writer]++;
      for (int at = 2; at < FRAME_BYTES; at++) {
        if (frame[at] != writer) {
          throw new AssertionError("bytes of " + frame[at] + " in a write of " + writer);
        }
      }
    }
  }

  @TckTest
  void queuedReadersAreAllServed(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    List<Task<Integer>> readers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      readers.add(
          net.start(
              conn,
              () -> {
                byte[] one = new byte[1];
                assertThat(conn.read(one)).isEqualTo(1);
                return (int) one[0];
              }));
    }
    for (Task<Integer> reader : readers) {
      reader.awaitParked();
    }
    pair.server().write(new byte[] {1, 2, 4, 8, 16, 32, 64, 127});
    int sum = 0;
    for (Task<Integer> reader : readers) {
      sum += reader.join();
    }
    assertThat(sum).isEqualTo(254);
  }

  @TckTest
  void closeWakesQueuedReadersAndWriters(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    List<Task<?>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(net.start(conn, () -> conn.read(new byte[1])).awaitParked());
      all.add(net.start(conn, () -> conn.write(new byte[16 * 1024 * 1024])).awaitParked());
    }
    net.start(conn, conn::close).join();
    for (Task<?> task : all) {
      Expect.closed(task.failure());
    }
  }

  @TckTest
  void ofManyClosesOneClosesAndAllReturn(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    Task<Integer> reader = net.start(conn, () -> conn.read(new byte[1])).awaitParked();
    int sockets = Resources.openSockets();
    CountDownLatch go = new CountDownLatch(1);
    List<Task<@Nullable Void>> closes = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      closes.add(
          net.start(
              conn,
              () -> {
                go.await();
                conn.close();
              }));
    }
    go.countDown();
    for (Task<@Nullable Void> close : closes) {
      close.join();
    }
    assertThat(Resources.openSockets()).isEqualTo(sockets - 1);
    Expect.closedDuring(reader.failure());
  }

  @TckTest
  void settingsAndShutdownDoNotWaitForBlockedCalls(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    Task<Integer> reader = net.start(conn, () -> conn.read(new byte[1])).awaitParked();
    Task<Integer> writer = net.start(conn, () -> conn.write(new byte[32 * 1024 * 1024]));
    writer.awaitParked();
    net.start(
            conn,
            () -> {
              conn.setDeadline(null);
              conn.setOption(StandardSocketOptions.SO_RCVBUF, 64 * 1024);
              assertThat(conn.getOption(StandardSocketOptions.SO_RCVBUF)).isPositive();
              assertThat(conn.isOpen()).isTrue();
              conn.closeRead();
            })
        .join();
    assertThat(reader.join()).isEqualTo(-1);
    assertThat(writer.isDone()).isFalse();
    net.start(conn, conn::close).join();
    Expect.closedDuring(writer.failure());
  }

  @TckTest
  void aReaderAndAWriterDoNotWaitForEachOther(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    Task<Integer> reader = net.start(conn, () -> conn.read(new byte[1])).awaitParked();
    net.start(conn, () -> conn.write(new byte[] {3})).join();
    assertThat(Traffic.readFully(pair.server(), 1)).containsExactly(3);
    pair.server().write(new byte[] {4});
    assertThat(reader.join()).isEqualTo(1);
    Task<Integer> writer = net.start(conn, () -> conn.write(new byte[32 * 1024 * 1024]));
    writer.awaitParked();
    pair.server().write(new byte[] {5});
    assertThat(net.start(conn, () -> conn.read(new byte[1])).join()).isEqualTo(1);
    assertThat(writer.isDone()).isFalse();
  }

  @TckTest
  void aQueuedWriterLooksAtTheDeadlineWhenItsTurnComes(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    ByteBuffer second = ByteBuffer.allocate(1024);
    Task<Integer> holder = net.start(conn, () -> conn.write(new byte[32 * 1024 * 1024]));
    holder.awaitParked();
    Task<Integer> queued = net.start(conn, () -> conn.write(second)).awaitParked();
    conn.setWriteTimeout(Duration.ofMillis(20));
    Expect.timeout(holder.failure());
    Expect.timeout(queued.failure());
    assertThat(second.position()).isZero();
  }

  @TckTest
  void aReadIntoAnEmptyBufferQueuesLikeAnyOther(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    Task<Integer> first = net.start(conn, () -> conn.read(new byte[1])).awaitParked();
    Task<Integer> empty = net.start(conn, () -> conn.read(new byte[0]));
    pair.server().write(new byte[1]);
    assertThat(first.join()).isEqualTo(1);
    assertThat(empty.join()).isZero();
  }

  @TckTest
  void operationsDeadlinesAndClosesRaceWithoutHarm(TestingNet net) throws Exception {
    for (int round = 0; round < 20; round++) {
      ConnPair pair = net.pair();
      Conn conn = pair.client();
      net.start(pair.server(), () -> Traffic.echo(pair.server()));
      CountDownLatch go = new CountDownLatch(1);
      List<Task<?>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(net.start(conn, () -> untilClosed(go, () -> conn.read(new byte[64]))));
        all.add(net.start(conn, () -> untilClosed(go, () -> conn.write(new byte[64]))));
      }
      all.add(
          net.start(conn, () -> untilClosed(go, () -> conn.setTimeout(Duration.ofNanos(50_000)))));
      go.countDown();
      Await.elapse(Duration.ofMillis(2));
      net.start(conn, conn::close).join();
      for (Task<?> task : all) {
        Expect.closed(task.failure());
      }
    }
  }

  private static void untilClosed(CountDownLatch go, Step step) throws Exception {
    go.await();
    for (; ; ) {
      try {
        step.run();
      } catch (SocketTimeoutException e) {
        // one of the others sets deadlines
      }
      // a yield would not do: on the JDK's scheduler threads that only yield starve all others
      LockSupport.parkNanos(1);
    }
  }
}
