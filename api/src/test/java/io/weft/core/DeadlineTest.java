package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.spi.Direction;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Goal: deadlines hold for pending and later calls, move freely, and cost nobody a byte. */
@Timeout(60)
class DeadlineTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static Call<Integer> pendingRead(CoreRig rig, FakeStreamHandle stream, PolledConn conn) {
    Call<Integer> call = rig.call(() -> conn.read(new byte[16]));
    Waiting.until("the read is pending", () -> stream.isPending(Direction.READ));
    return call;
  }

  private static Call<Integer> pendingWrite(CoreRig rig, FakeStreamHandle stream, PolledConn conn) {
    Call<Integer> call = rig.call(() -> conn.write(new byte[16]));
    Waiting.until("the write is pending", () -> stream.isPending(Direction.WRITE));
    return call;
  }

  @CoreTest
  void aPastDeadlineFailsBeforeThePollerIsAsked(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      stream.feed(Bytes.pattern(4));
      for (Instant past : new Instant[] {rig.clock.now(), Instant.EPOCH, Instant.MIN}) {
        conn.setDeadline(past);
        rig.call(() -> conn.read(new byte[16])).failure(SocketTimeoutException.class);
        rig.call(() -> conn.write(new byte[16])).failure(SocketTimeoutException.class);
      }
      assertThat(stream.starts).hasValue(0);
      conn.setDeadline(null);
      assertThat(rig.call(() -> conn.read(new byte[16])).result()).isEqualTo(4);
    }
  }

  @CoreTest
  void aDeadlineEndsAPendingReadInTimeAndNotBefore(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      conn.setReadDeadline(rig.clock.in(SECOND));
      Call<Integer> read = pendingRead(rig, stream, conn);
      rig.clock.advance(SECOND.minusNanos(1));
      rig.settle();
      assertThat(read.isDone()).isFalse();
      rig.clock.advance(Duration.ofMillis(1));
      read.failure(SocketTimeoutException.class);
      rig.call(() -> conn.read(new byte[1])).failure(SocketTimeoutException.class);
    }
  }

  @CoreTest
  void aDeadlineSetWhileAReadIsPendingHoldsForIt(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      Call<Integer> read = pendingRead(rig, stream, conn);
      conn.setReadTimeout(SECOND);
      rig.settle();
      rig.clock.advance(SECOND.plusMillis(1));
      read.failure(SocketTimeoutException.class);
    }
  }

  @CoreTest
  void aPastDeadlineEndsAPendingReadAtOnce(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      Call<Integer> read = pendingRead(rig, stream, conn);
      conn.setReadTimeout(Duration.ZERO);
      read.failure(SocketTimeoutException.class);
    }
  }

  @CoreTest
  void aDeadlineMovesShorterAndLongerWhileAReadIsPending(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      conn.setReadTimeout(Duration.ofSeconds(10));
      Call<Integer> read = pendingRead(rig, stream, conn);
      conn.setReadTimeout(SECOND);
      conn.setReadTimeout(Duration.ofSeconds(5));
      rig.settle();
      rig.clock.advance(Duration.ofSeconds(2));
      rig.settle();
      assertThat(read.isDone()).isFalse();
      conn.setReadTimeout(SECOND);
      rig.settle();
      rig.clock.advance(SECOND.plusMillis(1));
      read.failure(SocketTimeoutException.class);
    }
  }

  @CoreTest
  void aClearedDeadlineLetsAPendingReadWait(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      conn.setReadTimeout(SECOND);
      Call<Integer> read = pendingRead(rig, stream, conn);
      conn.setReadDeadline(null);
      rig.clock.advance(Duration.ofDays(1));
      rig.settle();
      assertThat(read.isDone()).isFalse();
      stream.feed(Bytes.pattern(2));
      assertThat(read.result()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "READINESS_CARRIED",
        "COMPLETION_CARRIED",
        "COMPLETION_VIRTUAL",
        "COMPLETION_PLATFORM"
      })
  void anExtensionBeforeTheWaiterRanSendsItBack(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      stream.holdCancels(true);
      PolledConn conn = rig.conn(stream);
      Call<Integer> read = pendingRead(rig, stream, conn);
      if (variant.anyThread) {
        // on the loop, which cannot carry the waiter before both are done
        rig.loop.execute(() -> expireAndExtend(conn));
        rig.settle();
        assertThat(stream.cancels).hasPositiveValue();
      } else {
        conn.setReadTimeout(Duration.ZERO);
        Waiting.until("cancel is asked for", () -> stream.isCancelAsked(Direction.READ));
        conn.setReadTimeout(SECOND);
        stream.holdCancels(false);
        rig.settle();
      }
      Waiting.until("the read is pending again", () -> stream.isPending(Direction.READ));
      rig.clock.advance(SECOND.dividedBy(2));
      rig.settle();
      stream.feed(Bytes.pattern(3));
      assertThat(read.result()).isEqualTo(3);
    }
  }

  private static void expireAndExtend(PolledConn conn) {
    try {
      conn.setReadTimeout(Duration.ZERO);
      conn.setReadTimeout(SECOND);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @CoreTest
  void theDirectionsAreIndependent(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      stream.room(0);
      PolledConn conn = rig.conn(stream);
      Call<Integer> read = pendingRead(rig, stream, conn);
      Call<Integer> write = pendingWrite(rig, stream, conn);
      conn.setReadTimeout(SECOND);
      conn.setWriteTimeout(SECOND.multipliedBy(3));
      rig.settle();
      rig.clock.advance(SECOND.multipliedBy(2));
      read.failure(SocketTimeoutException.class);
      rig.settle();
      assertThat(write.isDone()).isFalse();
      rig.clock.advance(SECOND.multipliedBy(2));
      write.failure(SocketTimeoutException.class);
    }
  }

  @CoreTest
  void farDeadlinesNeverCome(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      Duration[] far = {
        Duration.ofDays(365 * 100),
        Duration.ofDays(365 * 140),
        Duration.ofDays(365 * 290),
        Duration.ofDays(365 * 300),
        Duration.ofSeconds(Long.MAX_VALUE)
      };
      Call<Integer> read = pendingRead(rig, stream, conn);
      for (Duration timeout : far) {
        conn.setReadTimeout(timeout);
        rig.settle();
      }
      conn.setReadDeadline(Instant.MAX);
      rig.clock.advance(Duration.ofDays(365 * 20));
      rig.settle();
      assertThat(read.isDone()).isFalse();
      stream.feed(Bytes.pattern(1));
      assertThat(read.result()).isEqualTo(1);
    }
  }

  @CoreTest
  void aCancelThatLosesToBytesLosesNoByte(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      stream.holdCancels(true);
      PolledConn conn = rig.conn(stream);
      conn.setReadTimeout(SECOND);
      Call<Integer> read = rig.call(() -> conn.read(ByteBuffer.allocateDirect(16)));
      Waiting.until("the read is pending", () -> stream.isPending(Direction.READ));
      rig.clock.advance(SECOND.plusMillis(1));
      if (variant.anyThread) {
        read.failure(SocketTimeoutException.class);
        stream.feed(Bytes.pattern(5));
      } else {
        Waiting.until("cancel is asked for", () -> stream.isCancelAsked(Direction.READ));
        rig.settle();
        assertThat(read.isDone()).as("the memory is still the kernel's").isFalse();
        stream.feed(Bytes.pattern(5));
        assertThat(read.result()).isEqualTo(5);
        rig.call(() -> conn.read(new byte[1])).failure(SocketTimeoutException.class);
        stream.feed(Bytes.pattern(5));
      }
      conn.setReadDeadline(null);
      assertThat(rig.call(() -> conn.read(new byte[16])).result()).isEqualTo(5);
    }
  }

  @CoreTest
  void aTimedOutReadLeavesItsBufferAlone(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      conn.setReadTimeout(SECOND);
      ByteBuffer dst = Bytes.Memory.DIRECT.copyOf(Bytes.pattern(16));
      Call<Integer> read = rig.call(() -> conn.read(dst));
      Waiting.until("the read is pending", () -> stream.isPending(Direction.READ));
      rig.clock.advance(SECOND.plusMillis(1));
      read.failure(SocketTimeoutException.class);
      stream.feed(new byte[16]);
      rig.settle();
      assertThat(dst.position()).isZero();
      assertThat(Bytes.of(dst)).isEqualTo(Bytes.pattern(16));
    }
  }

  @CoreTest
  void aQueuedReaderTimesOutAfterTheOneInFront(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      conn.setReadTimeout(SECOND);
      Call<Integer> first = pendingRead(rig, stream, conn);
      Call<Integer> second = rig.call(() -> conn.read(new byte[16]));
      rig.clock.advance(SECOND.plusMillis(1));
      first.failure(SocketTimeoutException.class);
      second.failure(SocketTimeoutException.class);
    }
  }

  @CoreTest
  void settingADeadlineOnAClosedConnectionFails(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      PolledConn conn = rig.conn(rig.stream());
      conn.close();
      rig.call(() -> setDeadline(conn)).failure(ClosedChannelException.class);
    }
  }

  private static Void setDeadline(PolledConn conn) throws IOException {
    conn.setDeadline(Instant.MAX);
    return null;
  }

  @CoreTest
  void aClosedConnectionLeavesNoTimerBehind(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      for (int i = 0; i < 50; i++) {
        PolledConn conn = rig.conn(rig.stream());
        conn.setTimeout(SECOND);
        conn.close();
      }
      rig.settle();
      Waiting.until("the loop waits without limit", () -> rig.poller.timeoutNanos() < 0);
    }
  }
}
