package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.NetError;
import io.weft.Network;
import io.weft.core.Bytes.Memory;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Timeout;

/** Goal: on unixpacket one call is one message, whatever its size and its memory. */
@Timeout(60)
class MessageTest {
  private static final int LARGE_BYTES = 5 * CoreRig.BUFFER_BYTES + 3;

  @CoreTest
  void aLargeMessageIsNotSplit(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream, Network.UNIXPACKET);
      byte[] message = Bytes.pattern(LARGE_BYTES);
      for (Memory memory : Memory.values()) {
        assertThat(rig.call(() -> conn.write(memory.copyOf(message))).result())
            .isEqualTo(LARGE_BYTES);
      }
      assertThat(stream.sends).hasSize(Memory.values().length).containsOnly(LARGE_BYTES);
    }
  }

  @CoreTest
  void aListOfManyBuffersIsOneMessage(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream, Network.UNIXPACKET);
      for (Memory memory : new Memory[] {Memory.HEAP, Memory.DIRECT}) {
        ByteBuffer[] srcs = new ByteBuffer[3000];
        Arrays.setAll(srcs, i -> memory.copyOf(new byte[] {(byte) i, (byte) (i >> 8)}));
        assertThat(rig.call(() -> conn.write(srcs)).result()).isEqualTo(6000);
      }
      assertThat(stream.sends).containsExactly(6000, 6000);
    }
  }

  @CoreTest
  void aLargeMessageIsReadWhole(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      stream.keepMessages();
      PolledConn conn = rig.conn(stream, Network.UNIXPACKET);
      for (Memory memory : Memory.values()) {
        Call<byte[]> read =
            rig.call(
                () -> {
                  ByteBuffer dst = memory.allocate(LARGE_BYTES);
                  conn.read(dst);
                  return Bytes.of(dst.flip());
                });
        stream.feed(Bytes.pattern(LARGE_BYTES));
        assertThat(read.result()).as("%s", memory).isEqualTo(Bytes.pattern(LARGE_BYTES));
      }
    }
  }

  @CoreTest
  void anEmptyWriteIsAnEmptyMessage(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      stream.keepMessages();
      stream.room(0);
      PolledConn conn = rig.conn(stream, Network.UNIXPACKET);
      for (Memory memory : Memory.values()) {
        Call<Integer> write = rig.call(() -> conn.write(memory.allocate(0)));
        Waiting.until("the write waits", () -> stream.isPending(Direction.WRITE));
        stream.room(10);
        assertThat(write.result()).isZero();
        stream.room(0);
      }
      assertThat(stream.sends).hasSize(Memory.values().length).containsOnly(0);
      assertThat(rig.call(() -> conn.write(new ByteBuffer[0])).result()).isZero();
      assertThat(rig.call(() -> conn.write(new ByteBuffer[] {ByteBuffer.allocate(0)})).result())
          .isZero();
      assertThat(stream.sends).hasSize(Memory.values().length);
    }
  }

  @CoreTest
  void anEmptyMessageFailsAsOthersDo(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      stream.keepMessages();
      stream.room(0);
      stream.failWrites(Errno.EPIPE);
      PolledConn conn = rig.conn(stream, Network.UNIXPACKET);
      SocketException failure =
          rig.call(() -> conn.write(new byte[0])).failure(SocketException.class);
      assertThat(((NetError) failure).errnoName()).isEqualTo("EPIPE");
      conn.setWriteTimeout(Duration.ZERO);
      rig.call(() -> conn.write(new byte[0])).failure(SocketTimeoutException.class);
    }
  }

  @CoreTest
  void anEmptyMessageLooksLikeTheEndAndIsNot(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      stream.keepMessages();
      PolledConn conn = rig.conn(stream, Network.UNIXPACKET);
      stream.feed(new byte[0]);
      stream.feed(new byte[] {1});
      assertThat(rig.call(() -> conn.read(new byte[4])).result()).isEqualTo(-1);
      assertThat(rig.call(() -> conn.read(new byte[4])).result()).isEqualTo(1);
    }
  }

  @CoreTest
  void buffersMadeForAMessageDoNotGetIntoThePool(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      PolledConn conn = rig.conn(rig.stream(), Network.UNIXPACKET);
      rig.call(() -> conn.write(new byte[LARGE_BYTES])).result();
      for (int i = 0; i < 10; i++) {
        assertThat(rig.pool.take().capacity()).isEqualTo(CoreRig.BUFFER_BYTES);
      }
    }
  }
}
