package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weft.NetError;
import io.weft.core.Bytes.Memory;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: a read brings at least one byte, the end, or the error, into memory of any kind. */
@Timeout(60)
class ReadTest {
  @CoreTest
  void bringsWhatIsThereIntoMemoryOfEveryKind(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      for (Memory memory : Memory.values()) {
        byte[] bytes = Bytes.pattern(100);
        stream.feed(bytes);
        Call<Void> call =
            rig.call(
                () -> {
                  ByteBuffer dst = memory.allocate(200).position(10).limit(150);
                  assertThat(conn.read(dst)).as("%s", memory).isEqualTo(100);
                  assertThat(dst.position()).as("%s", memory).isEqualTo(110);
                  assertThat(dst.limit()).isEqualTo(150);
                  assertThat(Bytes.of(dst.flip().position(10))).as("%s", memory).isEqualTo(bytes);
                  return null;
                });
        call.result();
      }
    }
  }

  @CoreTest
  void waitsForBytesInMemoryOfEveryKind(Variant variant) throws Exception {
    for (Memory memory : Memory.values()) {
      try (CoreRig rig = new CoreRig(variant)) {
        FakeStreamHandle stream = rig.stream();
        PolledConn conn = rig.conn(stream);
        Call<byte[]> call = rig.call(() -> readOnce(conn, memory.allocate(64)));
        Waiting.until("the read is pending", () -> stream.isPending(Direction.READ));
        stream.feed(Bytes.pattern(7));
        assertThat(call.result()).as("%s", memory).isEqualTo(Bytes.pattern(7));
      }
    }
  }

  private static byte[] readOnce(PolledConn conn, ByteBuffer dst) throws IOException {
    conn.read(dst);
    return Bytes.of(dst.flip());
  }

  @CoreTest
  void leavesWhatDoesNotFitForTheNextRead(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      byte[] bytes = Bytes.pattern(3 * CoreRig.BUFFER_BYTES + 5);
      stream.feed(bytes);
      Call<byte[]> call =
          rig.call(
              () -> {
                ByteBuffer all = ByteBuffer.allocate(bytes.length);
                while (all.hasRemaining()) {
                  conn.read(all);
                }
                return all.array();
              });
      assertThat(call.result()).isEqualTo(bytes);
    }
  }

  @CoreTest
  void goesOnWithBytesThatThePollerReceivedIntoItsOwnMemory(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      stream.useInbox();
      PolledConn conn = rig.conn(stream);
      for (Memory memory : Memory.values()) {
        Call<byte[]> call = rig.call(() -> readOnce(conn, memory.allocate(10)));
        Waiting.until("the read is pending", () -> stream.isPending(Direction.READ));
        stream.feed(Bytes.pattern(15));
        assertThat(call.result()).hasSize(10);
        assertThat(rig.call(() -> readOnce(conn, memory.allocate(10))).result()).hasSize(5);
      }
    }
  }

  @CoreTest
  void theEndOfTheStreamIsMinusOneAgainAndAgain(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      stream.feed(Bytes.pattern(3));
      stream.feedEnd();
      assertThat(rig.call(() -> conn.read(new byte[8])).result()).isEqualTo(3);
      for (int i = 0; i < 3; i++) {
        assertThat(rig.call(() -> conn.read(new byte[8])).result()).isEqualTo(-1);
        assertThat(rig.call(() -> conn.read(ByteBuffer.allocateDirect(8))).result()).isEqualTo(-1);
      }
    }
  }

  @CoreTest
  void aResetIsStickyForReadsAndWrites(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      stream.feedErrno(Errno.ECONNRESET);
      stream.feed(Bytes.pattern(3));
      for (int i = 0; i < 2; i++) {
        SocketException read =
            rig.call(() -> conn.read(new byte[8])).failure(SocketException.class);
        assertThat(((NetError) read).errnoName()).isEqualTo("ECONNRESET");
        SocketException write =
            rig.call(() -> conn.write(new byte[8])).failure(SocketException.class);
        assertThat(((NetError) write).errnoName()).isEqualTo("ECONNRESET");
        assertThat(((NetError) write).op()).isEqualTo("write");
      }
      rig.call(() -> awaitReadable(conn)).result();
      assertThat(stream.sent()).isEmpty();
    }
  }

  @CoreTest
  void aDeadlineComesBeforeAStickyReset(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      stream.feedErrno(Errno.ECONNRESET);
      rig.call(() -> conn.read(new byte[8])).failure(SocketException.class);
      conn.setTimeout(Duration.ZERO);
      rig.call(() -> conn.read(new byte[8])).failure(SocketTimeoutException.class);
      rig.call(() -> conn.write(new byte[8])).failure(SocketTimeoutException.class);
      rig.call(() -> awaitReadable(conn)).failure(SocketTimeoutException.class);
    }
  }

  @CoreTest
  void otherErrorsAreReportedOnce(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      stream.feedErrno(Errno.ETIMEDOUT);
      stream.feed(Bytes.pattern(3));
      SocketTimeoutException timeout =
          rig.call(() -> conn.read(new byte[8])).failure(SocketTimeoutException.class);
      assertThat(((NetError) timeout).errnoName()).isEqualTo("ETIMEDOUT");
      assertThat(rig.call(() -> conn.read(new byte[8])).result()).isEqualTo(3);
    }
  }

  @CoreTest
  void anEmptyBufferReturnsZeroWithoutAskingThePoller(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      conn.setReadTimeout(Duration.ZERO);
      assertThat(rig.call(() -> conn.read(new byte[0])).result()).isZero();
      assertThat(stream.starts).hasValue(0);
    }
  }

  @CoreTest
  void awaitReadableWaitsAndConsumesNothing(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      Call<Void> call = rig.call(() -> awaitReadable(conn));
      Waiting.until("the wait is pending", () -> stream.isPending(Direction.READ));
      rig.settle();
      assertThat(call.isDone()).isFalse();
      stream.feed(Bytes.pattern(5));
      call.result();
      assertThat(rig.call(() -> readOnce(conn, ByteBuffer.allocate(9))).result())
          .isEqualTo(Bytes.pattern(5));
    }
  }

  private static Void awaitReadable(PolledConn conn) throws IOException {
    conn.awaitReadable();
    return null;
  }

  @CoreTest
  void aFalseWakeUpSendsAReaderOfHeapMemoryBack(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      Call<Integer> call = rig.call(() -> conn.read(new byte[8]));
      Waiting.until("the read is pending", () -> stream.isPending(Direction.READ));
      stream.wakeFalsely(3);
      rig.settle();
      assertThat(call.isDone()).isFalse();
      stream.feed(Bytes.pattern(4));
      assertThat(call.result()).isEqualTo(4);
    }
  }

  @Test
  void aReadOnlyBufferIsRefusedByName() {
    try (CoreRig rig = new CoreRig(Variant.READINESS_PLATFORM)) {
      PolledConn conn = rig.conn(rig.stream());
      ByteBuffer readOnly = ByteBuffer.allocate(8).asReadOnlyBuffer();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> conn.read(readOnly))
          .withMessageContaining("read-only buffer: " + readOnly);
    }
  }
}
