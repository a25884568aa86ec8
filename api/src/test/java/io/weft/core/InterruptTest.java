package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.core.Bytes.Memory;
import io.weft.spi.Direction;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: an interrupt ends the call that it meets, keeps its flag, and leaves the connection fit.
 */
@Timeout(60)
class InterruptTest {
  @CoreTest
  void anInterruptEndsAPendingReadAndTheConnectionGoesOn(Variant variant) throws Exception {
    for (Memory memory : Memory.values()) {
      try (CoreRig rig = new CoreRig(variant)) {
        FakeStreamHandle stream = rig.stream();
        PolledConn conn = rig.conn(stream);
        Call<Integer> read = rig.call(() -> conn.read(memory.allocate(16)));
        Waiting.until("the read is pending", () -> stream.isPending(Direction.READ));
        read.thread().interrupt();
        assertInterrupted(read);
        stream.feed(Bytes.pattern(3));
        assertThat(rig.call(() -> conn.read(memory.allocate(16))).result()).isEqualTo(3);
      }
    }
  }

  private static void assertInterrupted(Call<?> call) throws Exception {
    assertThat(call.failure(InterruptedIOException.class))
        .isNotInstanceOf(SocketTimeoutException.class);
    assertThat(call.endedInterrupted()).as("flag").isTrue();
  }

  @CoreTest
  void anInterruptBeforeTheCallEndsItBeforeThePollerIsAsked(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      stream.feed(Bytes.pattern(3));
      PolledConn conn = rig.conn(stream);
      assertInterrupted(rig.call(() -> interruptedRead(conn)));
      assertInterrupted(rig.call(() -> interruptedWrite(conn)));
      assertThat(stream.starts).hasValue(0);
      assertThat(rig.call(() -> conn.read(new byte[16])).result()).isEqualTo(3);
    }
  }

  private static int interruptedRead(PolledConn conn) throws IOException {
    Thread.currentThread().interrupt();
    return conn.read(new byte[16]);
  }

  private static int interruptedWrite(PolledConn conn) throws IOException {
    Thread.currentThread().interrupt();
    return conn.write(new byte[16]);
  }

  @CoreTest
  void anInterruptInTheMiddleOfAWriteTellsHowFarItCame(Variant variant) throws Exception {
    for (Memory memory : Memory.values()) {
      try (CoreRig rig = new CoreRig(variant)) {
        FakeStreamHandle stream = rig.stream();
        stream.room(1100);
        PolledConn conn = rig.conn(stream);
        Call<Integer> write = rig.call(() -> bytesOfInterruptedWrite(conn, memory));
        Waiting.until(
            "the write has no room",
            () -> stream.sent().length == 1100 && stream.isPending(Direction.WRITE));
        write.thread().interrupt();
        assertThat(write.result()).as("%s", memory).isEqualTo(1100);
        assertThat(write.endedInterrupted()).isTrue();
      }
    }
  }

  private static int bytesOfInterruptedWrite(PolledConn conn, Memory memory) throws IOException {
    ByteBuffer src = memory.copyOf(Bytes.pattern(3000));
    try {
      return conn.write(src);
    } catch (InterruptedIOException e) {
      assertThat(src.position()).isEqualTo(e.bytesTransferred);
      return e.bytesTransferred;
    }
  }

  @CoreTest
  void anInterruptedThreadLeavesTheQueueOfReaders(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      Call<Integer> first = rig.call(() -> conn.read(new byte[16]));
      Waiting.until("the read is pending", () -> stream.isPending(Direction.READ));
      Call<Integer> second = rig.call(() -> conn.read(new byte[16]));
      Waiting.untilParked(second.thread());
      second.thread().interrupt();
      assertInterrupted(second);
      stream.feed(Bytes.pattern(3));
      assertThat(first.result()).isEqualTo(3);
    }
  }

  @CoreTest
  void bytesThatWinAgainstTheInterruptAreReturnedWithTheFlag(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      stream.holdCancels(true);
      PolledConn conn = rig.conn(stream);
      Call<Integer> read = rig.call(() -> conn.read(ByteBuffer.allocateDirect(16)));
      Waiting.until("the read is pending", () -> stream.isPending(Direction.READ));
      read.thread().interrupt();
      if (variant.anyThread) {
        assertInterrupted(read);
        return;
      }
      Waiting.until("cancel is asked for", () -> stream.isCancelAsked(Direction.READ));
      stream.feed(Bytes.pattern(3));
      assertThat(read.result()).isEqualTo(3);
      assertThat(read.endedInterrupted()).as("flag").isTrue();
    }
  }

  /** The wait for readability ends with AGAIN while the cancel is under way, but for nothing. */
  @ParameterizedTest
  @EnumSource(names = {"COMPLETION_VIRTUAL", "COMPLETION_PLATFORM", "COMPLETION_CARRIED"})
  void aFalseWakeUpDoesNotSwallowTheInterrupt(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      stream.holdCancels(true);
      PolledConn conn = rig.conn(stream);
      Call<Integer> read = rig.call(() -> conn.read(new byte[16]));
      Waiting.until("the read is pending", () -> stream.isPending(Direction.READ));
      read.thread().interrupt();
      Waiting.until("cancel is asked for", () -> stream.isCancelAsked(Direction.READ));
      stream.wakeFalsely(1);
      assertInterrupted(read);
    }
  }

  @CoreTest
  void anInterruptedAcceptLeavesTheListenerOpen(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeListenHandle handle = new FakeListenHandle(rig.poller);
      PolledListener listener = rig.listener(handle);
      Call<?> accept = rig.call(listener::accept);
      Waiting.until("the accept is pending", () -> handle.isPending(Direction.READ));
      accept.thread().interrupt();
      assertInterrupted(accept);
      handle.connect();
      assertThat(rig.call(listener::accept).result()).isNotNull();
    }
  }
}
