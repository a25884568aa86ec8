package io.weft.poller.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Network;
import io.weft.poller.nio.Fixture.Pair;
import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Handle;
import io.weft.spi.ListenHandle;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Goal: a close that is done has released the descriptor, and every close gets done. */
class NioCloseTest {
  private static final long SEED = 20251122;

  @Test
  @EnabledOnOs(OS.LINUX)
  void closeReleasesTheDescriptor() throws IOException {
    try (Fixture fixture = new Fixture()) {
      long before = Fixture.openSockets();
      Pair pair = fixture.pair();
      assertThat(Fixture.openSockets()).isEqualTo(before + 3);
      // registered, armed once, and never used
      Recorder reading = new Recorder();
      assertThat(pair.server().read(ByteBuffer.allocateDirect(1), reading))
          .isEqualTo(Completion.PENDING);
      fixture.settle();
      pair.server().cancel(Direction.READ);
      StreamHandle unused = fixture.stream(Network.TCP);

      fixture.close(pair.server());
      fixture.close(pair.client());
      fixture.close(unused);

      assertThat(Fixture.openSockets()).isEqualTo(before + 1);
    }
  }

  @Test
  void theLoopClosesWhatItsSelectorKnows() throws IOException {
    try (Fixture fixture = new Fixture()) {
      NioStreamHandle known = (NioStreamHandle) fixture.pair().server();
      assertThat(known.read(ByteBuffer.allocateDirect(1), new Recorder()))
          .isEqualTo(Completion.PENDING);
      known.cancel(Direction.READ);
      Recorder closing = new Recorder();
      assertThat(known.close(closing)).isEqualTo(Completion.PENDING);
      assertThat(known.channel.isOpen()).isTrue();

      assertThat(fixture.pollUntil(closing)).isZero();
      assertThat(known.channel.isOpen()).isFalse();

      NioStreamHandle unknown = (NioStreamHandle) fixture.poller.stream(Network.TCP);
      assertThat(unknown.close(closing)).isZero();
      assertThat(unknown.channel.isOpen()).isFalse();
    }
  }

  @Test
  void closedListenersPortCanBeBoundAgain() throws IOException {
    try (Fixture fixture = new Fixture()) {
      SocketAddress address = new InetSocketAddress("127.0.0.1", 0);
      for (int i = 0; i < 20; i++) {
        ListenHandle listener = fixture.listener(Network.TCP4, address, 16);
        Recorder accepting = new Recorder();
        assertThat(listener.accept(accepting)).isEqualTo(Completion.PENDING);
        fixture.poll(0);
        listener.cancel(Direction.READ);
        address = listener.localAddress();
        fixture.close(listener);
      }
    }
  }

  @Test
  void closeAfterAFailedConnectIsDone() throws IOException {
    try (Fixture fixture = new Fixture()) {
      ListenHandle listener = fixture.listener(Network.TCP, loopback(), 16);
      SocketAddress gone = listener.localAddress();
      fixture.close(listener);
      StreamHandle client = fixture.stream(Network.TCP);
      assertThat(fixture.run(done -> client.connect(gone, done))).isNegative();
      fixture.poll(0);

      fixture.close(client);
    }
  }

  @Test
  void closeFromAnotherThreadWakesASelectThatWaits() throws Exception {
    try (Fixture fixture = new Fixture()) {
      StreamHandle stream = fixture.poller.stream(Network.TCP);
      AtomicBoolean closed = new AtomicBoolean();
      Thread closer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    assertThat(Recorder.blocking(stream::close)).isZero();
                    closed.set(true);
                    fixture.poller.wakeup();
                  });
      while (!closed.get()) {
        fixture.poll(-1);
      }
      closer.join();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void closeAfterThePollersIsImmediate() throws IOException {
    long before = Fixture.openSockets();
    Fixture fixture = new Fixture();
    Pair pair = fixture.pair();
    fixture.settle();
    fixture.poller.close();

    Recorder done = new Recorder();
    assertThat(pair.client().close(done)).isZero();
    assertThat(pair.server().close(done)).isZero();
    assertThat(done.count()).isZero();
    assertThat(Fixture.openSockets()).isEqualTo(before + 1);
    fixture.poller.close();
    fixture.close();
    assertThat(Fixture.openSockets()).isEqualTo(before);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void noCloseIsLostWhenThePollerClosesAtTheSameTime() throws Exception {
    long before = Fixture.openSockets();
    for (int round = 0; round < 200; round++) {
      Fixture fixture = new Fixture();
      List<Handle> streams = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        streams.add(fixture.poller.stream(Network.TCP));
      }
      CountDownLatch started = new CountDownLatch(1);
      Thread closer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    started.countDown();
                    for (Handle stream : streams) {
                      assertThat(Recorder.blocking(stream::close)).isZero();
                    }
                  });
      started.await();
      for (int polls = 0; polls < round % 4; polls++) {
        fixture.poll(0);
      }
      fixture.poller.close();
      closer.join();
    }
    assertThat(Fixture.openSockets()).isEqualTo(before);
  }

  @Test
  void noWaiterIsLostWhenThePollerClosesAtTheSameTime() throws Exception {
    Random random = new Random(SEED);
    for (int round = 0; round < 500; round++) {
      Fixture fixture = new Fixture();
      Pair pair = fixture.pair();
      int spins = random.nextInt(4000);
      CountDownLatch started = new CountDownLatch(1);
      AtomicInteger result = new AtomicInteger();
      Thread waiter =
          Thread.ofPlatform()
              .start(
                  () -> {
                    started.countDown();
                    for (int i = 0; i < spins; i++) {
                      Thread.onSpinWait();
                    }
                    result.set(Recorder.blocking(pair.server()::readable));
                  });
      started.await();
      fixture.poll(0);
      fixture.poller.close();
      waiter.join();
      assertThat(result.get()).as("seed " + SEED).isEqualTo(Completion.CANCELED);
      fixture.close();
    }
  }

  private static SocketAddress loopback() {
    return Fixture.anywhere(Network.TCP, Path.of(""));
  }
}
