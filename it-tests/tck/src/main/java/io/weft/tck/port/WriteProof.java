package io.weft.tck.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.spi.Direction;
import io.weft.spi.Errno;
import io.weft.spi.StreamHandle;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** Goal: writes deliver every byte once and in order, however slow the reader. */
interface WriteProof {
  @PortTest
  default void everythingReachesASlowReader(PortRig rig) throws Exception {
    int size = 1 << 20;
    try (PortPair pair = rig.pair()) {
      pair.near().setOption(StandardSocketOptions.SO_SNDBUF, 4096);
      FutureTask<byte[]> far = inBackground(() -> pair.farReads(size));
      rig.writeAll(pair.near(), Bytes.direct(Bytes.of(1, 0, size)));
      assertThat(far.get()).isEqualTo(Bytes.of(1, 0, size));
    }
  }

  @PortTest
  default void bothDirectionsAtOnce(PortRig rig) throws Exception {
    int size = 1 << 20;
    try (PortPair pair = rig.pair()) {
      FutureTask<byte[]> far = inBackground(() -> pair.farReads(size));
      FutureTask<Void> farWriter =
          inBackground(
              () -> {
                pair.farWrites(Bytes.of(2, 0, size));
                return null;
              });
      FutureTask<Void> nearWriter =
          inBackground(
              () -> {
                rig.writeAll(pair.near(), Bytes.direct(Bytes.of(1, 0, size)));
                return null;
              });
      ByteBuffer all = ByteBuffer.allocateDirect(size);
      while (all.hasRemaining()) {
        int count = rig.read(pair.near(), all);
        assertThat(count).isPositive();
        all.position(all.position() + count);
      }
      assertThat(Bytes.firstOf(all.flip(), size)).isEqualTo(Bytes.of(2, 0, size));
      assertThat(far.get()).isEqualTo(Bytes.of(1, 0, size));
      farWriter.get();
      nearWriter.get();
    }
  }

  @PortTest
  default void aGatheringWriteKeepsTheOrder(PortRig rig) throws Exception {
    int count = StreamHandle.GATHER_MAX + 100;
    int each = 700;
    try (PortPair pair = rig.pair()) {
      ByteBuffer[] buffers = new ByteBuffer[count];
      for (int i = 0; i < count; i++) {
        buffers[i] = Bytes.direct(Bytes.of(4, (long) i * each, each));
      }
      FutureTask<byte[]> far = inBackground(() -> pair.farReads((count - 1) * each));
      // the first one stays behind; what was taken is skipped, part of a buffer too
      int from = 1;
      while (from < count) {
        int first = from;
        int taken = rig.perform("write", done -> pair.near().write(buffers, first, count, done));
        assertThat(taken).isPositive();
        while (from < count && taken >= buffers[from].remaining()) {
          taken -= buffers[from++].remaining();
        }
        if (taken > 0) {
          buffers[from].position(buffers[from].position() + taken);
        }
      }
      assertThat(far.get()).isEqualTo(Bytes.of(4, each, (count - 1) * each));
    }
  }

  @PortTest
  default void aWriteTellsThatItFindsNoRoomAndOnlyThen(PortRig rig) throws Exception {
    try (PortPair pair = rig.pair()) {
      ByteBuffer chunk = ByteBuffer.allocateDirect(64 * 1024);
      Outcome write = rig.start("write", done -> pair.near().write(chunk, done));
      assertThat(write.await()).isPositive();
      assertThat(write.isFull()).isFalse();
      do {
        write = rig.start("write", done -> pair.near().write(chunk, done));
      } while (!write.isFull());
      assertThat(write.wasPending()).isTrue();
      rig.cancel(pair.near(), Direction.WRITE);
      write.await();
    }
  }

  @PortTest
  default void shutdownOfWriteIsTheFarEndsEndOfStream(PortRig rig) throws Exception {
    try (PortPair pair = rig.pair()) {
      rig.writeAll(pair.near(), Bytes.direct(new byte[] {1}));
      pair.near().shutdown(Direction.WRITE);
      assertThat(pair.farReads(2)).containsExactly(1);
      pair.farWrites(new byte[] {2});
      ByteBuffer buffer = ByteBuffer.allocateDirect(4);
      assertThat(rig.read(pair.near(), buffer)).isOne();
      ByteBuffer src = Bytes.direct(new byte[] {3});
      assertThat(rig.perform("write", done -> pair.near().write(src, done)))
          .isEqualTo(-Errno.EPIPE.number());
    }
  }

  @PortTest
  default void aWriteToAClosedPeerFails(PortRig rig) throws Exception {
    PortPair pair = rig.pair();
    pair.close();
    ByteBuffer src = Bytes.direct(new byte[16]);
    int result;
    do {
      result = rig.perform("write", done -> pair.near().write(src, done));
    } while (result > 0);
    assertThat(result).isIn(-Errno.EPIPE.number(), -Errno.ECONNRESET.number());
  }

  private static <T> FutureTask<T> inBackground(Callable<T> task) {
    FutureTask<T> future = new FutureTask<>(task);
    Thread.ofPlatform().daemon().name("port-far").start(future);
    return future;
  }
}
