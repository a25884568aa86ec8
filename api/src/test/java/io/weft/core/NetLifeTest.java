package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weft.Conn;
import io.weft.Listener;
import io.weft.Net;
import io.weft.NetConfig;
import io.weft.NetError;
import io.weft.PollerUnavailableException;
import io.weft.Scheduling;
import io.weft.spi.Direction;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Goal: a net ends completely, whoever closes it and whatever its handlers wait for. */
@Timeout(60)
@ExtendWith(QuietLog.class)
class NetLifeTest {
  private static Void close(NetRig rig) {
    rig.net.close();
    return null;
  }

  @CoreTest
  void offersThreadsForWhatBlocks(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Call<Boolean> call =
          rig.call(() -> rig.net.offload(() -> Thread.currentThread().isVirtual()));
      assertThat(call.result()).isFalse();
      rig.net.close();
      new Call<>(Thread.ofVirtual(), () -> rig.net.offload(() -> 1))
          .failure(ClosedChannelException.class);
    }
  }

  @CoreTest
  void closeEndsHandlersThatWaitForTheirConnection(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Conn conn = rig.call(rig::dial).result();
      FakeStreamHandle handle = rig.poller().lastStream();
      Thread handler = rig.net.go(conn, c -> c.read(new byte[8]));
      NetRig.awaitPending(handle, Direction.READ);
      rig.net.close();
      assertThat(handler.join(Duration.ofSeconds(20))).isTrue();
      assertThat(handle.isReleased()).isTrue();
      assertThat(rig.errors).singleElement().isInstanceOf(ClosedChannelException.class);
    }
  }

  @CoreTest
  void closeInterruptsHandlersThatWaitElsewhere(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Queue<String> heard = new ConcurrentLinkedQueue<>();
      CountDownLatch never = new CountDownLatch(1);
      Thread waiting =
          rig.net.go(
              () -> {
                try {
                  never.await();
                } catch (InterruptedException e) {
                  heard.add("interrupted");
                }
              });
      Waiting.untilParked(waiting);
      rig.net.close();
      assertThat(waiting.join(Duration.ofSeconds(20))).isTrue();
      assertThat(heard).containsExactly("interrupted");
    }
  }

  @CoreTest
  void aHandlerMayCloseItsOwnNet(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant, 2)) {
      Conn conn = rig.call(rig::dial).result();
      CountDownLatch closed = new CountDownLatch(1);
      Thread handler =
          rig.net.go(
              conn,
              c -> {
                rig.net.close();
                closed.countDown();
              });
      assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(handler.join(Duration.ofSeconds(20))).isTrue();
      assertThat(rig.errors).isEmpty();
    }
  }

  @CoreTest
  void manyThreadsMayCloseAtTheSameTime(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant, 2)) {
      rig.call(rig::dial).result();
      List<Call<Void>> closes = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        closes.add(new Call<>(Thread.ofVirtual(), () -> close(rig)));
        try {
          rig.net.go(rig.net::close);
        } catch (RejectedExecutionException e) {
          // closed already
        }
      }
      for (Call<Void> close : closes) {
        close.result();
      }
    }
  }

  @CoreTest
  void everyCallOnAClosedNetFails(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Conn conn = rig.call(rig::dial).result();
      rig.net.close();
      rig.net.close();
      new Call<>(Thread.ofVirtual(), rig::dial).failure(ClosedChannelException.class);
      new Call<>(Thread.ofVirtual(), rig::listen).failure(ClosedChannelException.class);
      assertThatExceptionOfType(RejectedExecutionException.class)
          .isThrownBy(() -> rig.net.go(() -> {}));
      assertThatExceptionOfType(RejectedExecutionException.class)
          .isThrownBy(() -> rig.net.go(conn, c -> {}));
      assertThat(rig.net.shutdown(Duration.ZERO)).isTrue();
    }
  }

  /** A thread may be known as running before it has been started. */
  @CoreTest
  void closeRacesWithGo(Variant variant) throws Exception {
    for (int round = 0; round < 100; round++) {
      try (NetRig rig = new NetRig(variant)) {
        Call<Void> starter = new Call<>(Thread.ofPlatform().daemon(), () -> startUntilRefused(rig));
        rig.net.go(() -> {});
        rig.net.close();
        starter.result();
      }
    }
  }

  private static Void startUntilRefused(NetRig rig) {
    for (; ; ) {
      try {
        rig.net.go(() -> {});
      } catch (RejectedExecutionException e) {
        return null;
      }
    }
  }

  @CoreTest
  void shutdownWaitsForHandlersAndForThoseThatTheyStart(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Listener listener = rig.listen();
      Queue<String> ended = new ConcurrentLinkedQueue<>();
      CountDownLatch go = new CountDownLatch(1);
      Thread first = rig.net.go(() -> startAnother(rig, go, ended, 20));
      Waiting.untilParked(first);
      Call<Boolean> shutdown =
          new Call<>(Thread.ofPlatform(), () -> rig.net.shutdown(Duration.ofSeconds(20)));
      Waiting.until("the listener is closed", () -> !listener.isOpen());
      go.countDown();
      assertThat(shutdown.result()).isTrue();
      assertThat(ended).hasSize(21);
    }
  }

  private static void startAnother(
      NetRig rig, CountDownLatch go, Queue<String> ended, int furtherOnes) {
    try {
      go.await();
      if (furtherOnes > 0) {
        rig.net.go(() -> startAnother(rig, go, ended, furtherOnes - 1));
      }
      ended.add("ended");
    } catch (InterruptedException e) {
      ended.add("interrupted");
    }
  }

  @CoreTest
  void shutdownGivesUpInTime(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Conn conn = rig.call(rig::dial).result();
      Thread handler = rig.net.go(conn, c -> c.read(new byte[8]));
      Waiting.untilParked(handler);
      assertThat(rig.net.shutdown(Duration.ofMillis(20))).isFalse();
      assertThat(handler.join(Duration.ofSeconds(20))).isTrue();
      assertThat(conn.isOpen()).isFalse();
    }
  }

  @CoreTest
  void anInterruptedShutdownClosesAllTheSame(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Conn conn = rig.call(rig::dial).result();
      Waiting.untilParked(rig.net.go(conn, c -> c.read(new byte[8])));
      Call<Boolean> shutdown =
          new Call<>(Thread.ofPlatform(), () -> rig.net.shutdown(Duration.ofDays(1)));
      Waiting.untilParked(shutdown.thread());
      shutdown.thread().interrupt();
      shutdown.failure(InterruptedException.class);
      assertThat(conn.isOpen()).isFalse();
    }
  }

  @CoreTest
  void anInterruptedCloseWaitsForTheLoopsAllTheSame(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant, 3)) {
      Call<Boolean> close =
          new Call<>(
              Thread.ofPlatform(),
              () -> {
                Thread.currentThread().interrupt();
                rig.net.close();
                return Thread.interrupted()
                    && rig.provider.pollers.stream().allMatch(FakePoller::isClosed);
              });
      assertThat(close.result()).isTrue();
    }
  }

  @CoreTest
  void aLoopThatHasDiedGetsNothingNew(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant, 3)) {
      FakePoller dead = rig.provider.pollers.get(1);
      dead.breakWith(new IOException("the kernel has gone"));
      Waiting.until("the poller is closed", dead::isClosed);
      for (int i = 0; i < 9; i++) {
        Conn conn = new Call<>(Thread.ofPlatform(), rig::dial).result();
        assertThat(new Call<>(Thread.ofVirtual(), () -> conn.write(new byte[2])).result())
            .isEqualTo(2);
      }
      assertThat(dead.handles).isEmpty();
    }
  }

  @CoreTest
  void whenAllLoopsHaveDiedDialsSayWhy(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      IOException cause = new IOException("the kernel has gone");
      rig.poller().breakWith(cause);
      Waiting.until("the poller is closed", rig.poller()::isClosed);
      SocketException failure =
          new Call<>(Thread.ofPlatform(), rig::dial).failure(SocketException.class);
      assertThat(failure).hasCause(cause);
    }
  }

  @Test
  void whenAPollerCannotBeOpenedNoneIsLeftOpen() {
    FakePollerProvider provider = new FakePollerProvider(true, new FakeClock());
    provider.openMax(2, new IOException("no more pollers"));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () ->
                PolledNet.open(NetConfig.DEFAULT.withLoops(3), List.of(provider), new FakeClock()))
        .withMessage("open: no more pollers")
        .isInstanceOf(NetError.class);
    assertThat(provider.pollers).hasSize(2).allMatch(FakePoller::isClosed);
  }

  @Test
  void autoGoesOnWhenThereAreNotPollersEnoughForAllLoops() throws Exception {
    FakePollerProvider best = FakePollerProvider.available("io_uring");
    FakePollerProvider next = FakePollerProvider.available("nio");
    best.openMax(2, new PollerUnavailableException("too little locked memory"));
    NetConfig config = NetConfig.DEFAULT.withLoops(3);

    try (Net net = PolledNet.open(config, List.of(best, next), new FakeClock())) {
      assertThat(net.poller().name()).isEqualTo("nio");
      assertThat(net.poller().reason()).contains("io_uring: too little locked memory");
    }
    assertThat(best.pollers).hasSize(2).allMatch(FakePoller::isClosed);
    assertThatExceptionOfType(PollerUnavailableException.class)
        .isThrownBy(
            () ->
                PolledNet.open(config.withPoller("io_uring"), List.of(best, next), new FakeClock()))
        .withMessage("too little locked memory");
  }

  @CoreTest
  void aNetTellsWhatItRunsOn(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant, 2)) {
      assertThat(rig.net.loops()).isEqualTo(2);
      assertThat(rig.net.poller().name()).isEqualTo("fake");
      assertThat(rig.net.scheduling()).isEqualTo(variant.scheduling());
      assertThat(rig.net.schedulingReason()).isNotBlank();
      boolean carried = rig.net.scheduling() == Scheduling.ON_LOOP;
      assertThat(Call.on(rig.net, () -> Loop.current() != null).result()).isEqualTo(carried);
    }
  }
}
