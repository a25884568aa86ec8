package io.weft.poller.iouring;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.weft.Network;
import io.weft.poller.iouring.ring.Caps;
import io.weft.poller.iouring.ring.Kernel;
import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.StreamHandle;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: what the port does not show of the ring: its buffers, its slots, its garbage. */
class IoUringPollerTest {
  private static final int BUFFERS = 4;

  private final ServerSocketChannel server = open();
  private final List<SocketChannel> peers = new ArrayList<>();
  private IoUringPoller poller;

  @BeforeAll
  static void kernelHasRings() {
    Kernel.mustHaveRings();
  }

  private static ServerSocketChannel open() {
    try {
      return ServerSocketChannel.open()
          .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @BeforeEach
  void openPoller() throws Exception {
    poller =
        new IoUringPoller(Kernel.SYS, Caps.DEFAULT, new IoUringPoller.Size(64, 1024, BUFFERS, 512));
  }

  @AfterEach
  void closeAll() throws Exception {
    poller.close();
    server.close();
    for (SocketChannel peer : peers) {
      peer.close();
    }
  }

  /** Records the last result. */
  private static final class Last implements Completion {
    private int result = PENDING;

    @Override
    public void complete(int value) {
      result = value;
    }

    int take() {
      int taken = result;
      result = PENDING;
      return taken;
    }
  }

  private StreamHandle connect() throws Exception {
    StreamHandle handle = poller.stream(Network.TCP);
    Last done = new Last();
    assertThat(handle.connect(server.getLocalAddress(), done)).isEqualTo(Completion.PENDING);
    assertThat(await(done)).isZero();
    peers.add(server.accept());
    return handle;
  }

  private int await(Last done) throws Exception {
    while (done.result == Completion.PENDING) {
      poller.poll(-1);
    }
    return done.take();
  }

  private void close(StreamHandle handle) throws Exception {
    Last done = new Last();
    if (handle.close(done) == Completion.PENDING) {
      assertThat(await(done)).isZero();
    }
  }

  @Test
  void idleReadersHoldNoBuffer() throws Exception {
    List<StreamHandle> handles = new ArrayList<>();
    for (int i = 0; i < 5 * BUFFERS; i++) {
      StreamHandle handle = connect();
      handles.add(handle);
      assertThat(handle.readable(new Last())).isEqualTo(Completion.PENDING);
    }
    poller.poll(0);
    assertThat(poller.buffers.lent()).isZero();
    for (StreamHandle handle : handles) {
      handle.cancel(Direction.READ);
      close(handle);
    }
    assertThat(poller.buffers.lent()).isZero();
    assertThat(poller.owners.all()).as("places that are left: the wake-up's").hasSize(1);
  }

  @Test
  void readersWaitForBuffersThatOthersHold() throws Exception {
    List<StreamHandle> handles = new ArrayList<>();
    List<Last> reads = new ArrayList<>();
    ByteBuffer dst = ByteBuffer.allocateDirect(64);
    for (int i = 0; i < 3 * BUFFERS; i++) {
      StreamHandle handle = connect();
      Last done = new Last();
      assertThat(handle.read(dst, done)).isEqualTo(Completion.PENDING);
      handles.add(handle);
      reads.add(done);
      peers.get(i).write(ByteBuffer.wrap(new byte[] {(byte) i}));
    }
    // all have bytes, four can have a buffer; who reads gives his to one that waits
    int served = 0;
    while (served < handles.size()) {
      poller.poll(-1);
      assertThat(poller.buffers.lent()).isLessThanOrEqualTo(BUFFERS);
      for (int i = 0; i < handles.size(); i++) {
        if (reads.get(i).take() == Completion.AGAIN) {
          assertThat(handles.get(i).read(dst, null)).isOne();
          assertThat(dst.get(0)).isEqualTo((byte) i);
          served++;
        }
      }
    }
    for (StreamHandle handle : handles) {
      close(handle);
    }
    assertThat(poller.buffers.lent()).isZero();
  }

  @Test
  void cancelAgainstAnArrivingByteLosesNeitherByteNorBuffer() throws Exception {
    long seed = 5;
    Random random = new Random(seed);
    StreamHandle handle = connect();
    SocketChannel peer = peers.getFirst();
    ByteBuffer one = ByteBuffer.allocate(1);
    ByteBuffer dst = ByteBuffer.allocateDirect(8);
    Last done = new Last();
    for (int i = 0; i < 20_000; i++) {
      int result = handle.read(dst, done);
      boolean early = random.nextBoolean();
      if (early) {
        peer.write(one.put(0, (byte) i).rewind());
      }
      if (random.nextBoolean()) {
        poller.poll(0);
      }
      if (result == Completion.PENDING && done.result == Completion.PENDING) {
        handle.cancel(Direction.READ);
      }
      assertThat(done.take()).isIn(Completion.CANCELED, Completion.AGAIN);
      if (!early) {
        peer.write(one.put(0, (byte) i).rewind());
      }
      while ((result = handle.read(dst, done)) == Completion.PENDING) {
        assertThat(await(done)).isEqualTo(Completion.AGAIN);
      }
      assertThat(result).as("round %s of seed %s", i, seed).isOne();
      assertThat(dst.get(0)).as("round %s of seed %s", i, seed).isEqualTo((byte) i);
      assertThat(poller.buffers.lent()).isZero();
    }
    close(handle);
  }

  /** Not even when the compiler does not see through what the JDK makes to hand an errno back. */
  @Test
  void pingPongAllocatesNothing(@TempDir Path directory) throws Exception {
    Path directives = directory.resolve("directives");
    Files.writeString(
        directives,
        """
        [{match: "*.*", c2: {inline: "-jdk/internal/foreign/AbstractMemorySegmentImpl.asSlice"}}]
        """);
    assertThat(diagnose("compilerDirectivesAdd", directives.toString())).contains("1");
    StreamHandle handle = connect();
    SocketChannel peer = peers.getFirst();
    ByteBuffer ping = ByteBuffer.allocateDirect(64);
    ByteBuffer pong = ByteBuffer.allocateDirect(64);
    Last read = new Last();
    Last write = new Last();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int rounds = 20_000;
    for (int warmup = 0; warmup < 3; warmup++) {
      pingPong(handle, peer, new ByteBuffer[] {ping, pong}, new Last[] {read, write}, rounds);
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    pingPong(handle, peer, new ByteBuffer[] {ping, pong}, new Last[] {read, write}, rounds);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated).as("bytes in %s rounds", rounds).isLessThanOrEqualTo(2L * rounds);
    close(handle);
    diagnose("compilerDirectivesRemove");
  }

  private static String diagnose(String command, String... arguments) throws Exception {
    return (String)
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                command,
                arguments.length == 0 ? null : new Object[] {arguments},
                arguments.length == 0 ? null : new String[] {String[].class.getName()});
  }

  private void pingPong(
      StreamHandle handle, SocketChannel peer, ByteBuffer[] buffers, Last[] last, int rounds)
      throws Exception {
    for (int i = 0; i < rounds; i++) {
      peer.write(buffers[0].clear());
      while (handle.read(buffers[1].clear(), last[0]) == Completion.PENDING) {
        await(last[0]);
      }
      if (handle.write(buffers[1], last[1]) == Completion.PENDING) {
        await(last[1]);
      }
      peer.read(buffers[0].clear());
    }
  }

  @Test
  void unixPacketsAndAbstractNamesAreThere() throws Exception {
    var listener = poller.listener(Network.UNIXPACKET);
    listener.listen(UnixDomainSocketAddress.of("@"), 8);
    var name = (UnixDomainSocketAddress) listener.localAddress();
    assertThat(name.getPath().toString()).matches("@[0-9a-f]{5}");
    StreamHandle client = poller.stream(Network.UNIXPACKET);
    assertThat(client.connect(name, new Last())).isZero();
    assertThat(client.remoteAddress()).isEqualTo(name);
    assertThat(client.localAddress()).isEqualTo(UnixDomainSocketAddress.of("@"));
    close(client);
    assertThat(listener.close(new Last())).isZero();
  }
}
