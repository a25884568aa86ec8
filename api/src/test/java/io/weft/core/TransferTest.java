package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.weft.Conn;
import io.weft.NetConfig;
import io.weft.NetError;
import io.weft.NetObserver;
import io.weft.Network;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import java.io.ByteArrayOutputStream;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: bytes go from one connection to another, in order, and none is lost whatever fails. */
@Timeout(60)
class TransferTest {
  private static final int MANY_BYTES = 40 * CoreRig.BUFFER_BYTES + 7;

  private static final class Pair extends TransferPair {
    Pair(Variant variant) {
      this(variant, Network.TCP);
    }

    Pair(Variant variant, Network network) {
      super(variant, network);
    }

    byte[] read(int bytesMax) throws Exception {
      Call<byte[]> call =
          rig.call(
              () -> {
                byte[] dst = new byte[bytesMax];
                return Arrays.copyOf(dst, source.read(dst));
              });
      return call.result();
    }

    void awaitReadable() throws Exception {
      Call<Boolean> call =
          rig.call(
              () -> {
                source.awaitReadable();
                return true;
              });
      call.result();
    }

    /** A transfer of pattern(4000) of which 1500 bytes were written; more was received. */
    void timeOutAfter1500() throws Exception {
      target.setWriteTimeout(Duration.ofSeconds(5));
      Call<Long> call = blocked(Bytes.pattern(4000), 1500);
      rig.clock.advance(Duration.ofSeconds(6));
      SocketTimeoutException timeout = call.failure(SocketTimeoutException.class);
      assertThat(timeout.bytesTransferred).isEqualTo(1500);
      assertThat(((NetError) timeout).op()).isEqualTo("write");
      target.setWriteDeadline(null);
      out.room(Long.MAX_VALUE);
    }
  }

  @CoreTest
  void movesEverythingUntilTheEndOfTheStream(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      pair.in.feed(Bytes.pattern(MANY_BYTES));
      pair.in.feedEnd();
      assertThat(pair.transfer(Long.MAX_VALUE).result()).isEqualTo(MANY_BYTES);
      assertThat(pair.out.sent()).isEqualTo(Bytes.pattern(MANY_BYTES));
      assertThat(pair.transfer(1).result()).isZero();
      assertThat(pair.out.shutdowns).isEmpty();
    }
  }

  @CoreTest
  void stopsAtTheCountAndLeavesTheRest(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      byte[] all = Bytes.pattern(3000);
      pair.in.feed(all);
      long count = CoreRig.BUFFER_BYTES + 300;
      assertThat(pair.transfer(count).result()).isEqualTo(count);
      assertThat(pair.out.sent()).isEqualTo(Arrays.copyOf(all, (int) count));
      assertThat(pair.read(10)).isEqualTo(Arrays.copyOfRange(all, (int) count, (int) count + 10));
      assertThat(pair.transfer(0).result()).isZero();
    }
  }

  @CoreTest
  void waitsWithoutMemory(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      Call<Long> call = pair.transfer(Long.MAX_VALUE);
      for (int all = 100; all <= 300; all += 100) {
        Waiting.until("it waits", () -> pair.in.isPendingWithoutMemory(Direction.READ));
        pair.in.wakeFalsely(2);
        pair.rig.settle();
        pair.in.feed(Bytes.pattern(100));
        int written = all;
        Waiting.until("it is written", () -> pair.out.sent().length == written);
      }
      pair.in.feedEnd();
      assertThat(call.result()).isEqualTo(300);
    }
  }

  @CoreTest
  void goesOnWithBytesThatThePollerReceivedIntoItsOwnMemory(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      pair.in.useInbox();
      Call<Long> call = pair.transfer(5000);
      Waiting.until("it waits", () -> pair.in.isPending(Direction.READ));
      pair.in.feed(Bytes.pattern(5000));
      assertThat(call.result()).isEqualTo(5000);
      assertThat(pair.out.sent()).isEqualTo(Bytes.pattern(5000));
    }
  }

  @CoreTest
  void whatCouldNotBeWrittenIsReadFirst(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      pair.timeOutAfter1500();
      int starts = pair.in.starts.get();
      pair.awaitReadable();
      byte[] all = Bytes.pattern(4000);
      assertThat(pair.read(200)).isEqualTo(Arrays.copyOfRange(all, 1500, 1700));
      assertThat(pair.in.starts).as("nobody asked the kernel").hasValue(starts);
      assertThat(pair.transfer(100).result()).isEqualTo(100);
      assertThat(pair.transfer(2200).result()).isEqualTo(2200);
      byte[] sent = Arrays.copyOf(all, 1500 + 100 + 2200);
      System.arraycopy(all, 1700, sent, 1500, 2300);
      assertThat(pair.out.sent()).isEqualTo(sent);
    }
  }

  @CoreTest
  void whatCouldNotBeWrittenComesBeforeAReset(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      pair.blocked(Bytes.pattern(900), 400).thread().interrupt();
      Waiting.until("the write has ended", () -> !pair.out.isPending(Direction.WRITE));
      pair.in.room(0);
      pair.in.failWrites(Errno.ECONNRESET);
      pair.rig.call(() -> pair.source.write(new byte[1])).failure(SocketException.class);
      pair.awaitReadable();
      assertThat(pair.read(100)).isEqualTo(Arrays.copyOfRange(Bytes.pattern(900), 400, 500));
      pair.out.room(Long.MAX_VALUE);
      SocketException reset = pair.transfer(Long.MAX_VALUE).failure(SocketException.class);
      assertThat(((NetError) reset).errnoName()).isEqualTo("ECONNRESET");
      assertThat(((NetError) reset).op()).isEqualTo("read");
      assertThat(((NetError) reset).transferredBytes()).isEqualTo(400);
      assertThat(pair.out.sent()).hasSize(800);
    }
  }

  @CoreTest
  void theReadDeadlineComesBeforeWhatCouldNotBeWritten(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      pair.timeOutAfter1500();
      pair.source.setReadTimeout(Duration.ZERO);
      pair.rig.call(() -> pair.source.read(new byte[9])).failure(SocketTimeoutException.class);
      SocketTimeoutException timeout = pair.transfer(9).failure(SocketTimeoutException.class);
      assertThat(timeout.bytesTransferred).isZero();
      assertThat(((NetError) timeout).op()).isEqualTo("read");
      pair.source.setReadDeadline(null);
      assertThat(pair.read(9)).isEqualTo(Arrays.copyOfRange(Bytes.pattern(4000), 1500, 1509));
    }
  }

  @CoreTest
  void aTimeoutOfTheSourceTellsHowMuchWasMoved(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      pair.source.setReadTimeout(Duration.ofSeconds(5));
      pair.in.feed(Bytes.pattern(70));
      Call<Long> call = pair.transfer(Long.MAX_VALUE);
      Waiting.until("it waits", () -> pair.in.isPending(Direction.READ));
      Waiting.until("it is written", () -> pair.out.sent().length == 70);
      pair.rig.clock.advance(Duration.ofSeconds(6));
      SocketTimeoutException timeout = call.failure(SocketTimeoutException.class);
      assertThat(timeout.bytesTransferred).isEqualTo(70);
      assertThat(((NetError) timeout).transferredBytes()).isEqualTo(70);
      assertThat(((NetError) timeout).op()).isEqualTo("read");
    }
  }

  @CoreTest
  void anInterruptEndsTheWaitAndTheWrite(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      Call<Long> waiting = pair.transfer(Long.MAX_VALUE);
      Waiting.until("it waits", () -> pair.in.isPending(Direction.READ));
      waiting.thread().interrupt();
      assertThat(waiting.failure(InterruptedIOException.class).bytesTransferred).isZero();
      assertThat(waiting.endedInterrupted()).isTrue();
      Call<Long> writing = pair.blocked(Bytes.pattern(900), 400);
      writing.thread().interrupt();
      assertThat(writing.failure(InterruptedIOException.class).bytesTransferred).isEqualTo(400);
      assertThat(writing.endedInterrupted()).isTrue();
      assertThat(pair.read(900)).isEqualTo(Arrays.copyOfRange(Bytes.pattern(900), 400, 900));
    }
  }

  @CoreTest
  void anErrorOfTheTargetLosesNothing(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      byte[] all = Bytes.pattern(900);
      pair.in.feed(all);
      pair.out.room(400);
      pair.out.failWrites(Errno.EPIPE);
      SocketException failure = pair.transfer(Long.MAX_VALUE).failure(SocketException.class);
      assertThat(((NetError) failure).errnoName()).isEqualTo("EPIPE");
      assertThat(((NetError) failure).transferredBytes()).isEqualTo(400);
      assertThat(pair.read(900)).isEqualTo(Arrays.copyOfRange(all, 400, 900));
    }
  }

  @CoreTest
  void closingTheSourceEndsAWait(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      Call<Long> call = pair.transfer(Long.MAX_VALUE);
      Waiting.until("it waits", () -> pair.in.isPending(Direction.READ));
      pair.source.close();
      call.failure(AsynchronousCloseException.class);
      pair.transfer(1).failure(ClosedChannelException.class);
      assertThat(pair.target.isOpen()).isTrue();
    }
  }

  @CoreTest
  void closingTheSourceDoesNotWaitForAWriteToTheTarget(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      Call<Long> call = pair.blocked(Bytes.pattern(900), 400);
      pair.source.close();
      assertThat(pair.in.isReleased()).isTrue();
      pair.rig.settle();
      assertThat(call.isDone()).isFalse();
      pair.out.room(Long.MAX_VALUE);
      AsynchronousCloseException closed = call.failure(AsynchronousCloseException.class);
      assertThat(((NetError) closed).op()).isEqualTo("read");
      assertThat(((NetError) closed).transferredBytes()).isEqualTo(900);
      assertThat(pair.out.sent()).isEqualTo(Bytes.pattern(900));
    }
  }

  @CoreTest
  void closingTheTargetEndsTheWriteAndLosesNothing(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      Call<Long> call = pair.blocked(Bytes.pattern(900), 400);
      pair.target.close();
      assertThat(((NetError) call.failure(ClosedChannelException.class)).op()).isEqualTo("write");
      assertThat(pair.read(900)).isEqualTo(Arrays.copyOfRange(Bytes.pattern(900), 400, 900));
      pair.in.feed(Bytes.pattern(9));
      pair.transfer(Long.MAX_VALUE).failure(ClosedChannelException.class);
      assertThat(pair.read(20)).isEqualTo(Bytes.pattern(9));
    }
  }

  @CoreTest
  void closeDropsWhatCouldNotBeWrittenAndGivesItsBufferBack(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      ByteBuffer only = pair.rig.pool.take();
      pair.rig.pool.give(only);
      pair.timeOutAfter1500();
      assertThat(pair.rig.pool.take()).as("it is kept").isNotSameAs(only);
      pair.source.close();
      assertThat(pair.rig.pool.take()).isSameAs(only);
      pair.rig.call(() -> pair.source.read(new byte[1])).failure(ClosedChannelException.class);
    }
  }

  @CoreTest
  void theBufferGoesBackWhenTheKeptBytesAreRead(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      ByteBuffer only = pair.rig.pool.take();
      pair.rig.pool.give(only);
      pair.blocked(Bytes.pattern(900), 400).thread().interrupt();
      Waiting.until("the write has ended", () -> !pair.out.isPending(Direction.WRITE));
      assertThat(pair.read(499)).hasSize(499);
      assertThat(pair.rig.pool.take()).isNotSameAs(only);
      assertThat(pair.read(499)).hasSize(1);
      assertThat(pair.rig.pool.take()).isSameAs(only);
    }
  }

  @CoreTest
  void readersQueueBehindTheWholeTransfer(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      Call<Long> call = pair.blocked(Bytes.pattern(900), 400);
      Call<Integer> reader = pair.rig.call(() -> pair.source.read(new byte[1]));
      Waiting.untilParked(reader.thread());
      pair.rig.settle();
      assertThat(reader.isDone()).isFalse();
      pair.out.room(Long.MAX_VALUE);
      pair.in.feedEnd();
      assertThat(call.result()).isEqualTo(900);
      assertThat(reader.result()).isEqualTo(-1);
    }
  }

  @CoreTest
  void aConnectionIsItsOwnEcho(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      pair.in.stepMax(333);
      pair.in.feed(Bytes.pattern(MANY_BYTES));
      pair.in.feedEnd();
      Call<Long> echo = pair.transfer(pair.source, Long.MAX_VALUE);
      assertThat(echo.result()).isEqualTo(MANY_BYTES);
      assertThat(pair.in.sent()).isEqualTo(Bytes.pattern(MANY_BYTES));
    }
  }

  @CoreTest
  void twoConnectionsAreMovedToEachOther(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      byte[] there = Bytes.pattern(MANY_BYTES);
      byte[] back = Arrays.copyOfRange(Bytes.pattern(MANY_BYTES + 99), 99, MANY_BYTES + 99);
      pair.in.room(0);
      pair.out.room(0);
      Call<Long> one = pair.transfer(Long.MAX_VALUE);
      Call<Long> other = pair.rig.call(() -> pair.target.transferTo(pair.source, Long.MAX_VALUE));
      pair.in.feed(there);
      pair.out.feed(back);
      Waiting.until("one write waits", () -> pair.out.isPending(Direction.WRITE));
      Waiting.until("the other write waits", () -> pair.in.isPending(Direction.WRITE));
      pair.in.room(Long.MAX_VALUE);
      pair.out.room(Long.MAX_VALUE);
      pair.in.feedEnd();
      pair.out.feedEnd();
      assertThat(one.result()).isEqualTo(MANY_BYTES);
      assertThat(other.result()).isEqualTo(MANY_BYTES);
      assertThat(pair.out.sent()).isEqualTo(there);
      assertThat(pair.in.sent()).isEqualTo(back);
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
      assertThat(pair.transfer(target, Long.MAX_VALUE).result()).isEqualTo(MANY_BYTES);
      assertThat(out.sent()).isEqualTo(Bytes.pattern(MANY_BYTES));
    }
  }

  @CoreTest
  void theTargetMayBeAnyConnAndNothingIsLostByWhatItThrows(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      byte[] all = Bytes.pattern(3000);
      ByteArrayOutputStream received = new ByteArrayOutputStream();
      IllegalStateException bug = new IllegalStateException("a bug of the target");
      Sink sink =
          src -> {
            received.write(src.get());
            if (received.size() % 7 == 0) {
              throw bug;
            }
            int rest = src.remaining();
            while (src.hasRemaining()) {
              received.write(src.get());
            }
            return 1 + rest;
          };
      pair.in.feed(all);
      pair.in.feedEnd();
      int failures = 0;
      while (received.size() < all.length) {
        try {
          pair.transfer(Sink.conn(sink), 5).result();
        } catch (ExecutionException e) {
          assertThat(e.getCause()).isSameAs(bug);
          failures++;
        }
      }
      assertThat(received.toByteArray()).isEqualTo(all);
      assertThat(failures).isPositive();
    }
  }

  @CoreTest
  void othersOfTheSameCarrierHaveTheirTurn(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      pair.in.feed(Bytes.pattern(MANY_BYTES));
      CompletableFuture<Call<Boolean>> other = new CompletableFuture<>();
      AtomicBoolean hadItsTurn = new AtomicBoolean();
      Sink sink =
          src -> {
            int size = src.remaining();
            src.position(src.limit());
            if (!other.isDone()) {
              other.complete(pair.rig.call(() -> true));
            }
            hadItsTurn.set(other.join().isDone());
            return size;
          };
      assertThat(pair.transfer(Sink.conn(sink), MANY_BYTES).result()).isEqualTo(MANY_BYTES);
      assertThat(other.join().result()).isTrue();
      if (variant.caller == Variant.Caller.CARRIED) {
        assertThat(hadItsTurn).isTrue();
      }
    }
  }

  @CoreTest
  void theObserverHearsOfKeptBytesOnce(Variant variant) throws Exception {
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    NetObserver observer =
        new NetObserver() {
          @Override
          public void received(Conn conn, long bytes) {
            heard.add("received " + bytes);
          }

          @Override
          public void sent(Conn conn, long bytes) {
            heard.add("sent " + bytes);
          }
        };
    try (NetRig rig = new NetRig(variant, 1, NetConfig.DEFAULT.withObserver(observer))) {
      Conn conn = rig.call(rig::dial).result();
      FakeStreamHandle stream = rig.poller().lastStream();
      stream.feed(Bytes.pattern(900));
      stream.feedEnd();
      stream.room(400);
      stream.failWrites(Errno.ENOBUFS);
      rig.call(() -> conn.transferTo(conn, 600)).failure(SocketException.class);
      assertThat(rig.call(() -> conn.read(new byte[150])).result()).isEqualTo(150);
      stream.room(Long.MAX_VALUE);
      assertThat(rig.call(() -> conn.transferTo(conn, 600)).result()).isEqualTo(350);
      assertThat(heard)
          .containsExactly("received 600", "sent 400", "sent 50", "received 300", "sent 300");
    }
  }

  @CoreTest
  void messagesAreMovedWhole(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant, Network.UNIXPACKET)) {
      int large = 300_000;
      pair.in.keepMessages();
      pair.in.feed(Bytes.pattern(10));
      Call<Long> call = pair.transfer(20);
      Waiting.until("it waits", () -> pair.in.isPendingWithoutMemory(Direction.READ));
      pair.in.feed(Bytes.pattern(large));
      pair.in.feed(Bytes.pattern(5));
      assertThat(call.result()).isEqualTo(10 + large);
      assertThat(pair.out.sends).containsExactly(10, large);
      assertThat(pair.read(9)).isEqualTo(Bytes.pattern(5));
    }
  }

  @CoreTest
  void aMessageThatCouldNotBeWrittenStaysAMessage(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant, Network.UNIXPACKET)) {
      pair.in.keepMessages();
      pair.out.failWrites(Errno.ENOBUFS);
      pair.out.room(0);
      for (int i = 0; i < 2; i++) {
        pair.in.feed(Bytes.pattern(50));
        pair.transfer(1).failure(SocketException.class);
        // as in the kernel, what finds no room is gone
        assertThat(pair.read(20)).isEqualTo(Bytes.pattern(20));
      }
      pair.in.feed(Bytes.pattern(7));
      assertThat(pair.read(20)).isEqualTo(Bytes.pattern(7));
    }
  }

  @SuppressWarnings("NullAway") // who does not check for null passes it
  @Test
  void badArgumentsAreRefusedByName() {
    try (Pair pair = new Pair(Variant.READINESS_PLATFORM)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> pair.source.transferTo(pair.target, -1))
          .withMessageContaining("countMax")
          .withMessageContaining("-1");
      assertThatNullPointerException().isThrownBy(() -> pair.source.transferTo(null, 1));
    }
  }
}
