package io.weft.tck;

import static io.weft.Network.TCP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.Conn;
import io.weft.Listener;
import io.weft.Net;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Goal: nothing is left when a net is closed, whatever lived on it; and the check that holds every
 * case to this catches what is left on purpose.
 */
@Tck
class LeakTck {
  private static final Duration IMPATIENT = Duration.ofMillis(200);

  @TckTest(placements = Placement.PLATFORM)
  void aConnectionThatIsKeptOpenWithItsNetIsCaught(TestingNet net) throws Exception {
    LeakCheck check = LeakCheck.baseline();
    Net kept = net.config().opener().open(net.config().netConfig());
    Listener listener = kept.listen(net.network().toString(), net.freeAddress());
    kept.dial(net.network().toString(), TestingNet.addressOf(listener));
    assertThatThrownBy(() -> check.verify(IMPATIENT))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("descriptor(s): socket:")
        .hasMessageContaining("thread: ")
        .hasMessageContaining("weft-");
    kept.close();
    check.verify();
  }

  @TckTest(networks = TCP, placements = Placement.PLATFORM)
  void aVirtualThreadThatStaysIsCaught(TestingNet net) throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    LeakCheck check = LeakCheck.baseline();
    Thread stays = net.net().go(() -> awaitQuietly(end));
    assertThatThrownBy(() -> check.verify(IMPATIENT))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("virtual")
        .hasMessageContaining(stays.getName());
    end.countDown();
    check.verify();
  }

  @TckTest(networks = TCP, placements = Placement.PLATFORM)
  void aPlatformThreadThatStaysIsCaught(TestingNet net) throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    LeakCheck check = LeakCheck.baseline();
    Thread named = Thread.ofPlatform().name("weft-stays").start(() -> awaitQuietly(end));
    Thread unnamed = new Thread(() -> awaitQuietly(end));
    unnamed.start();
    assertThatThrownBy(() -> check.verify(IMPATIENT))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("weft-stays")
        .hasMessageContaining(unnamed.getName());
    end.countDown();
    named.join();
    unnamed.join();
    check.verify();
  }

  @TckTest(networks = TCP, placements = Placement.PLATFORM)
  void nativeMemoryThatStaysIsCaught(TestingNet net) {
    LeakCheck check = LeakCheck.baseline();
    leakMemory(check);
    check.verify();
  }

  private static void leakMemory(LeakCheck check) {
    ByteBuffer kept = ByteBuffer.allocateDirect(12_345);
    try {
      assertThatThrownBy(() -> check.verify(IMPATIENT))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("native memory: 1 buffers, 12345 bytes");
    } finally {
      Reference.reachabilityFence(kept);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @TckTest
  void manyConnectionsComeAndGo(TestingNet net) throws Exception {
    int sockets = Resources.openSockets();
    try (Listener listener = net.listen()) {
      for (int i = 0; i < 100; i++) {
        ConnPair pair = net.start(() -> net.pair(listener)).join();
        net.start(() -> Traffic.roundTrip(pair.client(), pair.server())).join();
        net.start(pair::close).join();
      }
    }
    assertThat(Resources.openSockets()).isEqualTo(sockets);
  }

  @TckTest
  void closingANetClosesWhatIsOpenOnIt(TestingNet net) throws Exception {
    Net doomed = net.config().opener().open(net.config().netConfig());
    String network = net.network().toString();
    Listener listener = doomed.listen(network, net.freeAddress());
    List<Task<?>> calls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      // the other ends live on another net: they do not end with this one
      net.dial(listener);
      Conn conn = listener.accept();
      switch (i % 3) {
        case 0 -> calls.add(net.start(() -> conn.read(new byte[1])));
        case 1 -> calls.add(net.start(conn::awaitReadable));
        default -> calls.add(net.start(() -> conn.write(new byte[16 * 1024 * 1024])));
      }
    }
    calls.add(net.start(listener::accept));
    for (Task<?> call : calls) {
      call.awaitParked();
    }
    net.start(doomed::close).join();
    for (Task<?> call : calls) {
      Expect.closed(call.failure());
    }
  }

  @TckTest
  void failuresLeaveNothingOpen(TestingNet net) throws Exception {
    Listener listener = net.listen();
    String network = net.network().toString();
    String used = TestingNet.addressOf(listener);
    String gone;
    try (Listener closed = net.listen()) {
      gone = TestingNet.addressOf(closed);
    }
    int sockets = Resources.openSockets();
    for (int i = 0; i < 20; i++) {
      assertThat(net.start(() -> net.net().listen(network, used)).failure())
          .isInstanceOf(IOException.class);
      assertThat(net.start(() -> net.net().dial(network, gone)).failure())
          .isInstanceOf(IOException.class);
    }
    assertThat(Resources.openSockets()).isEqualTo(sockets);
  }
}
