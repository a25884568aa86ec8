package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.core.Bytes.Memory;
import io.weft.spi.Direction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: close wakes everybody, lets the last one out release the handle, and waits for that. */
@Timeout(60)
class CloseTest {
  private static Void close(PolledConn conn) {
    conn.close();
    return null;
  }

  @CoreTest
  void closeEndsPendingAndQueuedCallsOfBothDirections(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      stream.room(0);
      PolledConn conn = rig.conn(stream);
      List<Call<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        calls.add(rig.call(() -> conn.read(new byte[16])));
        calls.add(rig.call(() -> conn.write(new byte[16])));
      }
      for (Call<Integer> call : calls) {
        Waiting.untilParked(call.thread());
      }
      rig.call(() -> close(conn)).result();
      assertThat(stream.isReleased()).isTrue();
      for (Call<Integer> call : calls) {
        call.failure(AsynchronousCloseException.class);
      }
    }
  }

  @CoreTest
  void closeFromThisThreadWorksWhateverCarriesTheWaiters(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      Call<Void> wait = rig.call(() -> awaitReadable(conn));
      Waiting.until("the wait is pending", () -> stream.isPending(Direction.READ));
      conn.close();
      assertThat(stream.isReleased()).isTrue();
      wait.failure(AsynchronousCloseException.class);
    }
  }

  private static Void awaitReadable(PolledConn conn) throws IOException {
    conn.awaitReadable();
    return null;
  }

  @CoreTest
  void everyCallOnAClosedConnectionFailsBeforeThePollerIsAsked(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      rig.call(() -> close(conn)).result();
      assertThat(conn.isOpen()).isFalse();
      assertClosed(rig.call(() -> conn.read(new byte[16])));
      assertClosed(rig.call(() -> conn.read(new byte[0])));
      assertClosed(rig.call(() -> conn.write(new byte[16])));
      assertClosed(rig.call(() -> conn.write(new ByteBuffer[0])));
      assertClosed(rig.call(() -> awaitReadable(conn)));
      assertClosed(rig.call(() -> closeWrite(conn)));
      assertThat(stream.starts).hasValue(0);
      assertThat(conn.localAddress()).isEqualTo(CoreRig.address(4000));
      assertThat(conn.remoteAddress()).isEqualTo(CoreRig.address(5000));
    }
  }

  private static Void closeWrite(PolledConn conn) throws IOException {
    conn.closeWrite();
    return null;
  }

  private static void assertClosed(Call<?> call) throws Exception {
    assertThat(call.failure(ClosedChannelException.class))
        .isNotInstanceOf(AsynchronousCloseException.class)
        .hasMessageEndingWith("use of closed network connection");
  }

  @CoreTest
  void manyConcurrentClosesCloseOnceAndAllReturn(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      List<Call<Void>> calls = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        calls.add(rig.call(() -> close(conn)));
      }
      for (Call<Void> call : calls) {
        call.result();
      }
      Waiting.until("the handle is released", stream::isReleased);
    }
  }

  @CoreTest
  void closeReturnsWhenTheDescriptorIsReleasedAndNotBefore(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      stream.holdClose(true);
      PolledConn conn = rig.conn(stream);
      Call<Void> close = rig.call(() -> close(conn));
      Waiting.untilParked(close.thread());
      rig.settle();
      assertThat(close.isDone()).isFalse();
      stream.holdClose(false);
      close.result();
      assertThat(stream.isReleased()).isTrue();
    }
  }

  @CoreTest
  void closeIsNotInterruptibleAndKeepsTheFlag(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      stream.holdClose(true);
      PolledConn conn = rig.conn(stream);
      Call<Void> close = rig.call(() -> close(conn));
      Waiting.untilParked(close.thread());
      close.thread().interrupt();
      rig.settle();
      assertThat(close.isDone()).isFalse();
      stream.holdClose(false);
      close.result();
      assertThat(close.endedInterrupted()).isTrue();
    }
  }

  @CoreTest
  void theHandleIsReleasedOnlyAfterThePendingOperationHasEnded(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      stream.holdCancels(true);
      PolledConn conn = rig.conn(stream);
      ByteBuffer dst = ByteBuffer.allocateDirect(16);
      Call<Integer> read = rig.call(() -> conn.read(dst));
      Waiting.until("the read is pending", () -> stream.isPending(Direction.READ));
      Call<Void> close = rig.call(() -> close(conn));
      if (!variant.anyThread) {
        Waiting.until("cancel is asked for", () -> stream.isCancelAsked(Direction.READ));
        rig.settle();
        assertThat(read.isDone()).as("the kernel still has the memory").isFalse();
        assertThat(stream.isReleased()).isFalse();
        stream.holdCancels(false);
      }
      read.failure(AsynchronousCloseException.class);
      close.result();
    }
  }

  @CoreTest
  void aCloseInTheMiddleOfAWriteLeavesThePositionBehindWhatWasTaken(Variant variant)
      throws Exception {
    for (Memory memory : new Memory[] {Memory.HEAP, Memory.DIRECT, Memory.CONFINED_ARENA}) {
      try (CoreRig rig = new CoreRig(variant)) {
        FakeStreamHandle stream = rig.stream();
        stream.room(900);
        PolledConn conn = rig.conn(stream);
        Call<Integer> write = rig.call(() -> positionAfterClose(conn, memory));
        Waiting.until(
            "the write has no room",
            () -> stream.sent().length == 900 && stream.isPending(Direction.WRITE));
        conn.close();
        assertThat(write.result()).as("%s", memory).isEqualTo(900);
      }
    }
  }

  private static int positionAfterClose(PolledConn conn, Memory memory) throws IOException {
    ByteBuffer src = memory.copyOf(Bytes.pattern(3000));
    try {
      return conn.write(src);
    } catch (AsynchronousCloseException e) {
      return src.position();
    }
  }

  @CoreTest
  void closeReadEndsAPendingReadWithTheEndOfTheStream(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      Call<Integer> read = rig.call(() -> conn.read(new byte[16]));
      Waiting.until("the read is pending", () -> stream.isPending(Direction.READ));
      conn.closeRead();
      assertThat(read.result()).isEqualTo(-1);
      assertThat(stream.shutdowns).containsExactly(Direction.READ);
      assertThat(rig.call(() -> conn.write(new byte[4])).result()).isEqualTo(4);
    }
  }

  /** The cancel of a deadline, still on its way to the loop, must not reach a released handle. */
  @CoreTest
  void nothingReachesTheHandleAfterItsRelease(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      for (int i = 0; i < 300; i++) {
        FakeStreamHandle stream = rig.stream();
        PolledConn conn = rig.conn(stream);
        conn.setReadTimeout(Duration.ofMillis(1));
        Call<Integer> read = rig.call(() -> conn.read(new byte[16]));
        Call<Void> close = rig.call(() -> close(conn));
        rig.clock.advance(Duration.ofMillis(2));
        read.thread().interrupt();
        close.result();
        read.failure(IOException.class);
      }
      assertThat(rig.poller.violations).isEmpty();
    }
  }

  /** A cancel has been posted, but the loop first runs a thread that closes at once. */
  @Test
  void aPostedCancelHoldsTheHandle() throws Exception {
    try (CoreRig rig = new CoreRig(Variant.COMPLETION_CARRIED)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      CountDownLatch heldUp = new CountDownLatch(1);
      CountDownLatch posted = new CountDownLatch(1);
      CompletableFuture<Call<Void>> close = new CompletableFuture<>();
      rig.loop.execute(
          () -> {
            heldUp.countDown();
            awaitLatch(posted);
            close.complete(rig.call(() -> close(conn)));
          });
      awaitLatch(heldUp);
      conn.setReadTimeout(Duration.ZERO);
      posted.countDown();
      close.get().result();
      rig.settle();
      assertThat(stream.isReleased()).isTrue();
    }
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
