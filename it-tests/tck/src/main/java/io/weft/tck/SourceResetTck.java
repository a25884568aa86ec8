package io.weft.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.Listener;
import io.weft.NetError;
import io.weft.spi.Capability;
import io.weft.spi.Errno;
import io.weft.tck.FaultPlan.Call;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Goal: a transfer whose target is full ends when its source is reset, at once where the adapter
 * notices that; an end of the source's stream is no reset; and nothing is lost.
 */
@Tck
class SourceResetTck {
  private static final int ROOM_BYTES = 128 * 1024;

  /** A transfer to a target that nobody reads. */
  private static final class Relay implements AutoCloseable {
    final FaultPlan plan = new FaultPlan();
    final TestingNet net;
    final ConnPair from;
    final ConnPair onward;
    final Conn source;
    final Conn target;
    // what is sent, over and over; its length divides no buffer's
    private final byte[] chunk;
    private long filledBytes;

    Relay(TestingNet suite) throws Exception {
      net = suite.another(plan);
      try (Listener listener = net.listen()) {
        // who feeds is on another net: what finds no room on this one is the transfer
        from = new ConnPair(suite.dial(listener), listener.accept());
      }
      onward = net.pair();
      source = from.server();
      target = narrow(net, onward);
      chunk = Traffic.randomBytes(net.random(), 65_537);
      // unread, it makes the peer's close a reset
      source.write(new byte[] {1});
    }

    Task<Long> transfer() throws Exception {
      return net.start(source, () -> source.transferTo(target, Long.MAX_VALUE));
    }

    /** A transfer of so much that neither end takes any more. */
    Task<Long> blocked() throws Exception {
      Task<Long> transfer = transfer();
      Traffic.fill(from.client(), chunk);
      assertThat(plan.fullCount()).isPositive();
      return transfer.awaitParked();
    }

    /** A transfer of little, to a target that has no room at all. */
    Task<Long> blockedWithLittle() throws Exception {
      filledBytes = Traffic.fill(target);
      from.client().write(little());
      return blockedAgain();
    }

    byte[] little() {
      return part(0, 1000);
    }

    /** A transfer that finds the target full. */
    Task<Long> blockedAgain() throws Exception {
      int before = plan.fullCount();
      Task<Long> transfer = transfer();
      Await.until("a full target", () -> plan.fullCount() > before || transfer.isDone());
      return transfer.awaitParked();
    }

    void reset() throws IOException {
      if (net.network().isTcp()) {
        // else nio sends an end before the reset
        from.client().setOption(StandardSocketOptions.SO_LINGER, 0);
      }
      from.client().close();
    }

    private byte[] part(long start, int length) {
      byte[] part = new byte[length];
      for (int i = 0; i < length; i++) {
        part[i] = chunk[(int) ((start + i) % chunk.length)];
      }
      return part;
    }

    /**
     * The target has got what was moved, and what was received behind it comes before the reset.
     */
    void assertNothingLost(Throwable failed) throws Exception {
      int moved = Math.toIntExact(((NetError) failed).transferredBytes());
      byte[] kept = net.start(source, this::readUntilReset).join();
      assertThat(kept).isNotEmpty().isEqualTo(part(moved, kept.length));
      assertThat(net.start(onward.server(), () -> onwardBytes(moved)).join())
          .isEqualTo(part(0, moved));
    }

    private byte[] readUntilReset() throws IOException {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      byte[] part = new byte[100_000];
      for (; ; ) {
        try {
          int n = source.read(part);
          assertThat(n).isPositive();
          all.write(part, 0, n);
        } catch (IOException e) {
          Expect.reset(e);
          return all.toByteArray();
        }
      }
    }

    private byte[] onwardBytes(int count) throws IOException {
      Traffic.readFully(onward.server(), Math.toIntExact(filledBytes));
      return Traffic.readFully(onward.server(), count);
    }

    /** The little arrives, and the transfer goes on to the end of the stream. */
    void assertGoesOn(Task<Long> transfer) throws Exception {
      byte[] sent = little();
      assertThat(net.start(onward.server(), () -> onwardBytes(sent.length)).join()).isEqualTo(sent);
      assertThat(transfer.join()).isEqualTo(sent.length);
    }

    /** Reads at the other end of the target whatever comes. */
    void discard() throws Exception {
      net.start(onward.server(), () -> Traffic.discardQuietly(onward.server()));
    }

    @Override
    public void close() throws IOException {
      from.close();
      net.close();
    }
  }

  /** The client, with room that is fixed: else the kernel makes more when it likes. */
  private static Conn narrow(TestingNet net, ConnPair pair) throws IOException {
    if (net.network().isTcp()) {
      pair.client().setOption(StandardSocketOptions.SO_SNDBUF, ROOM_BYTES);
      pair.server().setOption(StandardSocketOptions.SO_RCVBUF, ROOM_BYTES);
    }
    return pair.client();
  }

  private static boolean lacks(TestingNet net) {
    return net.config().lacks().contains(Capability.RESET_WHILE_PAUSED);
  }

  private static void assertReset(Throwable failed, Conn source) {
    Expect.reset(failed);
    NetError error = (NetError) failed;
    assertThat(error.op()).isEqualTo("read");
    assertThat(error.local()).isEqualTo(source.localAddress());
    assertThat(error.remote()).isEqualTo(source.remoteAddress());
  }

  @TckTest
  void aResetOfTheSourceEndsATransferWhoseTargetIsFull(TestingNet net) throws Exception {
    for (boolean pipes : new boolean[] {false, true}) {
      try (Relay relay = new Relay(net)) {
        if (!pipes) {
          relay.plan.fail(Call.PIPE, 10_000, Errno.EMFILE);
        }
        Task<Long> transfer = relay.blocked();
        relay.reset();
        if (lacks(net)) {
          // only a target that takes bytes brings it to read again
          relay.discard();
          assertReset(transfer.failure(), relay.source);
          continue;
        }
        Throwable failed = transfer.failure();
        assertReset(failed, relay.source);
        relay.assertNothingLost(failed);
        Conn end = relay.onward.server();
        relay.net.start(relay.target, () -> Traffic.roundTrip(relay.target, end)).join();
      }
    }
  }

  @TckTest
  void aLaterTransferIsToldToo(TestingNet net) throws Exception {
    if (lacks(net)) {
      return;
    }
    try (Relay relay = new Relay(net)) {
      Task<Long> transfer = relay.blocked();
      transfer.interrupt();
      Expect.interrupted(transfer.failure());
      Task<Long> again = relay.blockedAgain();
      relay.reset();
      assertReset(again.failure(), relay.source);
      Expect.reset(relay.net.start(relay.source, () -> relay.source.write(new byte[1])).failure());
      assertReset(relay.transfer().failure(), relay.source);
    }
  }

  @TckTest
  void aResetAtAnyMomentEndsTheTransfer(TestingNet net) throws Exception {
    if (lacks(net) && !net.network().isTcp()) {
      // the JDK ends the stream before it closes a unix socket: a transfer may meet that first
      return;
    }
    for (int i = 0; i < 10; i++) {
      try (Relay relay = new Relay(net)) {
        relay.target.write(relay.chunk);
        Conn feeder = relay.from.client();
        Task<Long> transfer = relay.transfer();
        Thread.startVirtualThread(() -> Traffic.flood(feeder));
        LockSupport.parkNanos(net.random().nextInt(5_000_000));
        relay.reset();
        if (lacks(net)) {
          relay.discard();
        }
        assertReset(transfer.failure(), relay.source);
      }
    }
  }

  @TckTest
  void anEndOfTheSourceIsNoReset(TestingNet net) throws Exception {
    for (int way = 0; way < 3; way++) {
      try (Relay relay = new Relay(net)) {
        Conn feeder = relay.from.client();
        assertThat(Traffic.readFully(feeder, 1)).hasSize(1);
        Task<Long> transfer = relay.blockedWithLittle();
        // the stream, both streams, and all of the peer
        if (way < 2) {
          feeder.closeWrite();
        }
        if (way > 0) {
          relay.source.closeWrite();
        }
        if (way == 2) {
          feeder.close();
        }
        Await.elapse(Duration.ofMillis(50));
        assertThat(transfer.isDone()).as("way " + way).isFalse();
        relay.assertGoesOn(transfer);
      }
    }
  }

  @TckTest
  void aResetBehindTheEndOfTheSourceEndsIt(TestingNet net) throws Exception {
    if (lacks(net)) {
      return;
    }
    try (Relay relay = new Relay(net)) {
      Task<Long> transfer = relay.blockedWithLittle();
      relay.from.client().closeWrite();
      relay.reset();
      Throwable failed = transfer.failure();
      assertReset(failed, relay.source);
      relay.assertNothingLost(failed);
    }
  }

  @TckTest
  void aDeadlineAnInterruptAndACloseEndTheWaitAsEver(TestingNet net) throws Exception {
    try (Relay relay = new Relay(net)) {
      Task<Long> late = relay.blockedWithLittle();
      relay.target.setWriteTimeout(Duration.ZERO);
      Throwable timeout = late.failure();
      Expect.timeout(timeout);
      Expect.transferred(timeout, 0);
      relay.target.setWriteTimeout(null);
      Task<Long> interrupted = relay.blockedAgain();
      interrupted.interrupt();
      Throwable interrupt = interrupted.failure();
      Expect.interrupted(interrupt);
      assertThat(((InterruptedIOException) interrupt).bytesTransferred).isZero();
      Task<Long> closed = relay.blockedAgain();
      relay.net.start(relay.target, relay.target::close).join();
      Expect.closedDuring(closed.failure());
      byte[] all = relay.little();
      assertThat(Traffic.readFully(relay.source, all.length)).isEqualTo(all);
    }
  }

  @TckTest
  void aCloseOfTheSourceWaitsForNobody(TestingNet net) throws Exception {
    try (Relay relay = new Relay(net)) {
      Task<Long> transfer = relay.blockedWithLittle();
      relay.net.start(relay.source, relay.source::close).join();
      assertThat(transfer.isDone()).isFalse();
      relay.discard();
      Expect.closedDuring(transfer.failure());
    }
  }

  @TckTest
  void aTargetOfAnotherNetIsLetGo(TestingNet net) throws Exception {
    if (lacks(net)) {
      return;
    }
    FaultPlan plan = new FaultPlan();
    try (Relay relay = new Relay(net);
        TestingNet other = net.another(plan)) {
      Conn target = narrow(other, other.pair());
      Traffic.fill(target);
      int before = plan.fullCount();
      relay.from.client().write(relay.little());
      Task<Long> transfer =
          relay.net.start(relay.source, () -> relay.source.transferTo(target, Long.MAX_VALUE));
      Await.until("a full target", () -> plan.fullCount() > before || transfer.isDone());
      relay.reset();
      Throwable failed = transfer.failure();
      assertReset(failed, relay.source);
      Expect.transferred(failed, 0);
    }
  }
}
