package io.weft.tck.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.ListenHandle;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Goal: a close that has completed has released the descriptor, whatever went before. */
interface CloseProof {
  @PortTest
  default void closeReleasesEveryDescriptor(PortRig rig) throws Exception {
    Path descriptors = Path.of("/proc/self/fd");
    assumeTrue(Files.isDirectory(descriptors), "no /proc/self/fd here");
    useEverythingOnce(rig); // what is opened lazily is now open
    long before = count(descriptors);
    for (int i = 0; i < 20; i++) {
      useEverythingOnce(rig);
    }
    assertThat(count(descriptors)).isEqualTo(before);
  }

  private static void useEverythingOnce(PortRig rig) throws Exception {
    ListenHandle listener = rig.listener();
    try (SocketChannel client = PortRig.dial(listener.localAddress())) {
      StreamHandle stream = rig.accept(listener);
      Outcome read = rig.start("read", done -> stream.read(ByteBuffer.allocateDirect(8), done));
      Outcome accept = rig.start("accept", listener::accept);
      rig.cancel(stream, Direction.READ);
      rig.cancel(listener, Direction.READ);
      assertThat(read.await()).isEqualTo(Completion.CANCELED);
      assertThat(accept.await()).isEqualTo(Completion.CANCELED);
      rig.closeHandle(listener);
      rig.closeHandle(stream);
      assertThat(client.read(ByteBuffer.allocate(1))).as("the peer sees the end").isEqualTo(-1);
    }
    rig.closeHandle(rig.stream());
  }

  private static long count(Path descriptors) throws IOException {
    try (var files = Files.list(descriptors)) {
      return files.count();
    }
  }

  @PortTest
  default void whenCloseHasCompletedThePortIsFree(PortRig rig) throws Exception {
    ListenHandle listener = rig.listener();
    SocketAddress address = listener.localAddress();
    Outcome accept = rig.start("accept", listener::accept);
    rig.cancel(listener, Direction.READ);
    accept.await();
    rig.closeHandle(listener);
    if (rig.isUnix()) {
      Files.delete(((UnixDomainSocketAddress) address).getPath());
    }
    ListenHandle second = rig.listener(address, 1);
    try (SocketChannel client = PortRig.dial(address)) {
      assertThat(client.isConnected()).isTrue();
      rig.closeHandle(rig.accept(second));
    }
  }

  @PortTest
  default void closeAfterACanceledReadIsTheFarEndsEndOfStream(PortRig rig) throws Exception {
    try (PortPair pair = rig.pair()) {
      Outcome read =
          rig.start("read", done -> pair.near().read(ByteBuffer.allocateDirect(8), done));
      rig.cancel(pair.near(), Direction.READ);
      read.await();
      rig.writeAll(pair.near(), Bytes.direct(new byte[] {3}));
      rig.closeHandle(pair.near());
      assertThat(pair.farReads(1)).containsExactly(3);
      assertThat(pair.farReadsOnce()).isEqualTo(-1);
    }
  }

  @PortTest
  default void aConnectionThatNobodyTookIsClosedWithItsListener(PortRig rig) throws Exception {
    ListenHandle listener = rig.listener();
    Outcome accept = rig.start("accept", listener::accept);
    rig.cancel(listener, Direction.READ);
    accept.await();
    try (SocketChannel client = PortRig.dial(listener.localAddress())) {
      rig.closeHandle(listener);
      assertThat(endOf(client)).isTrue();
    }
  }

  private static boolean endOf(SocketChannel client) {
    try {
      return client.read(ByteBuffer.allocate(1)) == -1;
    } catch (IOException e) {
      return true; // a reset, as the kernel likes
    }
  }

  @PortTest
  default void theEndOfThePollerCancelsWhatPends(PortRig rig) throws Exception {
    try (PortPair pair = rig.pair()) {
      ListenHandle listener = rig.listener();
      Outcome read =
          rig.start("read", done -> pair.near().read(ByteBuffer.allocateDirect(8), done));
      Outcome accept = rig.start("accept", listener::accept);
      ByteBuffer src = ByteBuffer.allocateDirect(16 << 20);
      Outcome write = rig.start("write", done -> pair.near().write(src, done));
      while (!write.wasPending()) {
        src.position(src.position() + write.result());
        write = rig.start("write", done -> pair.near().write(src, done));
      }
      rig.closePoller();
      assertThat(read.await()).isEqualTo(Completion.CANCELED);
      assertThat(accept.await()).isEqualTo(Completion.CANCELED);
      // completed at last, though a part may have been taken before
      assertThat(write.await()).matches(r -> r == Completion.CANCELED || r > 0);
      // from any thread and at once: here is another one, and there is no loop any more
      Outcome close = rig.startHere("close", pair.near()::close);
      assertThat(close.wasPending()).isFalse();
      assertThat(rig.startHere("close", listener::close).result()).isZero();
      assertThat(close.result()).isZero();
      int taken = src.position() + Math.max(0, write.result());
      assertThat(pair.farReads(2 * src.capacity())).hasSize(taken);
      rig.verifyAndForget();
    }
  }
}
