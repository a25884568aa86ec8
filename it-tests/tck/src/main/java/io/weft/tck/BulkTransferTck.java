package io.weft.tck;

import static io.weft.Network.TCP;
import static io.weft.Network.UNIX;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.Listener;
import io.weft.Network;
import io.weft.spi.Capability;
import io.weft.spi.Errno;
import io.weft.tck.FaultPlan.Call;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Goal: a transfer of many bytes, which an adapter may hand through the kernel, moves what every
 * other one moves: all of it in order, no more than was asked for, and nothing is lost on the way.
 */
@Tck
class BulkTransferTck {
  private static final int MIB = 1024 * 1024;

  /** What is sent into one connection is moved to another one, which nobody reads at first. */
  private static final class Relay implements AutoCloseable {
    final FaultPlan plan = new FaultPlan();
    final TestingNet net;
    final TestingNet feeding;
    final ConnPair from;
    final ConnPair onward;
    final byte[] data;
    private @Nullable Task<@Nullable Void> sender;

    Relay(TestingNet suite, int bytes) throws Exception {
      feeding = suite;
      net = suite.another(plan);
      // faults are for the onward connection only: who feeds is on another net
      try (Listener listener = net.listen()) {
        from = new ConnPair(suite.dial(listener), listener.accept());
      }
      onward = net.pair();
      data = Traffic.randomBytes(net.random(), bytes);
    }

    /** All data, and then the end. */
    Relay send() throws Exception {
      sender =
          feeding.start(
              from.client(),
              () -> {
                from.client().write(data);
                from.client().closeWrite();
              });
      return this;
    }

    Task<Long> transfer(long countMax) throws Exception {
      return net.start(from.server(), () -> from.server().transferTo(onward.client(), countMax));
    }

    /**
     * A transfer of everything that has come so far that the target has no room left, or that the
     * plan holds its write back.
     */
    Task<Long> blocked() throws Exception {
      return blocked(() -> transfer(Long.MAX_VALUE));
    }

    <T> Task<T> blocked(Callable<Task<T>> start) throws Exception {
      int before = plan.fullCount();
      Task<T> transfer = start.call();
      Await.until(
          "a write that waits",
          () -> transfer.isDone() || plan.fullCount() > before || plan.heldCount() > 0);
      return transfer.awaitParked();
    }

    /** What the transfer throws that an interrupt ends; its thread's flag is clear afterwards. */
    Task<Throwable> interruptible() throws Exception {
      return net.start(
          from.server(),
          () -> {
            try {
              throw new AssertionError(
                  "moved " + from.server().transferTo(onward.client(), Long.MAX_VALUE));
            } catch (InterruptedIOException e) {
              assertThat(Thread.interrupted()).isTrue();
              return e;
            }
          });
    }

    /** Of data that was sent whole, what the target got and what is left make it up. */
    byte[] assertNothingLost() throws Exception {
      if (onward.client().isOpen()) {
        onward.client().closeWrite();
      }
      byte[] got = net.start(onward.server(), () -> Traffic.readAll(onward.server())).join();
      byte[] rest = rest();
      assertThat(got.length + rest.length).isEqualTo(data.length);
      assertThat(Arrays.equals(data, 0, got.length, got, 0, got.length)).isTrue();
      return got;
    }

    /** What is left at the source: the end of the data. */
    byte[] rest() throws Exception {
      byte[] rest = net.start(from.server(), () -> Traffic.readAll(from.server())).join();
      int start = data.length - rest.length;
      assertThat(Arrays.equals(data, start, data.length, rest, 0, rest.length)).isTrue();
      if (sender != null) {
        sender.join();
      }
      return rest;
    }

    void assertAllArrives(Task<Long> transfer) throws Exception {
      Task<byte[]> reader =
          net.start(onward.server(), () -> Traffic.readFully(onward.server(), data.length));
      assertThat(Arrays.equals(reader.join(), data)).isTrue();
      assertThat(transfer.join()).isEqualTo(data.length);
    }

    @Override
    public void close() throws IOException {
      net.close();
    }
  }

  private static boolean hasPipes(TestingNet net) {
    return !net.config().lacks().contains(Capability.PIPES);
  }

  @TckTest
  void manyBytesGoThroughTheKernelWhereTheAdapterHasPipes(TestingNet net) throws Exception {
    try (Relay relay = new Relay(net, 8 * MIB).send()) {
      relay.assertAllArrives(relay.transfer(Long.MAX_VALUE));
      if (hasPipes(net)) {
        assertThat(relay.plan.pipedBytes()).isPositive();
      } else {
        assertThat(relay.plan.pipedBytes()).isZero();
      }
    }
  }

  @TckTest
  void muchAndLittleTakeTurnsInOneTransfer(TestingNet net) throws Exception {
    try (Relay relay = new Relay(net, 5 * MIB)) {
      Conn in = relay.from.client();
      Task<Long> transfer = relay.transfer(Long.MAX_VALUE);
      Task<byte[]> reader =
          relay.net.start(
              relay.onward.server(),
              () -> Traffic.readFully(relay.onward.server(), relay.data.length));
      int at = 0;
      for (int round = 0; at < relay.data.length; round++) {
        int size = Math.min(round % 5 == 0 ? MIB : 1 + 7 * round, relay.data.length - at);
        int from = at;
        relay.feeding.start(in, () -> in.write(relay.data, from, size)).join();
        at += size;
        transfer.awaitParked();
      }
      assertThat(Arrays.equals(reader.join(), relay.data)).isTrue();
      in.close();
      assertThat(transfer.join()).isEqualTo(relay.data.length);
    }
  }

  @TckTest
  void theCountIsKeptExactly(TestingNet net) throws Exception {
    try (Relay relay = new Relay(net, 4 * MIB).send()) {
      byte[] got = new byte[relay.data.length];
      int at = 0;
      for (int count : new int[] {65_536, 65_537, 400_000, 1, MIB + 3, 2 * MIB - 5}) {
        int from = at;
        Task<Integer> reader =
            relay.net.start(
                relay.onward.server(),
                () -> {
                  byte[] part = Traffic.readFully(relay.onward.server(), count);
                  System.arraycopy(part, 0, got, from, count);
                  return count;
                });
        assertThat(relay.transfer(count).join()).isEqualTo(count);
        at += reader.join();
      }
      byte[] rest = relay.rest();
      assertThat(rest).hasSize(got.length - at);
      assertThat(Arrays.equals(got, 0, at, relay.data, 0, at)).isTrue();
    }
  }

  @TckTest
  void aDeadlineAndAnInterruptTellExactlyWhatTheTargetTook(TestingNet net) throws Exception {
    try (Relay relay = new Relay(net, 32 * MIB).send()) {
      relay.onward.client().setWriteTimeout(Duration.ofMillis(50));
      Throwable late = relay.transfer(Long.MAX_VALUE).failure();
      assertThat(late).isInstanceOf(SocketTimeoutException.class);
      int moved = ((InterruptedIOException) late).bytesTransferred;
      relay.onward.client().setWriteTimeout(null);
      Task<Throwable> ended = relay.blocked(relay::interruptible);
      ended.interrupt();
      int more = ((InterruptedIOException) ended.join()).bytesTransferred;
      Expect.transferred(ended.join(), more);
      moved += more;
      assertThat(relay.assertNothingLost()).hasSize(moved);
    }
  }

  @TckTest
  void aCloseOfTheTargetLosesNothing(TestingNet net) throws Exception {
    try (Relay relay = new Relay(net, 32 * MIB).send()) {
      Task<Long> transfer = relay.blocked();
      relay.net.start(relay.onward.client(), relay.onward.client()::close).join();
      // before or during a write: it makes one after the other
      Throwable closed = transfer.failure();
      Expect.closed(closed);
      Expect.transferred(closed, relay.assertNothingLost().length);
    }
  }

  @TckTest
  void aResetOfTheTargetLeavesWhatItDidNotTake(TestingNet net) throws Exception {
    try (Relay relay = new Relay(net, 32 * MIB).send()) {
      Task<Long> transfer = relay.blocked();
      // with unread input, so its kernel resets
      relay.onward.server().close();
      Throwable broken = transfer.failure();
      Expect.broken(broken);
      int rest = relay.rest().length;
      assertThat(rest).isPositive();
      Expect.transferred(broken, relay.data.length - rest);
    }
  }

  @TckTest
  void aCloseOfTheSourceEndsTheTransferWhenTheTargetLetsIt(TestingNet net) throws Exception {
    try (Relay relay = new Relay(net, 32 * MIB)) {
      Conn in = relay.from.client();
      Task<Long> sender = relay.feeding.start(in, () -> (long) in.write(relay.data));
      Task<Long> transfer = relay.blocked();
      Conn end = relay.onward.server();
      relay.net.start(relay.from.server(), relay.from.server()::close).join();
      Task<Long> reader = relay.net.start(end, () -> Traffic.discard(end));
      Expect.closedDuring(transfer.failure());
      Expect.broken(sender.failure());
      relay.onward.client().close();
      assertThat(reader.join()).isBetween(1L, (long) relay.data.length);
    }
  }

  @TckTest
  void aNetThatClosesLeavesNoPipeOpen(TestingNet net) throws Exception {
    Set<String> before = Resources.openPipes();
    try (Relay relay = new Relay(net, 32 * MIB)) {
      Conn in = relay.from.client();
      Task<Long> sender = relay.feeding.start(in, () -> (long) in.write(relay.data));
      Task<Long> transfer = relay.blocked();
      net.start(relay.net.net()::close).join();
      Expect.closed(transfer.failure());
      sender.failure();
    }
    Await.until("all pipes are closed", () -> before.containsAll(Resources.openPipes()));
  }

  @TckTest
  void transfersThatFailDoNotUseUpPipes(TestingNet net) throws Exception {
    try (Relay relay = new Relay(net, 24 * MIB).send()) {
      Conn end = relay.onward.server();
      Task<byte[]> reader = relay.net.start(end, () -> Traffic.readFully(end, relay.data.length));
      Set<String> lent = Set.of();
      for (int round = 1; round <= 60; round++) {
        relay.plan.takeNext(Integer.MAX_VALUE, 1000).thenFail(Errno.ENOBUFS);
        assertThat(relay.transfer(Long.MAX_VALUE).failure()).hasMessageEndingWith("(ENOBUFS)");
        lent = round == 2 ? Resources.openPipes() : lent;
      }
      assertThat(lent).containsAll(Resources.openPipes());
      relay.transfer(Long.MAX_VALUE).join();
      assertThat(Arrays.equals(reader.join(), relay.data)).isTrue();
    }
  }

  @TckTest
  void whatAPipeIsRefusedGoesByMemory(TestingNet net) throws Exception {
    Object[][] rows = {
      {Call.PIPE, 1000, Errno.EMFILE},
      {Call.PIPE, 1, Errno.EMFILE},
      {Call.PIPED_READ, 1, Errno.EOPNOTSUPP},
      {Call.PIPED_READ, 3, Errno.EAGAIN},
      {Call.PIPED_WRITE, 1, Errno.EOPNOTSUPP},
      {Call.PIPED_WRITE, 1000, Errno.EOPNOTSUPP}
    };
    for (Object[] row : rows) {
      try (Relay relay = new Relay(net, 4 * MIB).send()) {
        relay.plan.fail((Call) row[0], (int) row[1], (Errno) row[2]);
        relay.assertAllArrives(relay.transfer(Long.MAX_VALUE));
      }
    }
  }

  @TckTest
  void whatIsTakenInPiecesArrivesInOrder(TestingNet net) throws Exception {
    try (Relay relay = new Relay(net, MIB).send()) {
      relay.plan.takeAtMost(1000);
      relay.assertAllArrives(relay.transfer(Long.MAX_VALUE));
    }
  }

  @TckTest
  void aFailureHalfWayLosesNothing(TestingNet net) throws Exception {
    for (Errno errno : new Errno[] {Errno.EPIPE, Errno.ECONNRESET, Errno.ENOBUFS}) {
      try (Relay relay = new Relay(net, MIB).send()) {
        relay.plan.takeNext(Integer.MAX_VALUE, 10_000).thenFail(errno);
        Throwable failed = relay.transfer(Long.MAX_VALUE).failure();
        assertThat(failed).hasMessageEndingWith("(" + errno.name() + ")");
        Expect.transferred(failed, relay.assertNothingLost().length);
      }
    }
  }

  @TckTest(networks = TCP, optIn = "weft.tck.big")
  void howFarItCameIsExactBeyondTwoGibibytes(TestingNet net) throws Exception {
    try (Relay relay = new Relay(net, MIB)) {
      long count = 2049L * MIB;
      relay.feeding.start(
          relay.from.client(),
          () -> {
            for (long sent = 0; sent < count; sent += MIB) {
              relay.from.client().write(relay.data);
            }
          });
      Task<Long> transfer = relay.transfer(Long.MAX_VALUE);
      Conn end = relay.onward.server();
      ByteBuffer some = ByteBuffer.allocateDirect(MIB);
      for (long read = 0; read < count; ) {
        read += end.read(some.clear());
      }
      relay.from.server().setReadTimeout(Duration.ZERO);
      Throwable late = transfer.failure();
      Expect.timeout(late);
      Expect.transferred(late, count);
    }
  }

  @TckTest
  void aSuccessThatComesWithTheDeadlineCounts(TestingNet net) throws Exception {
    try (Relay relay = new Relay(net, 32 * MIB).send()) {
      relay.plan.holdBack(Call.WRITE);
      Task<Long> transfer = relay.blocked();
      int early = readUntilHeld(relay);
      relay.onward.client().setWriteTimeout(Duration.ZERO);
      InterruptedIOException late = (InterruptedIOException) transfer.failure();
      relay.plan.holdNothingBack();
      relay.onward.client().setWriteTimeout(null);
      relay.onward.client().closeWrite();
      byte[] got = Traffic.readAll(relay.onward.server());
      assertThat(early + got.length).isEqualTo(late.bytesTransferred);
      assertThat(relay.rest()).hasSize(relay.data.length - late.bytesTransferred);
      assertThat(Arrays.equals(relay.data, early, early + got.length, got, 0, got.length)).isTrue();
    }
  }

  private static int readUntilHeld(Relay relay) throws IOException {
    Conn end = relay.onward.server();
    byte[] part = new byte[100_000];
    int length = 0;
    while (relay.plan.heldCount() == 0) {
      end.setReadTimeout(Duration.ofMillis(20));
      try {
        int n = end.read(part);
        assertThat(Arrays.equals(relay.data, length, length + n, part, 0, n)).isTrue();
        length += n;
      } catch (SocketTimeoutException e) {
        // the loop has not seen yet that there is room
      }
    }
    end.setReadTimeout(null);
    return length;
  }

  @TckTest
  void readinessThatIsNoneDoesNoHarm(TestingNet net) throws Exception {
    try (Relay relay = new Relay(net, 8 * MIB)) {
      Task<Long> transfer = relay.transfer(Long.MAX_VALUE);
      relay.plan.wakeSpuriously(200);
      relay.send();
      relay.assertAllArrives(transfer);
    }
  }

  @TckTest(networks = {TCP, UNIX})
  void aTargetOfTheOtherNetworkTakesTheSame(TestingNet net) throws Exception {
    Network other = net.network() == TCP ? UNIX : TCP;
    byte[] data = Traffic.randomBytes(net.random(), 4 * MIB);
    ConnPair from = net.pair();
    try (Listener listener = net.net().listen(other.toString(), net.freeAddress(other))) {
      Conn target = net.net().dial(other.toString(), TestingNet.addressOf(listener));
      Conn end = listener.accept();
      net.start(from.client(), () -> from.client().write(data));
      Task<Long> transfer =
          net.start(from.server(), () -> from.server().transferTo(target, data.length));
      assertThat(Arrays.equals(Traffic.readFully(end, data.length), data)).isTrue();
      assertThat(transfer.join()).isEqualTo(data.length);
    }
  }
}
