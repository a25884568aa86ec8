package io.weft.poller.iouring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Network;
import io.weft.poller.iouring.ring.Kernel;
import io.weft.poller.iouring.ring.Sqe;
import io.weft.poller.iouring.ring.sys.Sys.Call;
import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import io.weft.spi.ListenHandle;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Goal: an accept that stays in the kernel loses no connection and leaves no descriptor. */
class IoUringListenTest {
  private static final int RLIMIT_NOFILE = 7;

  private final List<SocketChannel> clients = new ArrayList<>();
  private Rig rig;
  private ListenHandle listener;

  @BeforeAll
  static void kernelHasRings() {
    Kernel.mustHaveRings();
  }

  @BeforeEach
  void listen() throws Exception {
    rig = new Rig(Rig.SMALL);
    listener = rig.poller.listener(Network.TCP);
    listener.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
  }

  @AfterEach
  void close() throws Exception {
    for (SocketChannel client : clients) {
      client.close();
    }
    rig.close();
  }

  private void connect() throws IOException {
    clients.add(SocketChannel.open(listener.localAddress()));
  }

  private void accept(int value) throws IOException {
    clients.get(value).write(ByteBuffer.wrap(new byte[] {(byte) value}));
    assertThat(rig.finish(listener::accept)).isZero();
    var stream = listener.accepted(rig.poller);
    ByteBuffer dst = ByteBuffer.allocateDirect(8);
    assertThat(rig.finish(done -> stream.read(dst, done))).isOne();
    assertThat(dst.get(0)).isEqualTo((byte) value);
    rig.close(stream);
  }

  @Test
  void aBurstIsAcceptedInOrderByFewSubmissions() throws Exception {
    for (int i = 0; i < 100; i++) {
      connect();
    }
    for (int i = 0; i < 100; i++) {
      accept(i);
    }
    assertThat(rig.poller.ring.submitted(Sqe.ACCEPT)).isLessThan(20);
    rig.close(listener);
  }

  @Test
  void beyondABoundConnectionsWaitInTheKernel() throws Exception {
    connect();
    accept(0);
    // these it takes in one go
    for (int i = 1; i <= 100; i++) {
      connect();
    }
    rig.settle();
    int before = Kernel.descriptors();
    for (int i = 101; i <= 200; i++) {
      connect();
    }
    rig.settle();
    assertThat(Kernel.descriptors() - before).as("but for the clients'").isEqualTo(100);
    for (int i = 1; i <= 200; i++) {
      accept(i);
    }
    rig.close(listener);
  }

  @Test
  void whatACanceledAcceptBringsIsClosedWithTheListener() throws Exception {
    Rig.Last done = new Rig.Last();
    assertThat(listener.accept(done)).isEqualTo(Completion.PENDING);
    rig.poll(0);
    listener.cancel(Direction.READ);
    assertThat(done.result).isEqualTo(Completion.CANCELED);
    int before = Kernel.descriptors();
    connect();
    rig.settle();
    assertThat(Kernel.descriptors()).isEqualTo(before + 2);
    rig.close(listener);
    assertThat(Kernel.descriptors())
        .as("the client's is new, the listener's is gone")
        .isEqualTo(before);
  }

  @Test
  void withoutDescriptorsAnAcceptFailsAndLosesNothing() throws Exception {
    Deque<Long> fillers = new ArrayDeque<>();
    // an accept has the limit of when it was started
    long limit = limit(highestDescriptor() + 20);
    try {
      connect();
      accept(0);
      SocketChannel late = SocketChannel.open();
      clients.add(late);
      do {
        fillers.push(rig.sys.call(Call.EVENTFD2, 0, 0));
      } while (fillers.peek() >= 0);
      late.connect(listener.localAddress());
      assertThat(rig.finish(listener::accept)).isEqualTo(-Errno.EMFILE.number());
      assertThat(rig.finish(listener::accept)).isEqualTo(-Errno.EMFILE.number());
      closeAll(fillers);
      accept(1);
    } finally {
      closeAll(fillers);
      limit(limit);
    }
    rig.close(listener);
  }

  private void closeAll(Deque<Long> descriptors) {
    while (!descriptors.isEmpty()) {
      rig.sys.call(Call.CLOSE, descriptors.pop());
    }
  }

  private static int highestDescriptor() {
    String[] names = new File("/proc/self/fd").list();
    assertThat(names).isNotNull();
    return Stream.of(names).mapToInt(Integer::parseInt).max().orElseThrow();
  }

  /** Sets how many descriptors this process may have; returns how many it might. */
  private long limit(long soft) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limits = arena.allocate(4 * Long.BYTES, Long.BYTES);
      long was = limits.address() + 2 * Long.BYTES;
      rig.sys.need(Call.PRLIMIT64, 0, RLIMIT_NOFILE, 0, was);
      limits.set(JAVA_LONG, 0, soft);
      limits.set(JAVA_LONG, 8, limits.get(JAVA_LONG, 24));
      rig.sys.need(Call.PRLIMIT64, 0, RLIMIT_NOFILE, limits.address(), 0);
      return limits.get(JAVA_LONG, 16);
    }
  }
}
