package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.NetError;
import io.weft.Network;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: a transfer whose target is full ends when its source fails, with nothing lost; and while
 * the target takes bytes nobody asks for failures.
 */
@Timeout(60)
class SourceFailureTest {
  private static final byte[] ALL = Bytes.pattern(4000);
  private static final int WRITTEN = 1500;
  // of the buffer that was being written
  private static final int KEPT = 2 * CoreRig.BUFFER_BYTES - WRITTEN;

  private static final class Pair extends TransferPair {
    Pair(Variant variant) {
      super(variant, Network.TCP);
    }

    /** A transfer that has written so much, whose target is full and whose source is watched. */
    Call<Long> watched() {
      Call<Long> call = blocked(ALL, WRITTEN);
      Waiting.until("somebody asks", () -> in.watches.get() == 1);
      return call;
    }

    byte[] read() throws Exception {
      Call<byte[]> call =
          rig.call(
              () -> {
                byte[] dst = new byte[2 * ALL.length];
                return Arrays.copyOf(dst, source.read(dst));
              });
      return call.result();
    }

    <E extends IOException> E readFailure(Class<E> type) throws Exception {
      return rig.call(() -> source.read(new byte[1])).failure(type);
    }

    void assertKept() throws Exception {
      assertThat(read()).isEqualTo(Arrays.copyOfRange(ALL, WRITTEN, WRITTEN + KEPT));
    }
  }

  private static void assertFailure(IOException failure, Errno errno) {
    NetError error = (NetError) failure;
    assertThat(error.op()).isEqualTo("read");
    assertThat(error.errnoName()).isEqualTo(errno.name());
    assertThat(error.transferredBytes()).isEqualTo(WRITTEN);
  }

  @CoreTest
  void aResetEndsTheWriteAndComesBehindWhatWasReceived(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      Call<Long> call = pair.watched();
      pair.in.fail(Errno.ECONNRESET);
      assertFailure(call.failure(SocketException.class), Errno.ECONNRESET);
      pair.assertKept();
      pair.readFailure(SocketException.class);
      pair.readFailure(SocketException.class);
      pair.out.room(Long.MAX_VALUE);
      assertThat(pair.rig.call(() -> pair.target.write(new byte[3])).result()).isEqualTo(3);
    }
  }

  @CoreTest
  void aResetThatCameBeforeTheTargetWasFullIsTold(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      pair.in.feed(ALL);
      pair.in.fail(Errno.ECONNRESET);
      pair.out.room(WRITTEN);
      Call<Long> call = pair.transfer(Long.MAX_VALUE);
      assertFailure(call.failure(SocketException.class), Errno.ECONNRESET);
      pair.assertKept();
    }
  }

  @CoreTest
  void whatTheKernelGaveUpKeepsItsNumber(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      Call<Long> call = pair.watched();
      pair.in.fail(Errno.ETIMEDOUT);
      assertFailure(call.failure(SocketTimeoutException.class), Errno.ETIMEDOUT);
    }
  }

  @CoreTest
  void behindTheEndOfTheStreamAndAfterSomebodyElseHasMetItItIsAReset(Variant variant)
      throws Exception {
    try (Pair pair = new Pair(variant)) {
      Call<Long> call = pair.watched();
      pair.in.fail(Errno.EPIPE);
      assertFailure(call.failure(SocketException.class), Errno.ECONNRESET);
    }
    try (Pair pair = new Pair(variant)) {
      Call<Long> call = pair.watched();
      pair.in.failForOthers(Errno.ECONNRESET);
      assertFailure(call.failure(SocketException.class), Errno.ECONNRESET);
    }
  }

  @CoreTest
  void nobodyAsksWhileTheTargetTakesBytes(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      pair.out.stepMax(100);
      pair.in.feed(ALL);
      pair.in.feedEnd();
      assertThat(pair.transfer(Long.MAX_VALUE).result()).isEqualTo(ALL.length);
      assertThat(pair.in.watches).hasValue(0);
    }
  }

  @CoreTest
  void oneQuestionServesAllTransfersAndEndsNoWriteOfAnybodyElse(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      Call<Long> first = pair.watched();
      pair.target.setWriteTimeout(Duration.ZERO);
      first.failure(SocketTimeoutException.class);
      pair.target.setWriteDeadline(null);
      Call<Long> second = pair.transfer(Long.MAX_VALUE);
      pair.awaitBlocked(WRITTEN);
      pair.in.fail(Errno.ECONNRESET);
      second.failure(SocketException.class);
      Call<Integer> write = pair.rig.call(() -> pair.target.write(new byte[3]));
      Waiting.until("a write waits", () -> pair.out.isPending(Direction.WRITE));
      pair.out.room(Long.MAX_VALUE);
      assertThat(write.result()).isEqualTo(3);
      assertThat(pair.in.watches).hasValue(1);
    }
  }

  @CoreTest
  void whereNobodyTellsTheTransferMeetsItWhenItReadsAgain(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      pair.in.ignoreFailures();
      Call<Long> call = pair.watched();
      pair.in.fail(Errno.ECONNRESET);
      pair.rig.settle();
      assertThat(call.isDone()).isFalse();
      pair.out.room(Long.MAX_VALUE);
      call.failure(SocketException.class);
      assertThat(pair.out.sent()).isEqualTo(ALL);
    }
  }

  @CoreTest
  void aTargetOnAnotherLoopIsLetGo(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant);
        CoreRig other = new CoreRig(variant)) {
      FakeStreamHandle out = other.stream();
      out.room(WRITTEN);
      pair.in.feed(ALL);
      Call<Long> call = pair.transfer(other.conn(out), Long.MAX_VALUE);
      Waiting.until("somebody asks", () -> pair.in.watches.get() == 1);
      pair.in.fail(Errno.ECONNRESET);
      assertFailure(call.failure(SocketException.class), Errno.ECONNRESET);
      assertThat(out.isPending(Direction.WRITE)).isFalse();
    }
  }

  @CoreTest
  void anEchoFailsAsItsOwnTarget(Variant variant) throws Exception {
    try (Pair pair = new Pair(variant)) {
      pair.in.feed(ALL);
      pair.in.room(WRITTEN);
      Call<Long> echo = pair.transfer(pair.source, Long.MAX_VALUE);
      Waiting.until("the write waits", () -> pair.in.isPending(Direction.WRITE));
      pair.in.failWrites(Errno.ECONNRESET);
      assertThat(((NetError) echo.failure(SocketException.class)).op()).isEqualTo("write");
      assertThat(pair.in.watches).hasValue(0);
    }
  }

  @CoreTest
  void aCloseOfTheSourceIsNotKeptWaitingAndIsWhatTheTransferTells(Variant variant)
      throws Exception {
    try (Pair pair = new Pair(variant)) {
      Call<Long> call = pair.watched();
      pair.source.close();
      assertThat(pair.in.isReleased()).isTrue();
      pair.in.fail(Errno.ECONNRESET);
      AsynchronousCloseException closed = call.failure(AsynchronousCloseException.class);
      assertThat(((NetError) closed).op()).isEqualTo("read");
      assertThat(((NetError) closed).transferredBytes()).isEqualTo(WRITTEN);
    }
  }

  @CoreTest
  void whateverComesFirstNothingIsLost(Variant variant) throws Exception {
    long seed = 20260607;
    Random random = new Random(seed);
    for (int game = 0; game < 200; game++) {
      try (Pair pair = new Pair(variant)) {
        play(pair, random, game % 2 == 0);
      } catch (Throwable e) {
        throw new AssertionError("game " + game + " of seed " + seed, e);
      }
    }
  }

  private static void play(Pair pair, Random random, boolean pipes) throws Exception {
    pair.rig.poller.lendPipes(pipes ? 1000 : 0);
    List<Runnable> events = new ArrayList<>();
    events.add(() -> pair.in.fail(Errno.ECONNRESET));
    events.add(() -> pair.out.room(random.nextInt(2000)));
    events.add(pair.out::wakeWrite);
    Collections.shuffle(events, random);
    pair.out.room(random.nextInt(2000));
    pair.in.feed(ALL);
    Call<Long> call = pair.transfer(Long.MAX_VALUE);
    for (Runnable event : events) {
      if (random.nextBoolean()) {
        pair.rig.settle();
      }
      event.run();
    }
    int moved = (int) ((NetError) call.failure(SocketException.class)).transferredBytes();
    assertThat(pair.out.sent()).isEqualTo(Arrays.copyOf(ALL, moved));
    byte[] kept = pair.rig.call(() -> readUntilReset(pair.source)).result();
    assertThat(kept).isEqualTo(Arrays.copyOfRange(ALL, moved, moved + kept.length));
  }

  private static byte[] readUntilReset(Conn conn) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(2 * ALL.length);
    try {
      for (; ; ) {
        assertThat(conn.read(all)).isPositive();
      }
    } catch (SocketException e) {
      return Arrays.copyOf(all.array(), all.position());
    }
  }
}
