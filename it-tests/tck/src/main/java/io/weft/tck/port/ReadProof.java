package io.weft.tck.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import io.weft.spi.StreamHandle;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Goal: reads give what came, in order, then the end or the reset; waiting takes nothing. */
interface ReadProof {
  @PortTest
  default void readGivesWhatIsThere(PortRig rig) throws Exception {
    try (PortPair pair = rig.pair()) {
      byte[] sent = Bytes.of(1, 0, 100);
      pair.farWrites(sent);
      ByteBuffer buffer = ByteBuffer.allocateDirect(200);
      assertThat(rig.read(pair.near(), buffer)).isEqualTo(100);
      assertThat(Bytes.firstOf(buffer, 100)).isEqualTo(sent);
      assertThat(buffer.position()).as("no method moves a position").isZero();
    }
  }

  @PortTest
  default void readWaitsForData(PortRig rig) throws Exception {
    try (PortPair pair = rig.pair()) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(8);
      Outcome read = rig.start("read", done -> pair.near().read(buffer, done));
      assertThat(read.wasPending()).isTrue();
      pair.farWrites(new byte[] {42});
      int result = read.await();
      assertThat(result == Completion.AGAIN ? rig.read(pair.near(), buffer) : result).isOne();
      assertThat(buffer.get(0)).isEqualTo((byte) 42);
    }
  }

  @PortTest
  default void aSmallBufferLeavesTheRestForTheNextRead(PortRig rig) throws Exception {
    try (PortPair pair = rig.pair()) {
      byte[] sent = Bytes.of(2, 0, 1000);
      pair.farWrites(sent);
      ByteBuffer all = ByteBuffer.allocateDirect(1000);
      while (all.hasRemaining()) {
        ByteBuffer some = all.slice(all.position(), Math.min(33, all.remaining()));
        int count = rig.read(pair.near(), some);
        assertThat(count).isBetween(1, 33);
        all.position(all.position() + count);
      }
      assertThat(Bytes.firstOf(all.flip(), 1000)).isEqualTo(sent);
    }
  }

  @PortTest
  default void endOfStreamComesAfterTheDataAndStays(PortRig rig) throws Exception {
    try (PortPair pair = rig.pair()) {
      pair.farWrites(new byte[] {1, 2, 3});
      pair.far().shutdownOutput();
      ByteBuffer buffer = ByteBuffer.allocateDirect(8);
      assertThat(rig.read(pair.near(), buffer)).isEqualTo(3);
      for (int i = 0; i < 3; i++) {
        assertThat(rig.read(pair.near(), buffer)).isZero();
      }
      rig.writeAll(pair.near(), Bytes.direct(new byte[] {9}));
      assertThat(pair.farReads(1)).as("the other direction goes on").containsExactly(9);
    }
  }

  @PortTest
  default void endOfStreamEndsAPendingRead(PortRig rig) throws Exception {
    try (PortPair pair = rig.pair()) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(8);
      Outcome read = rig.start("read", done -> pair.near().read(buffer, done));
      pair.far().shutdownOutput();
      int result = read.await();
      assertThat(result == Completion.AGAIN ? rig.read(pair.near(), buffer) : result).isZero();
    }
  }

  @PortTest
  default void anAttemptNeverWaitsAndFindsWhatAWaitHasSeen(PortRig rig) throws Exception {
    try (PortPair pair = rig.pair()) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(8);
      int nothing = -Errno.EAGAIN.number();
      assertThat(attempt(rig, pair.near(), buffer)).isEqualTo(nothing);
      pair.farWrites(new byte[] {5});
      assertThat(rig.perform("readable", pair.near()::readable)).isZero();
      assertThat(attempt(rig, pair.near(), buffer)).isOne();
      assertThat(buffer.get(0)).isEqualTo((byte) 5);
      assertThat(attempt(rig, pair.near(), buffer)).isEqualTo(nothing);
      pair.far().shutdownOutput();
      assertThat(rig.perform("readable", pair.near()::readable)).isZero();
      assertThat(attempt(rig, pair.near(), buffer)).as("end of stream").isZero();
    }
  }

  private static int attempt(PortRig rig, StreamHandle handle, ByteBuffer buffer) throws Exception {
    return rig.call(() -> handle.read(buffer, null));
  }

  @PortTest
  default void aResetEndsAPendingRead(PortRig rig) throws Exception {
    PortPair pair = rig.pair();
    ByteBuffer buffer = ByteBuffer.allocateDirect(8);
    Outcome read = rig.start("read", done -> pair.near().read(buffer, done));
    reset(rig, pair);
    int result = read.await();
    assertThat(result == Completion.AGAIN ? rig.read(pair.near(), buffer) : result)
        .isEqualTo(-Errno.ECONNRESET.number());
  }

  @PortTest
  default void readableNoticesAResetAndLeavesItToTheRead(PortRig rig) throws Exception {
    PortPair pair = rig.pair();
    Outcome readable = rig.start("readable", pair.near()::readable);
    assertThat(readable.wasPending()).isTrue();
    reset(rig, pair);
    assertThat(readable.await()).isIn(Completion.AGAIN, -Errno.ECONNRESET.number());
    assertThat(rig.read(pair.near(), ByteBuffer.allocateDirect(8)))
        .isEqualTo(-Errno.ECONNRESET.number());
  }

  @PortTest
  default void aFailureIsToldThoughNobodyReadsAndAnEndIsNone(PortRig rig) throws Exception {
    PortPair ended = rig.pair();
    PortPair failing = rig.pair();
    AtomicInteger endTold = new AtomicInteger();
    CountDownLatch failureTold = new CountDownLatch(1);
    boolean can = rig.call(() -> ended.near().onFailure(endTold::incrementAndGet));
    assertThat(can).as("RESET_WHILE_PAUSED, as declared").isEqualTo(rig.noticesFailures());
    rig.call(() -> failing.near().onFailure(failureTold::countDown));
    assertThat(rig.call(() -> failing.near().failure())).isZero();
    ended.near().shutdown(Direction.WRITE);
    ended.close();
    reset(rig, failing);
    ByteBuffer buffer = ByteBuffer.allocateDirect(8);
    if (can) {
      assertThat(failureTold.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(rig.call(() -> failing.near().failure())).isEqualTo(-Errno.ECONNRESET.number());
      assertThat(rig.call(() -> failing.near().failure())).as("once").isZero();
    } else {
      assertThat(rig.read(failing.near(), buffer)).isEqualTo(-Errno.ECONNRESET.number());
    }
    assertThat(rig.read(ended.near(), buffer)).isZero();
    assertThat(endTold).hasValue(0);
  }

  /** A peer that goes while it has not read everything resets, on TCP and on unix. */
  private static void reset(PortRig rig, PortPair pair) throws Exception {
    rig.writeAll(pair.near(), Bytes.direct(new byte[] {1, 2}));
    assertThat(pair.farReads(1)).containsExactly(1);
    pair.close();
  }

  @PortTest
  default void readableConsumesNothing(PortRig rig) throws Exception {
    try (PortPair pair = rig.pair()) {
      Outcome readable = rig.start("readable", pair.near()::readable);
      assertThat(readable.wasPending()).isTrue();
      byte[] sent = Bytes.of(3, 0, 50);
      pair.farWrites(sent);
      assertThat(readable.await()).isEqualTo(Completion.AGAIN);
      assertThat(rig.perform("readable", pair.near()::readable)).isZero();
      ByteBuffer buffer = ByteBuffer.allocateDirect(64);
      assertThat(rig.read(pair.near(), buffer)).isEqualTo(50);
      assertThat(Bytes.firstOf(buffer, 50)).isEqualTo(sent);
    }
  }

  @PortTest
  default void readableNoticesTheEnd(PortRig rig) throws Exception {
    try (PortPair pair = rig.pair()) {
      Outcome readable = rig.start("readable", pair.near()::readable);
      pair.far().shutdownOutput();
      assertThat(readable.await()).isEqualTo(Completion.AGAIN);
      assertThat(rig.read(pair.near(), ByteBuffer.allocateDirect(8))).isZero();
    }
  }

  @PortTest
  default void shutdownOfReadEndsAPendingRead(PortRig rig) throws Exception {
    try (PortPair pair = rig.pair()) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(8);
      Outcome read = rig.start("read", done -> pair.near().read(buffer, done));
      pair.near().shutdown(Direction.READ);
      int result = read.await();
      assertThat(result == Completion.AGAIN ? rig.read(pair.near(), buffer) : result).isZero();
    }
  }
}
