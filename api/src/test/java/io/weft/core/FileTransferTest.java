package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.weft.NetError;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Goal: a file goes out in order, and no loop ever waits for a disk. */
@Timeout(60)
class FileTransferTest {
  private static final int FILE_BYTES = 5 * CoreRig.BUFFER_BYTES + 77;

  private final FakeFile file = new FakeFile(Bytes.pattern(FILE_BYTES));

  /** A connection on a loop, and its kernel's end. */
  private static final class End implements AutoCloseable {
    final CoreRig rig;
    final FakeStreamHandle stream;
    final PolledConn conn;
    private final CountDownLatch enough = new CountDownLatch(1);

    End(Variant variant) {
      rig = new CoreRig(variant);
      stream = rig.stream();
      conn = rig.conn(stream);
    }

    Call<Long> transfer(FileChannel source, long position, long count) {
      return rig.call(() -> conn.transferFrom(source, position, count));
    }

    /** Until close, all threads that may read files are taken. */
    void occupyOffload() {
      CountDownLatch taken = new CountDownLatch(Offload.THREADS_MAX);
      for (int i = 0; i < Offload.THREADS_MAX; i++) {
        new Call<>(
            Thread.ofVirtual(),
            () ->
                rig.offload.call(
                    () -> {
                      taken.countDown();
                      enough.await();
                      return null;
                    }));
      }
      Waiting.untilOpen(taken);
    }

    @Override
    public void close() {
      enough.countDown();
      rig.close();
    }
  }

  @CoreTest
  void sendsAPartOfAFile(Variant variant) throws Exception {
    try (End end = new End(variant)) {
      end.stream.stepMax(333);
      byte[] all = Bytes.pattern(FILE_BYTES);
      assertThat(end.transfer(file, 100, 2500).result()).isEqualTo(2500);
      assertThat(end.stream.sent()).isEqualTo(Arrays.copyOfRange(all, 100, 2600));
      assertThat(file.readers).isNotEmpty();
      assertThat(file.readers)
          .allSatisfy(
              reader -> {
                assertThat(reader.isVirtual()).isFalse();
                assertThat(reader.getName()).isEqualTo("weft-offload");
              });
    }
  }

  @CoreTest
  void stopsAtTheEndOfTheFile(Variant variant) throws Exception {
    try (End end = new End(variant)) {
      assertThat(end.transfer(file, 0, Long.MAX_VALUE).result()).isEqualTo(FILE_BYTES);
      assertThat(end.stream.sent()).isEqualTo(Bytes.pattern(FILE_BYTES));
      assertThat(end.transfer(file, FILE_BYTES, 10).result()).isZero();
      assertThat(end.transfer(file, Long.MAX_VALUE, Long.MAX_VALUE).result()).isZero();
      int reads = file.readers.size();
      assertThat(end.transfer(file, 0, 0).result()).isZero();
      assertThat(file.readers).hasSize(reads);
      assertThat(end.stream.sent()).hasSize(FILE_BYTES);
    }
  }

  @Test
  void sendsARealFileAndLeavesItsPositionAlone(@TempDir Path dir) throws Exception {
    Path path = Files.write(dir.resolve("file"), Bytes.pattern(FILE_BYTES));
    try (End end = new End(Variant.READINESS_CARRIED);
        FileChannel real = FileChannel.open(path)) {
      real.position(5);
      assertThat(end.transfer(real, 9, FILE_BYTES).result()).isEqualTo(FILE_BYTES - 9);
      assertThat(real.position()).isEqualTo(5);
      assertThat(end.stream.sent())
          .isEqualTo(Arrays.copyOfRange(Bytes.pattern(FILE_BYTES), 9, FILE_BYTES));
    }
  }

  @Test
  void whatTheFileThrowsIsThrownAndTheConnectionUsable(@TempDir Path dir) throws Exception {
    Path path = dir.resolve("file");
    try (End end = new End(Variant.COMPLETION_VIRTUAL)) {
      FileChannel writable =
          FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
      end.transfer(writable, 0, 1).failure(NonReadableChannelException.class);
      writable.close();
      end.transfer(writable, 0, 1).failure(ClosedChannelException.class);
      assertThat(end.transfer(file, 0, 9).result()).isEqualTo(9);
      assertThat(end.stream.sent()).isEqualTo(Bytes.pattern(9));
    }
  }

  @CoreTest
  void aTimeoutTellsHowMuchWasSent(Variant variant) throws Exception {
    try (End end = new End(variant)) {
      end.stream.room(1500);
      end.conn.setWriteTimeout(Duration.ofSeconds(5));
      Call<Long> call = end.transfer(file, 0, FILE_BYTES);
      Waiting.until("the write waits", () -> end.stream.isPending(Direction.WRITE));
      Waiting.until("some was sent", () -> end.stream.sent().length == 1500);
      end.rig.clock.advance(Duration.ofSeconds(6));
      SocketTimeoutException timeout = call.failure(SocketTimeoutException.class);
      assertThat(timeout.bytesTransferred).isEqualTo(1500);
      int reads = file.readers.size();
      end.transfer(file, 0, 1).failure(SocketTimeoutException.class);
      end.transfer(file, 0, 0).failure(SocketTimeoutException.class);
      assertThat(file.readers).as("a past deadline fails before any read").hasSize(reads);
    }
  }

  @CoreTest
  void anErrorOfTheConnectionEndsIt(Variant variant) throws Exception {
    try (End end = new End(variant)) {
      end.stream.room(1500);
      end.stream.failWrites(Errno.ECONNRESET);
      for (int i = 0; i < 2; i++) {
        SocketException reset = end.transfer(file, 0, FILE_BYTES).failure(SocketException.class);
        assertThat(((NetError) reset).errnoName()).isEqualTo("ECONNRESET");
        assertThat(((NetError) reset).transferredBytes()).isEqualTo(i == 0 ? 1500 : 0);
      }
    }
  }

  @CoreTest
  void aDeadlineAnInterruptAndACloseEndTheWaitForAThread(Variant variant) throws Exception {
    try (End end = new End(variant)) {
      end.occupyOffload();
      end.conn.setWriteTimeout(Duration.ofSeconds(5));
      Call<Long> late = end.transfer(file, 0, 1);
      Waiting.untilParked(late.thread());
      end.rig.clock.advance(Duration.ofSeconds(6));
      assertThat(late.failure(SocketTimeoutException.class).bytesTransferred).isZero();
      end.conn.setWriteDeadline(null);
      Call<Long> interrupted = end.transfer(file, 0, 1);
      Waiting.untilParked(interrupted.thread());
      interrupted.thread().interrupt();
      interrupted.failure(InterruptedIOException.class);
      assertThat(interrupted.endedInterrupted()).isTrue();
      Call<Long> closed = end.transfer(file, 0, 1);
      Waiting.untilParked(closed.thread());
      end.conn.close();
      closed.failure(AsynchronousCloseException.class);
      assertThat(file.readers).isEmpty();
    }
  }

  @CoreTest
  void tasksThatSendFilesDoNotWaitForEachOther(Variant variant) throws Exception {
    try (End end = new End(variant)) {
      CountDownLatch allRun = new CountDownLatch(Offload.THREADS_MAX);
      List<Call<Long>> calls = new ArrayList<>();
      for (int i = 0; i < Offload.THREADS_MAX; i++) {
        calls.add(
            new Call<>(
                Thread.ofVirtual(),
                () ->
                    end.rig.offload.call(
                        () -> {
                          allRun.countDown();
                          allRun.await();
                          return end.conn.transferFrom(file, 0, FILE_BYTES);
                        })));
      }
      for (Call<Long> call : calls) {
        assertThat(call.result()).isEqualTo(FILE_BYTES);
      }
    }
  }

  @CoreTest
  void closeWriteWhileTheFileIsReadIsMetByTheWrite(Variant variant) throws Exception {
    try (End end = new End(variant)) {
      file.hold();
      Call<Long> call = end.transfer(file, 0, 10);
      Waiting.until("the file is read", () -> !file.readers.isEmpty());
      end.conn.closeWrite();
      end.stream.room(0);
      end.stream.failWrites(Errno.EPIPE);
      file.turns.release(100);
      assertThat(((NetError) call.failure(SocketException.class)).errnoName()).isEqualTo("EPIPE");
    }
  }

  @CoreTest
  void aReadThatRunsIsLetComeToItsEnd(Variant variant) throws Exception {
    try (End end = new End(variant)) {
      ByteBuffer only = end.rig.pool.take();
      end.rig.pool.give(only);
      file.hold();
      Call<Long> call = end.transfer(file, 0, 10);
      Waiting.until("the file is read", () -> !file.readers.isEmpty());
      call.thread().interrupt();
      end.rig.settle();
      assertThat(call.isDone()).isFalse();
      file.turns.release(100);
      call.failure(InterruptedIOException.class);
      assertThat(file.isOpen()).isTrue();
      assertThat(end.stream.sent()).isEmpty();
      assertThat(end.rig.pool.take()).isSameAs(only);
    }
  }

  @CoreTest
  void closeWaitsForAReadThatRuns(Variant variant) throws Exception {
    try (End end = new End(variant)) {
      file.hold();
      Call<Long> call = end.transfer(file, 0, 10);
      Waiting.until("the file is read", () -> !file.readers.isEmpty());
      Call<Void> close =
          new Call<>(
              Thread.ofPlatform(),
              () -> {
                end.conn.close();
                return null;
              });
      Waiting.untilParked(close.thread());
      assertThat(end.stream.isReleased()).isFalse();
      file.turns.release(100);
      close.result();
      call.failure(AsynchronousCloseException.class);
      assertThat(end.stream.isReleased()).isTrue();
    }
  }

  @CoreTest
  void noOtherWriteComesBetween(Variant variant) throws Exception {
    try (End end = new End(variant)) {
      file.hold();
      Call<Long> call = end.transfer(file, 0, FILE_BYTES);
      Waiting.until("the file is read", () -> !file.readers.isEmpty());
      List<Call<Integer>> writes = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        writes.add(end.rig.call(() -> end.conn.write(new byte[] {1})));
        Waiting.untilParked(writes.getLast().thread());
      }
      file.turns.release(100);
      assertThat(call.result()).isEqualTo(FILE_BYTES);
      for (Call<Integer> write : writes) {
        write.result();
      }
      byte[] sent = Arrays.copyOf(Bytes.pattern(FILE_BYTES), FILE_BYTES + 3);
      Arrays.fill(sent, FILE_BYTES, FILE_BYTES + 3, (byte) 1);
      assertThat(end.stream.sent()).isEqualTo(sent);
    }
  }

  @SuppressWarnings("NullAway") // who does not check for null passes it
  @Test
  void badArgumentsAreRefusedByName() throws IOException {
    try (End end = new End(Variant.READINESS_PLATFORM)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> end.conn.transferFrom(file, -1, 1))
          .withMessageContaining("position")
          .withMessageContaining("-1");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> end.conn.transferFrom(file, 1, -2))
          .withMessageContaining("-2");
      assertThatNullPointerException().isThrownBy(() -> end.conn.transferFrom(null, 1, 1));
    }
  }
}
