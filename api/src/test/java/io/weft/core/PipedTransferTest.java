package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.NetConfig;
import io.weft.NetError;
import io.weft.NetObserver;
import io.weft.Network;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Timeout;

/** Goal: bytes that go by pipe are moved as those that go by memory: in order, and none is lost. */
@Timeout(60)
class PipedTransferTest {
  private static final int ROOM_BYTES = 40_000;
  private static final int MANY_BYTES = 300_000;
  // the first buffer goes by memory
  private static final int BLOCKED_BYTES = CoreRig.BUFFER_BYTES + 10_000;

  /** With a poller that has pipes. */
  private static final class Pair extends TransferPair {
    Pair(Variant variant) {
      this(variant, Network.TCP);
    }

    Pair(Variant variant, Network network) {
      super(variant, network);
      rig.poller.lendPipes(ROOM_BYTES);
    }

    byte[] rest(int bytes) throws Exception {
      Call<byte[]> call =
          rig.call(
              () -> {
                byte[] all = new byte[bytes];
                int length = 0;
                while (length < bytes) {
                  length += source.read(all, length, bytes - length);
                }
                return all;
              });
      return call.result();
    }

    /** A transfer that waits with bytes in a pipe, after so many were written. */
    Call<Long> blocked() {
      Call<Long> call = blocked(Bytes.pattern(MANY_BYTES), BLOCKED_BYTES);
      assertThat(rig.poller.lentPipes).hasValue(1);
      return call;
    }

    /** What was not written is read, and then the rest. */
    void assertNothingLost(int sentBytes) throws Exception {
      byte[] all = Bytes.pattern(MANY_BYTES);
      assertThat(rig.poller.lentPipes).hasValue(0);
      assertThat(out.sent()).isEqualTo(Arrays.copyOf(all, sentBytes));
      assertThat(rest(MANY_BYTES - sentBytes))
          .isEqualTo(Arrays.copyOfRange(all, sentBytes, MANY_BYTES));
    }
  }

  @CoreTest
  void manyBytesGoByPipe(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      pair.out.stepMax(7_777);
      pair.in.feed(Bytes.pattern(MANY_BYTES));
      pair.in.feedEnd();
      assertThat(pair.transfer(Long.MAX_VALUE).result()).isEqualTo(MANY_BYTES);
      assertThat(pair.out.sent()).isEqualTo(Bytes.pattern(MANY_BYTES));
      // all but the first buffer
      assertThat(pair.out.sends.stream().filter(size -> size == 7_777)).hasSizeGreaterThan(30);
      assertThat(pair.transfer(1).result()).isZero();
    }
  }

  @CoreTest
  void aResetOfTheSourceEndsAWriteThatFindsNoRoom(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      Call<Long> call = pair.blocked();
      pair.in.fail(Errno.ECONNRESET);
      NetError reset = (NetError) call.failure(SocketException.class);
      assertThat(reset.op()).isEqualTo("read");
      assertThat(reset.transferredBytes()).isEqualTo(BLOCKED_BYTES);
      assertThat(pair.rig.poller.lentPipes).hasValue(0);
      int kept = ROOM_BYTES - 10_000;
      assertThat(pair.rest(kept))
          .isEqualTo(
              Arrays.copyOfRange(Bytes.pattern(MANY_BYTES), BLOCKED_BYTES, BLOCKED_BYTES + kept));
      pair.rig.call(() -> pair.source.read(new byte[1])).failure(SocketException.class);
    }
  }

  @CoreTest
  void fewBytesAtATimeGoByMemory(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      for (int i = 0; i < 50; i++) {
        pair.in.feed(Bytes.pattern(CoreRig.BUFFER_BYTES - 1));
      }
      pair.in.feedEnd();
      pair.transfer(Long.MAX_VALUE).result();
      assertThat(pair.rig.poller.pipes).hasValue(0);
    }
  }

  @CoreTest
  void whenLittleComesMemoryIsTakenAgainAndPipesWhenMuchComes(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      pair.in.feed(Bytes.pattern(100_000));
      Call<Long> call = pair.transfer(Long.MAX_VALUE);
      int written = 100_000;
      for (int i = 0; i < 6; i++) {
        awaitWritten(pair, written);
        pair.in.feed(Bytes.pattern(10));
        written += 10;
      }
      awaitWritten(pair, written);
      int pipes = pair.rig.poller.pipes.get();
      pair.in.feed(Bytes.pattern(10));
      awaitWritten(pair, written + 10);
      assertThat(pair.rig.poller.pipes).hasValue(pipes);
      pair.in.feed(Bytes.pattern(100_000));
      pair.in.feedEnd();
      assertThat(call.result()).isEqualTo(written + 10 + 100_000);
      assertThat(pair.rig.poller.pipes).hasValueGreaterThan(pipes);
    }
  }

  private static void awaitWritten(Pair pair, int bytes) {
    Waiting.until("it is written", () -> pair.out.sent().length == bytes);
    Waiting.until("it waits", () -> pair.in.isPendingWithoutMemory(Direction.READ));
  }

  @CoreTest
  void nothingIsHeldWhileNothingComes(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      pair.in.feed(Bytes.pattern(100_000));
      Call<Long> call = pair.transfer(Long.MAX_VALUE);
      awaitWritten(pair, 100_000);
      assertThat(pair.rig.poller.lentPipes).hasValue(0);
      pair.source.setReadTimeout(Duration.ZERO);
      SocketTimeoutException timeout = call.failure(SocketTimeoutException.class);
      assertThat(timeout.bytesTransferred).isEqualTo(100_000);
      assertThat(((NetError) timeout).op()).isEqualTo("read");
    }
  }

  @CoreTest
  void noMoreThanTheCountIsMoved(Variant variant) throws Exception {
    byte[] all = Bytes.pattern(MANY_BYTES);
    for (int count : new int[] {1025, 20_000, 41_024, 41_025, 200_001, 250_000}) {
      try (Pair pair = new Pair(variant)) {
        pair.in.feed(all);
        assertThat(pair.transfer(count).result()).isEqualTo(count);
        pair.assertNothingLost(count);
      }
    }
  }

  @CoreTest
  void aTimeoutLeavesWhatIsInThePipeToTheSource(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      pair.target.setWriteTimeout(Duration.ofSeconds(5));
      Call<Long> call = pair.blocked();
      pair.rig.clock.advance(Duration.ofSeconds(6));
      SocketTimeoutException timeout = call.failure(SocketTimeoutException.class);
      assertThat(timeout.bytesTransferred).isEqualTo(BLOCKED_BYTES);
      assertThat(((NetError) timeout).op()).isEqualTo("write");
      pair.assertNothingLost(BLOCKED_BYTES);
    }
  }

  @CoreTest
  void aTransferGoesOnWithWhatAnEarlierOneLeft(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      pair.blocked().thread().interrupt();
      Waiting.until("the write has ended", () -> !pair.out.isPending(Direction.WRITE));
      pair.out.room(Long.MAX_VALUE);
      assertThat(pair.transfer(5).result()).isEqualTo(5);
      pair.in.feedEnd();
      long rest = MANY_BYTES - BLOCKED_BYTES - 5;
      assertThat(pair.transfer(Long.MAX_VALUE).result()).isEqualTo(rest);
      assertThat(pair.out.sent()).isEqualTo(Bytes.pattern(MANY_BYTES));
    }
  }

  @CoreTest
  void anInterruptLeavesWhatIsInThePipeToTheSource(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      Call<Long> call = pair.blocked();
      call.thread().interrupt();
      InterruptedIOException interrupt = call.failure(InterruptedIOException.class);
      assertThat(interrupt.bytesTransferred).isEqualTo(BLOCKED_BYTES);
      assertThat(call.endedInterrupted()).isTrue();
      pair.assertNothingLost(BLOCKED_BYTES);
    }
  }

  @CoreTest
  void aFailureOfTheTargetLeavesWhatIsInThePipeToTheSource(Variant variant) throws Exception {
    for (Errno errno : new Errno[] {Errno.EPIPE, Errno.ECONNRESET, Errno.ENOBUFS}) {
      try (Pair pair = new Pair(variant)) {
        Call<Long> call = pair.blocked();
        pair.out.failWrites(errno);
        SocketException failure = call.failure(SocketException.class);
        assertThat(((NetError) failure).errnoName()).isEqualTo(errno.name());
        assertThat(((NetError) failure).transferredBytes()).isEqualTo(BLOCKED_BYTES);
        pair.assertNothingLost(BLOCKED_BYTES);
      }
    }
  }

  @CoreTest
  void aCloseOfTheTargetLeavesWhatIsInThePipeToTheSource(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      Call<Long> call = pair.blocked();
      pair.target.close();
      assertThat(((NetError) call.failure(ClosedChannelException.class)).op()).isEqualTo("write");
      pair.assertNothingLost(BLOCKED_BYTES);
    }
  }

  @CoreTest
  void closingTheSourceDoesNotWaitForAWriteToTheTarget(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      Call<Long> call = pair.blocked();
      pair.source.close();
      assertThat(pair.in.isReleased()).isTrue();
      pair.rig.settle();
      assertThat(call.isDone()).isFalse();
      pair.out.room(Long.MAX_VALUE);
      AsynchronousCloseException closed = call.failure(AsynchronousCloseException.class);
      assertThat(((NetError) closed).op()).isEqualTo("read");
      int piped = CoreRig.BUFFER_BYTES + ROOM_BYTES;
      assertThat(pair.out.sent()).isEqualTo(Arrays.copyOf(Bytes.pattern(MANY_BYTES), piped));
    }
  }

  @CoreTest
  void anErrorOfTheSourceIsToldAndSticks(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      pair.in.feed(Bytes.pattern(100_000));
      pair.in.feedErrno(Errno.ECONNRESET);
      for (int i = 0; i < 2; i++) {
        SocketException reset = pair.transfer(Long.MAX_VALUE).failure(SocketException.class);
        assertThat(((NetError) reset).errnoName()).isEqualTo("ECONNRESET");
        assertThat(((NetError) reset).op()).isEqualTo("read");
      }
      assertThat(pair.out.sent()).isEqualTo(Bytes.pattern(100_000));
    }
  }

  @CoreTest
  void whatRefusesPipesIsServedByMemory(Variant variant) throws Exception {
    for (int which = 0; which < 3; which++) {
      try (Pair pair = new Pair(variant)) {
        switch (which) {
          case 0 -> pair.in.refusePipes();
          case 1 -> pair.out.refusePipes();
          default -> pair.rig.poller.lendPipes(0);
        }
        pair.in.feed(Bytes.pattern(MANY_BYTES));
        pair.in.feedEnd();
        assertThat(pair.transfer(Long.MAX_VALUE).result()).isEqualTo(MANY_BYTES);
        assertThat(pair.out.sent()).isEqualTo(Bytes.pattern(MANY_BYTES));
        // it is tried again, but not often
        assertThat(pair.rig.poller.pipes.get()).isBetween(which < 2 ? 2 : 0, 9);
      }
    }
  }

  @CoreTest
  void aTargetMayRefusePipesHalfWay(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      Call<Long> call = pair.blocked();
      pair.in.feedEnd();
      pair.out.refusePipes();
      pair.out.wakeWrite();
      Waiting.until("memory waits", () -> pair.rig.poller.lentPipes.get() == 0);
      pair.out.room(Long.MAX_VALUE);
      assertThat(call.result()).isEqualTo(MANY_BYTES);
      assertThat(pair.out.sent()).isEqualTo(Bytes.pattern(MANY_BYTES));
    }
  }

  @CoreTest
  void whatAPipeCannotReceiveComesByMemory(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      pair.in.feed(Bytes.pattern(100_000));
      Call<Long> call = pair.transfer(Long.MAX_VALUE);
      awaitWritten(pair, 100_000);
      pair.in.beBlindForPipes(true);
      pair.in.feed(Bytes.pattern(10));
      awaitWritten(pair, 100_010);
      pair.in.beBlindForPipes(false);
      pair.in.feed(Bytes.pattern(100_000));
      pair.in.feedEnd();
      int pipes = pair.rig.poller.pipes.get();
      assertThat(call.result()).isEqualTo(200_010);
      assertThat(pair.rig.poller.pipes).as("it goes on by pipe").hasValueGreaterThan(pipes);
    }
  }

  @CoreTest
  void theTargetMayLiveOnAnotherLoop(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant);
        CoreRig other = new CoreRig(variant)) {
      FakeStreamHandle out = other.stream();
      PolledConn target = other.conn(out);
      pair.in.feed(Bytes.pattern(MANY_BYTES));
      pair.in.feedEnd();
      Call<Long> call = pair.rig.call(() -> pair.source.transferTo(target, Long.MAX_VALUE));
      assertThat(call.result()).isEqualTo(MANY_BYTES);
      assertThat(out.sent()).isEqualTo(Bytes.pattern(MANY_BYTES));
      assertThat(pair.rig.poller.pipes).hasPositiveValue();
      assertThat(other.poller.pipes).hasValue(0);
    }
  }

  @CoreTest
  void aConnectionIsItsOwnEcho(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      pair.in.feed(Bytes.pattern(MANY_BYTES));
      pair.in.feedEnd();
      Call<Long> echo = pair.rig.call(() -> pair.source.transferTo(pair.source, Long.MAX_VALUE));
      assertThat(echo.result()).isEqualTo(MANY_BYTES);
      assertThat(pair.in.sent()).isEqualTo(Bytes.pattern(MANY_BYTES));
      assertThat(pair.rig.poller.pipes).hasPositiveValue();
    }
  }

  @CoreTest
  void messagesNeverGoByPipe(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant, Network.UNIXPACKET)) {
      pair.in.keepMessages();
      pair.in.feed(Bytes.pattern(100_000));
      pair.in.feed(Bytes.pattern(100_000));
      pair.in.feedEnd();
      assertThat(pair.transfer(Long.MAX_VALUE).result()).isEqualTo(200_000);
      assertThat(pair.out.sends).containsExactly(100_000, 100_000);
      assertThat(pair.rig.poller.pipes).hasValue(0);
    }
  }

  @CoreTest
  void theObserverHearsOfAllBytesOnce(Variant variant) throws Exception {
    Queue<Long> received = new ConcurrentLinkedQueue<>();
    Queue<Long> sent = new ConcurrentLinkedQueue<>();
    NetObserver observer =
        new NetObserver() {
          @Override
          public void received(Conn conn, long bytes) {
            received.add(bytes);
          }

          @Override
          public void sent(Conn conn, long bytes) {
            sent.add(bytes);
          }
        };
    try (NetRig rig = new NetRig(variant, 1, NetConfig.DEFAULT.withObserver(observer))) {
      Conn conn = rig.call(rig::dial).result();
      rig.poller().lendPipes(ROOM_BYTES);
      FakeStreamHandle stream = rig.poller().lastStream();
      stream.feed(Bytes.pattern(MANY_BYTES));
      stream.feedEnd();
      stream.room(100_000);
      stream.failWrites(Errno.ENOBUFS);
      rig.call(() -> conn.transferTo(conn, MANY_BYTES)).failure(SocketException.class);
      stream.room(Long.MAX_VALUE);
      assertThat(rig.call(() -> conn.transferTo(conn, MANY_BYTES)).result()).isEqualTo(200_000);
      assertThat(received.stream().mapToLong(Long::longValue).sum()).isEqualTo(MANY_BYTES);
      assertThat(sent.stream().mapToLong(Long::longValue).sum()).isEqualTo(MANY_BYTES);
      assertThat(rig.poller().pipes).hasPositiveValue();
      assertThat(rig.poller().lentPipes).hasValue(0);
    }
  }
}
