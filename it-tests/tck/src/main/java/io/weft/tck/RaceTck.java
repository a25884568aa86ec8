package io.weft.tck;

import static io.weft.Network.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.Listener;
import io.weft.tck.FaultPlan.Call;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Goal: when an end and a success come at the same moment, one of the two is told, and nothing is
 * lost or sent twice; a wait that ends for nothing is not taken for a success. The moments are made
 * between the core and the adapter: the success comes first there, and is told only when the core
 * has asked for the end.
 */
@Tck
class RaceTck {
  private static final int LARGE_BYTES = 2 * 1024 * 1024;
  private static final int HALF_BYTES = LARGE_BYTES / 2;
  private static final int SMALL_QUEUE_BYTES = 64 * 1024;

  /** What ends a call. */
  private enum End {
    PAST_DEADLINE,
    TIMER,
    INTERRUPT;

    void strike(Task<?> call, Deadline deadline) throws Exception {
      switch (this) {
        case PAST_DEADLINE -> deadline.set(DeadlineTck.LONG_AGO);
        case TIMER -> deadline.set(Instant.now().plusMillis(5));
        case INTERRUPT -> call.interrupt();
      }
    }
  }

  /** Moves a deadline. */
  private interface Deadline {
    void set(Instant deadline) throws Exception;
  }

  /** Runs a call whose end is no failure here; null when it was ended. */
  private static <T> Callable<@Nullable T> endable(Callable<T> call) {
    return () -> {
      try {
        return call.call();
      } catch (InterruptedIOException e) {
        assertThat(Thread.interrupted()).isEqualTo(!(e instanceof SocketTimeoutException));
        return null;
      } finally {
        Thread.interrupted();
      }
    };
  }

  /** False when the call has succeeded at once: then there was nothing to hold back. */
  private static boolean isHeldBack(FaultPlan plan, int count, Task<?> call) throws Exception {
    Await.until("a success that is held back", () -> plan.heldCount() >= count || call.isDone());
    return plan.heldCount() >= count;
  }

  private static void awaitHeld(FaultPlan plan, int count) throws Exception {
    Await.until("a success that is held back", () -> plan.heldCount() >= count);
  }

  @TckTest
  void aReadThatEndsAsItSucceedsLosesNothing(TestingNet net) throws Exception {
    FaultPlan plan = new FaultPlan();
    try (TestingNet racing = net.another(plan)) {
      ConnPair pair = racing.pair();
      Conn conn = pair.client();
      int held = 0;
      for (End end : End.values()) {
        for (ByteBuffer buffer : List.of(ByteBuffer.allocate(8), ByteBuffer.allocateDirect(8))) {
          plan.holdBack(Call.READ).holdBack(Call.READABLE);
          Task<@Nullable Integer> reader = racing.start(conn, endable(() -> conn.read(buffer)));
          reader.awaitParked();
          pair.server().write(new byte[] {1, 2, 3});
          awaitHeld(plan, ++held);
          end.strike(reader, conn::setReadDeadline);
          Integer n = reader.join();
          plan.holdNothingBack();
          conn.setReadDeadline(null);
          assertThat(buffer.position()).isEqualTo(n == null ? 0 : 3);
          while (buffer.position() < 3) {
            racing.start(conn, () -> conn.read(buffer)).join();
          }
          assertThat(new byte[] {buffer.get(0), buffer.get(1), buffer.get(2)})
              .as(end.toString())
              .containsExactly(1, 2, 3);
        }
      }
      racing.start(conn, () -> Traffic.roundTrip(conn, pair.server())).join();
    }
  }

  @TckTest
  void aWaitForReadabilityThatEndsAsItSucceedsConsumesNothing(TestingNet net) throws Exception {
    FaultPlan plan = new FaultPlan();
    try (TestingNet racing = net.another(plan)) {
      ConnPair pair = racing.pair();
      Conn conn = pair.client();
      int held = 0;
      for (End end : End.values()) {
        plan.holdBack(Call.READABLE);
        Callable<Boolean> wait =
            () -> {
              conn.awaitReadable();
              return true;
            };
        Task<@Nullable Boolean> waiter = racing.start(conn, endable(wait));
        waiter.awaitParked();
        pair.server().write(new byte[] {42});
        awaitHeld(plan, ++held);
        end.strike(waiter, conn::setReadDeadline);
        waiter.join();
        plan.holdNothingBack();
        conn.setReadDeadline(null);
        assertThat(Traffic.readFully(conn, 1)).as(end.toString()).containsExactly(42);
      }
    }
  }

  @TckTest
  void aWriteThatEndsAsItSucceedsIsContinuedWhereItSaysThatItEnded(TestingNet net)
      throws Exception {
    FaultPlan plan = new FaultPlan();
    byte[] data = Traffic.randomBytes(net.random(), LARGE_BYTES);
    try (TestingNet racing = net.another(plan)) {
      ConnPair pair = racing.pair();
      Conn conn = pair.client();
      conn.setOption(StandardSocketOptions.SO_SNDBUF, SMALL_QUEUE_BYTES);
      pair.server().setOption(StandardSocketOptions.SO_RCVBUF, SMALL_QUEUE_BYTES);
      int held = 0;
      for (End end : End.values()) {
        for (ByteBuffer[] sources : sources(data)) {
          plan.holdBack(Call.WRITE);
          int waitingBefore = plan.waitingWriteCount();
          Task<@Nullable Long> writer = racing.start(conn, endable(() -> conn.write(sources)));
          // a reader before that could take all but the last piece, which then is the success
          Await.until("a write that waits", () -> plan.waitingWriteCount() > waitingBefore);
          // and one that took all could let the last attempt send all
          Task<byte[]> reader =
              racing.start(pair.server(), () -> Traffic.readFully(pair.server(), HALF_BYTES));
          awaitHeld(plan, ++held);
          end.strike(writer, conn::setWriteDeadline);
          assertThat(writer.join()).as("what is left was not sent").isNull();
          plan.holdNothingBack();
          conn.setWriteDeadline(null);
          assertThat(sources[0].position()).isPositive();
          Task<Long> rest = racing.start(conn, () -> conn.write(sources));
          byte[] first = reader.join();
          byte[] second =
              racing
                  .start(pair.server(), () -> Traffic.readFully(pair.server(), HALF_BYTES))
                  .join();
          rest.join();
          assertThat(Arrays.equals(first, 0, HALF_BYTES, data, 0, HALF_BYTES))
              .as("first half, %s", end)
              .isTrue();
          assertThat(Arrays.equals(second, 0, HALF_BYTES, data, HALF_BYTES, LARGE_BYTES))
              .as("second half, %s", end)
              .isTrue();
        }
      }
    }
  }

  /** The data as one buffer on the heap, one outside, and many outside. */
  private static List<ByteBuffer[]> sources(byte[] data) {
    ByteBuffer direct = ByteBuffer.allocateDirect(data.length).put(data).flip();
    ByteBuffer[] many = new ByteBuffer[100];
    int each = data.length / many.length;
    for (int i = 0; i < many.length; i++) {
      int from = i * each;
      many[i] = direct.slice(from, i == many.length - 1 ? data.length - from : each);
    }
    return List.of(
        new ByteBuffer[] {ByteBuffer.wrap(data)}, new ByteBuffer[] {direct.duplicate()}, many);
  }

  @TckTest
  void anAcceptThatEndsAsItSucceedsLeavesTheConnectionToTheNext(TestingNet net) throws Exception {
    FaultPlan plan = new FaultPlan();
    try (TestingNet racing = net.another(plan)) {
      Listener listener = racing.listen();
      int held = 0;
      for (End end : End.values()) {
        plan.holdBack(Call.ACCEPT);
        Task<@Nullable Conn> accept = racing.start(endable(listener::accept));
        accept.awaitParked();
        Conn client = racing.dial(listener);
        awaitHeld(plan, ++held);
        end.strike(accept, listener::setDeadline);
        Conn first = accept.join();
        plan.holdNothingBack();
        listener.setDeadline(null);
        Conn server = first == null ? racing.start(listener::accept).join() : first;
        racing.start(server, () -> Traffic.roundTrip(client, server)).join();
      }
    }
  }

  @TckTest(networks = TCP)
  void aDialThatEndsAsItSucceedsIsAWholeConnectionOrNone(TestingNet net) throws Exception {
    FaultPlan plan = new FaultPlan().holdBack(Call.CONNECT);
    try (TestingNet racing = net.another(plan)) {
      Listener listener = racing.listen();
      String address = TestingNet.addressOf(listener);
      int held = 0;
      for (End end : List.of(End.TIMER, End.INTERRUPT)) {
        DialConfig config =
            end == End.TIMER
                ? DialConfig.DEFAULT.withTimeout(Duration.ofMillis(200))
                : DialConfig.DEFAULT;
        int sockets = Resources.openSockets();
        Task<@Nullable Conn> dial =
            racing.start(endable(() -> racing.net().dial("tcp", address, config)));
        held++;
        while (!isHeldBack(plan, held, dial)) {
          Objects.requireNonNull(dial.join()).close();
          listener.accept().close();
          dial = racing.start(endable(() -> racing.net().dial("tcp", address, config)));
        }
        if (end == End.INTERRUPT) {
          dial.interrupt();
        }
        Conn client = dial.join();
        Conn server = listener.accept();
        if (client == null) {
          assertThat(server.read(new byte[1])).isEqualTo(-1);
        } else {
          // what ended the dial has no hold on the connection
          racing.start(client, () -> Traffic.roundTrip(client, server)).join();
          client.close();
        }
        server.close();
        assertThat(Resources.openSockets()).as("nothing is left open").isEqualTo(sockets);
      }
    }
  }

  @TckTest
  void callsThatEndByCloseAsTheySucceedTellOneOfTheTwo(TestingNet net) throws Exception {
    FaultPlan plan = new FaultPlan();
    try (TestingNet racing = net.another(plan)) {
      Listener listener = racing.listen();
      ConnPair pair = racing.pair(listener);
      Conn conn = pair.client();
      plan.holdBack(Call.READ).holdBack(Call.READABLE).holdBack(Call.ACCEPT);
      Task<Integer> reader = racing.start(conn, () -> conn.read(ByteBuffer.allocateDirect(1)));
      reader.awaitParked();
      pair.server().write(new byte[1]);
      awaitHeld(plan, 1);
      racing.start(conn::close).join();
      isResultOrClosed(reader);
      Task<Conn> accept = racing.start(listener::accept).awaitParked();
      racing.dial(listener);
      awaitHeld(plan, 2);
      racing.start(listener::close).join();
      isResultOrClosed(accept);
    }
  }

  private static void isResultOrClosed(Task<?> call) throws Exception {
    try {
      assertThat(call.join()).isNotNull();
    } catch (ClosedChannelException e) {
      Expect.closedDuring(e);
    }
  }

  @TckTest
  void aWaitThatEndsForNothingGoesOn(TestingNet net) throws Exception {
    FaultPlan plan = new FaultPlan();
    try (TestingNet disturbed = net.another(plan)) {
      Listener listener = disturbed.listen();
      ConnPair one = disturbed.pair(listener);
      ConnPair two = disturbed.pair(listener);
      plan.wakeSpuriously(400);
      byte[] data = Traffic.randomBytes(net.random(), 32 * 1024 * 1024);
      ByteBuffer heap = ByteBuffer.allocate(4);
      ByteBuffer direct = ByteBuffer.allocateDirect(4);
      Task<Integer> toHeap = disturbed.start(one.client(), () -> one.client().read(heap));
      Task<Integer> toDirect = disturbed.start(two.client(), () -> two.client().read(direct));
      Task<@Nullable Void> readable =
          disturbed.start(two.server(), () -> two.server().awaitReadable());
      Task<Integer> writer = disturbed.start(one.client(), () -> one.client().write(data));
      Task<Conn> accept = disturbed.start(listener::accept);
      List<Task<?>> all = List.of(toHeap, toDirect, readable, writer, accept);
      Await.until("all wake-ups for nothing", () -> !plan.hasFaultsLeft());
      assertThat(all).noneMatch(Task::isDone);
      one.server().write(new byte[] {1, 2});
      two.server().write(new byte[] {3, 4});
      assertThat(toHeap.join()).isEqualTo(2);
      assertThat(heap.flip()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
      assertThat(toDirect.join()).isEqualTo(2);
      assertThat(direct.flip()).isEqualTo(ByteBuffer.wrap(new byte[] {3, 4}));
      two.client().write(new byte[1]);
      readable.join();
      Conn client = disturbed.dial(listener);
      Conn server = accept.join();
      disturbed.start(server, () -> Traffic.roundTrip(client, server)).join();
      byte[] got =
          disturbed.start(one.server(), () -> Traffic.readFully(one.server(), data.length)).join();
      assertThat(Arrays.equals(got, data)).isTrue();
      assertThat(writer.join()).isEqualTo(data.length);
    }
  }

  @TckTest
  void aConversationIsNotDisturbedByWakeUpsForNothing(TestingNet net) throws Exception {
    FaultPlan plan = new FaultPlan();
    try (TestingNet disturbed = net.another(plan)) {
      ConnPair pair = disturbed.pair();
      byte[] data = Traffic.randomBytes(net.random(), LARGE_BYTES);
      plan.wakeSpuriously(1000);
      Task<Integer> writer = disturbed.start(pair.client(), () -> pair.client().write(data));
      disturbed.start(pair.server(), () -> Traffic.echo(pair.server()));
      byte[] got =
          disturbed
              .start(pair.client(), () -> Traffic.readFully(pair.client(), data.length))
              .join();
      assertThat(writer.join()).isEqualTo(data.length);
      assertThat(Arrays.equals(got, data)).isTrue();
    }
  }
}
