package io.weft.tck.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.ListenHandle;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** Goal: cancel ends what pends, once, and loses neither byte nor connection. */
interface CancelProof {
  @PortTest
  default void aCanceledReadLosesNoByte(PortRig rig) throws Exception {
    long seed = 20251;
    Random random = new Random(seed);
    try (PortPair pair = rig.pair()) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(8);
      for (int i = 0; i < 500; i++) {
        byte expected = Bytes.at(5, i);
        Outcome read = rig.start("read", done -> pair.near().read(buffer, done));
        assertThat(read.wasPending()).as("round %s of seed %s", i, seed).isTrue();
        CompletableFuture<Void> farWrote = farWritesSometime(pair, expected, random.nextInt(4));
        rig.cancel(pair.near(), Direction.READ);
        int result = read.await();
        assertThat(result).isIn(Completion.CANCELED, Completion.AGAIN, 1);
        farWrote.join();
        if (result != 1) {
          assertThat(rig.read(pair.near(), buffer)).as("round %s of seed %s", i, seed).isOne();
        }
        assertThat(buffer.get(0)).as("round %s of seed %s", i, seed).isEqualTo(expected);
      }
    }
  }

  /** Before the cancel, at the same time, or a little later. */
  private static CompletableFuture<Void> farWritesSometime(PortPair pair, byte value, int when) {
    CompletableFuture<Void> written =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < when * 2000; i++) {
                Thread.onSpinWait();
              }
              try {
                pair.farWrites(new byte[] {value});
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    if (when == 0) {
      written.join();
    }
    return written;
  }

  @PortTest
  default void aCanceledWaitForReadabilityLosesNoByte(PortRig rig) throws Exception {
    try (PortPair pair = rig.pair()) {
      Outcome readable = rig.start("readable", pair.near()::readable);
      rig.cancel(pair.near(), Direction.READ);
      assertThat(readable.await()).isEqualTo(Completion.CANCELED);
      pair.farWrites(new byte[] {8});
      ByteBuffer buffer = ByteBuffer.allocateDirect(4);
      assertThat(rig.read(pair.near(), buffer)).isOne();
      assertThat(buffer.get(0)).isEqualTo((byte) 8);
    }
  }

  @PortTest
  default void aCanceledAcceptLosesNoConnection(PortRig rig) throws Exception {
    ListenHandle listener = rig.listener();
    Outcome accept = rig.start("accept", listener::accept);
    rig.cancel(listener, Direction.READ);
    assertThat(accept.await()).isEqualTo(Completion.CANCELED);
    try (SocketChannel client = PortRig.dial(listener.localAddress())) {
      StreamHandle stream = rig.accept(listener);
      rig.writeAll(stream, Bytes.direct(new byte[] {4}));
      assertThat(new PortPair(stream, client).farReads(1)).containsExactly(4);
    }
  }

  @PortTest
  default void aCanceledWriteTellsHowMuchWasTaken(PortRig rig) throws Exception {
    int size = 16 << 20;
    try (PortPair pair = rig.pair()) {
      ByteBuffer src = Bytes.direct(Bytes.of(6, 0, size));
      int result;
      do {
        // as long as the kernel takes bytes; then it is full, for nobody reads
        Outcome write = rig.start("write", done -> pair.near().write(src, done));
        if (write.wasPending()) {
          rig.cancel(pair.near(), Direction.WRITE);
        }
        result = write.await();
        if (result > 0) {
          src.position(src.position() + result);
        }
      } while (result != Completion.CANCELED);
      int taken = src.position();
      assertThat(taken).isBetween(1, size - 1);
      pair.near().shutdown(Direction.WRITE);
      assertThat(pair.farReads(size)).isEqualTo(Bytes.of(6, 0, taken));
    }
  }

  @PortTest
  default void cancelWithoutAnOperationHasNoEffect(PortRig rig) throws Exception {
    ListenHandle listener = rig.listener();
    rig.cancel(listener, Direction.READ);
    rig.cancel(listener, Direction.WRITE);
    try (PortPair pair = rig.pair()) {
      rig.cancel(pair.near(), Direction.READ);
      rig.cancel(pair.near(), Direction.WRITE);
      ByteBuffer buffer = ByteBuffer.allocateDirect(4);
      Outcome read = rig.start("read", done -> pair.near().read(buffer, done));
      assertThat(read.wasPending()).isTrue();
      rig.cancel(pair.near(), Direction.WRITE);
      rig.writeAll(pair.near(), Bytes.direct(new byte[] {1}));
      assertThat(pair.farReads(1)).containsExactly(1);
      assertThat(read.done()).as("the other direction was not canceled").isFalse();
      rig.cancel(pair.near(), Direction.READ);
      assertThat(read.await()).isEqualTo(Completion.CANCELED);
      rig.cancel(pair.near(), Direction.READ);
    }
  }
}
