package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.NetError;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Goal: a file goes by pipe as it goes by memory, whatever comes between. */
@Timeout(60)
class PipedFileTransferTest {
  private static final int FILE_BYTES = 5 * CoreRig.BUFFER_BYTES + 77;
  private static final int SENT_BYTES = 1500;

  private final FakeFile file = new FakeFile(Bytes.pattern(FILE_BYTES));

  /** A connection on a loop whose poller has pipes, and its kernel's end. */
  private static final class End implements AutoCloseable {
    final CoreRig rig;
    final FakeStreamHandle stream;
    final PolledConn conn;

    End(Variant variant) {
      rig = new CoreRig(variant);
      rig.poller.lendPipes(2_000);
      stream = rig.stream();
      conn = rig.conn(stream);
    }

    Call<Long> transfer(FileChannel source, long position, long count) {
      return rig.call(() -> conn.transferFrom(source, position, count));
    }

    /** A transfer that waits with bytes in a pipe. */
    Call<Long> blocked(FileChannel source) {
      stream.room(SENT_BYTES);
      Call<Long> call = transfer(source, 0, FILE_BYTES);
      Waiting.until(
          "the write waits",
          () -> stream.sent().length == SENT_BYTES && stream.isPending(Direction.WRITE));
      assertThat(rig.poller.lentPipes).hasValue(1);
      return call;
    }

    void assertSent(int bytes) {
      assertThat(stream.sent()).isEqualTo(Arrays.copyOf(Bytes.pattern(FILE_BYTES), bytes));
      assertThat(rig.poller.lentPipes).hasValue(0);
    }

    @Override
    public void close() {
      rig.close();
    }
  }

  @CoreTest
  void sendsAPartOfAFile(Variant variant) throws Exception {
    try (End end = new End(variant)) {
      end.stream.stepMax(333);
      assertThat(end.transfer(file, 100, 2500).result()).isEqualTo(2500);
      assertThat(end.stream.sent())
          .isEqualTo(Arrays.copyOfRange(Bytes.pattern(FILE_BYTES), 100, 2600));
      assertThat(end.rig.poller.pipes).hasPositiveValue();
      assertThat(file.readers)
          .allSatisfy(reader -> assertThat(reader.getName()).isEqualTo("weft-offload"));
    }
  }

  @CoreTest
  void stopsAtTheEndOfTheFile(Variant variant) throws Exception {
    try (End end = new End(variant)) {
      assertThat(end.transfer(file, 0, Long.MAX_VALUE).result()).isEqualTo(FILE_BYTES);
      end.assertSent(FILE_BYTES);
      assertThat(end.transfer(file, FILE_BYTES, 5_000).result()).isZero();
      assertThat(end.transfer(file, Long.MAX_VALUE, Long.MAX_VALUE).result()).isZero();
      end.assertSent(FILE_BYTES);
    }
  }

  @CoreTest
  void whatFitsIntoABufferGoesByMemory(Variant variant) throws Exception {
    try (End end = new End(variant)) {
      end.transfer(file, 0, CoreRig.BUFFER_BYTES).result();
      assertThat(end.rig.poller.pipes).hasValue(0);
      end.assertSent(CoreRig.BUFFER_BYTES);
    }
  }

  @CoreTest
  void pipesThatTakeNoFilesAreAskedForNone(Variant variant) throws Exception {
    try (End end = new End(variant)) {
      end.rig.poller.refuseFiles();
      assertThat(end.transfer(file, 0, Long.MAX_VALUE).result()).isEqualTo(FILE_BYTES);
      assertThat(end.rig.poller.pipes).hasValue(0);
      end.assertSent(FILE_BYTES);
    }
  }

  @CoreTest
  void whatIsWrongWithAFileIsToldByMemory(Variant variant, @TempDir Path dir) throws Exception {
    try (End end = new End(variant)) {
      FileChannel writable =
          FileChannel.open(dir.resolve("f"), StandardOpenOption.WRITE, StandardOpenOption.CREATE);
      end.transfer(writable, 0, 5_000).failure(NonReadableChannelException.class);
      writable.close();
      end.transfer(writable, 0, 5_000).failure(ClosedChannelException.class);
      assertThat(end.rig.poller.pipes).hasValue(2);
      end.assertSent(0);
    }
  }

  @CoreTest
  void aTimeoutAndAnInterruptTellHowMuchWasSent(Variant variant) throws Exception {
    try (End end = new End(variant)) {
      end.conn.setWriteTimeout(Duration.ofSeconds(5));
      Call<Long> late = end.blocked(file);
      end.rig.clock.advance(Duration.ofSeconds(6));
      assertThat(late.failure(SocketTimeoutException.class).bytesTransferred).isEqualTo(SENT_BYTES);
      end.assertSent(SENT_BYTES);
    }
    try (End end = new End(variant)) {
      Call<Long> interrupted = end.blocked(file);
      interrupted.thread().interrupt();
      assertThat(interrupted.failure(InterruptedIOException.class).bytesTransferred)
          .isEqualTo(SENT_BYTES);
      assertThat(interrupted.endedInterrupted()).isTrue();
      end.assertSent(SENT_BYTES);
    }
  }

  @CoreTest
  void anErrorAndACloseEndIt(Variant variant) throws Exception {
    try (End end = new End(variant)) {
      Call<Long> call = end.blocked(file);
      end.stream.failWrites(Errno.ECONNRESET);
      SocketException reset = call.failure(SocketException.class);
      assertThat(((NetError) reset).errnoName()).isEqualTo("ECONNRESET");
      assertThat(((NetError) reset).transferredBytes()).isEqualTo(SENT_BYTES);
      end.assertSent(SENT_BYTES);
    }
    try (End end = new End(variant)) {
      Call<Long> call = end.blocked(file);
      end.conn.close();
      NetError closed = (NetError) call.failure(AsynchronousCloseException.class);
      assertThat(closed.transferredBytes()).isEqualTo(SENT_BYTES);
      end.assertSent(SENT_BYTES);
    }
  }

  @CoreTest
  void memoryGoesOnWherePipesAreRefused(Variant variant) throws Exception {
    try (End end = new End(variant)) {
      Call<Long> call = end.blocked(file);
      end.stream.refusePipes();
      end.stream.wakeWrite();
      Waiting.until("memory waits", () -> end.rig.poller.lentPipes.get() == 0);
      end.stream.room(Long.MAX_VALUE);
      assertThat(call.result()).isEqualTo(FILE_BYTES);
      end.assertSent(FILE_BYTES);
    }
    try (End end = new End(variant)) {
      Call<Long> call = end.blocked(file);
      end.rig.poller.lendPipes(0);
      end.stream.room(Long.MAX_VALUE);
      assertThat(call.result()).isEqualTo(FILE_BYTES);
      end.assertSent(FILE_BYTES);
    }
  }

  @CoreTest
  void aFillThatRunsIsLetComeToItsEnd(Variant variant) throws Exception {
    try (End end = new End(variant)) {
      file.hold();
      Call<Long> call = end.transfer(file, 0, FILE_BYTES);
      Waiting.until("the file is read", () -> !file.readers.isEmpty());
      call.thread().interrupt();
      end.rig.settle();
      assertThat(call.isDone()).isFalse();
      assertThat(end.rig.poller.lentPipes).hasValue(1);
      file.turns.release(100);
      assertThat(call.failure(InterruptedIOException.class).bytesTransferred).isZero();
      end.assertSent(0);
    }
  }
}
