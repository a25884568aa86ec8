package io.weft.poller.iouring;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.Listener;
import io.weft.Net;
import io.weft.NetConfig;
import io.weft.Scheduling;
import io.weft.poller.iouring.ring.FaultySys;
import io.weft.poller.iouring.ring.Kernel;
import io.weft.poller.iouring.ring.Sqe;
import io.weft.poller.iouring.ring.sys.Sys.Call;
import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import io.weft.spi.NetFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: the failure of a connection is told though nobody reads it, and costs the others nothing.
 */
@Timeout(60)
class IoUringFailureTest {
  private static final int FILLS = 3;
  // for how long a full relay takes nothing
  private static final long FULL_NANOS = 200_000_000;
  private static final int ROUNDS = 1000;

  @BeforeAll
  static void kernelHasRings() {
    Kernel.mustHaveRings();
  }

  private static void reset(Rig.Pair pair) throws IOException {
    pair.peer().setOption(StandardSocketOptions.SO_LINGER, 0);
    pair.peer().close();
  }

  @Test
  void aResetIsToldAndAWaitForOneEndsWithTheConnection() throws Exception {
    try (Rig rig = new Rig(IoUringPoller.Size.DEFAULT)) {
      AtomicInteger told = new AtomicInteger();
      Rig.Pair failing = rig.connect();
      Rig.Pair lasting = rig.connect();
      failing.stream().onFailure(told::incrementAndGet);
      lasting.stream().onFailure(() -> told.addAndGet(100));
      rig.settle();
      assertThat(rig.poller.ring.submitted(Sqe.POLL_ADD)).isEqualTo(2);
      failing.peer().write(ByteBuffer.allocate(1000));
      reset(failing);
      rig.settle();
      assertThat(told).hasValue(1);
      assertThat(failing.stream().failure()).isEqualTo(-Errno.ECONNRESET.number());
      rig.close(lasting.stream());
      rig.forget(lasting);
      assertThat(told).hasValue(1);
    }
  }

  @Test
  void aResetThatAReceiveOfNobodyHasTakenIsToldAtOnce() throws Exception {
    try (Rig rig = new Rig(IoUringPoller.Size.DEFAULT)) {
      Rig.Pair pair = rig.connect();
      Rig.Last read = new Rig.Last();
      ByteBuffer dst = ByteBuffer.allocateDirect(64);
      assertThat(pair.stream().read(dst, read)).isEqualTo(Completion.PENDING);
      rig.settle();
      pair.stream().cancel(Direction.READ);
      assertThat(read.result).isEqualTo(Completion.CANCELED);
      reset(pair);
      rig.settle();
      AtomicInteger told = new AtomicInteger();
      pair.stream().onFailure(told::incrementAndGet);
      assertThat(told).hasValue(1);
      assertThat(pair.stream().failure()).isEqualTo(-Errno.ECONNRESET.number());
      assertThat(rig.poller.ring.submitted(Sqe.POLL_ADD)).isZero();
    }
  }

  /** What both ends of a relay do; tells how many bytes went through. */
  @FunctionalInterface
  private interface Conversation {
    int hold(SocketChannel sender, SocketChannel receiver) throws Exception;
  }

  /** Moves what a conversation sends; tells how many waits for readiness that took. */
  private static long polls(Conversation conversation) throws Exception {
    // a transfer by pipe waits for bytes in the same way
    FaultySys sys = new FaultySys().with(Call.PIPE2, (real, args) -> -Errno.EMFILE.number());
    Rings rings = new Rings(sys, IoUringPoller.Size.DEFAULT);
    NetConfig config =
        NetConfig.DEFAULT.withPoller("io_uring").withScheduling(Scheduling.ON_LOOP).withLoops(1);
    try (Net net = NetFactory.load().open(config, List.of(rings));
        Listener listener = net.listen("tcp", "127.0.0.1:0");
        ServerSocketChannel sink = ServerSocketChannel.open()) {
      sink.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      FutureTask<Long> moved = new FutureTask<>(() -> move(net, listener, sink));
      net.go(moved);
      try (SocketChannel sender = SocketChannel.open(listener.address());
          SocketChannel receiver = sink.accept()) {
        int bytes = conversation.hold(sender, receiver);
        sender.shutdownOutput();
        assertThat(moved.get()).isEqualTo(bytes);
      }
    }
    return rings.opened().element().ring.submitted(Sqe.POLL_ADD);
  }

  private static long move(Net net, Listener listener, ServerSocketChannel sink)
      throws IOException {
    try (Conn source = listener.accept();
        Conn target = net.dial("tcp", "127.0.0.1:" + sink.socket().getLocalPort())) {
      return source.transferTo(target, Long.MAX_VALUE);
    }
  }

  private static void read(SocketChannel channel, int bytes) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(bytes);
    while (all.hasRemaining()) {
      assertThat(channel.read(all)).isPositive();
    }
  }

  @Test
  void aTransferWhoseTargetTakesBytesWaitsForNoFailure() throws Exception {
    long polls =
        polls(
            (sender, receiver) -> {
              for (int i = 0; i < ROUNDS; i++) {
                sender.write(ByteBuffer.allocate(64));
                read(receiver, 64);
              }
              return 64 * ROUNDS;
            });
    assertThat(polls).isZero();
  }

  @Test
  void oneThatIsFullAgainAndAgainWaitsForRoomAndForFailuresOnceEach() throws Exception {
    long polls =
        polls(
            (sender, receiver) -> {
              sender.configureBlocking(false);
              int bytes = 0;
              for (int i = 0; i < FILLS; i++) {
                int filled = fill(sender);
                read(receiver, filled);
                bytes += filled;
              }
              return bytes;
            });
    assertThat(polls).isEqualTo(2);
  }

  /** Sends until the relay is full and takes nothing any more; tells how much that was. */
  private static int fill(SocketChannel sender) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(64 * 1024);
    int filled = 0;
    long takenAtNanos = System.nanoTime();
    while (System.nanoTime() - takenAtNanos < FULL_NANOS) {
      int taken = sender.write(chunk.clear());
      filled += taken;
      if (taken > 0) {
        takenAtNanos = System.nanoTime();
      } else {
        Thread.onSpinWait();
      }
    }
    return filled;
  }
}
