package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.SocketControl;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: with addresses of both IP families the first connection wins, the other side is closed, and
 * whatever ends the dial ends both sides.
 */
@Timeout(60)
class RaceTest {
  private static final Target SIX = DialRig.target("2001:db8::1");
  private static final Target SIX_MORE = DialRig.target("2001:db8::2");
  private static final Target FOUR = DialRig.target("192.0.2.1");
  private static final int REFUSED = -Errno.ECONNREFUSED.number();
  private static final Duration DELAY = Duration.ofMillis(300);

  @CoreTest
  void theFallbackWinsWhenThePrimaryHangsAndNotBeforeTheDelay(Variant variant) throws Exception {
    try (DialRig rig = new DialRig(variant).meets(SIX, DialRig.PENDING).meets(FOUR, 0)) {
      Call<PolledConn> dial = rig.dial(DialConfig.DEFAULT, SIX, FOUR);
      FakeStreamHandle primary = rig.pending(0);
      rig.clock.advance(DELAY.minusNanos(1));
      rig.settle();
      assertThat(rig.poller().handles).hasSize(1);
      rig.clock.advance(Duration.ofMillis(1));
      assertThat(dial.result().remoteAddress()).isEqualTo(FOUR.address());
      assertThat(primary.isReleased()).isTrue();
      assertThat(rig.poller().handles).hasSize(2);
    }
  }

  @CoreTest
  void thePrimaryWinsWhileTheFallbackHangs(Variant variant) throws Exception {
    try (DialRig rig =
        new DialRig(variant).meets(SIX, DialRig.PENDING).meets(FOUR, DialRig.PENDING)) {
      Call<PolledConn> dial = rig.dial(DialConfig.DEFAULT, SIX, FOUR);
      FakeStreamHandle primary = rig.pending(0);
      rig.clock.advance(DELAY);
      FakeStreamHandle fallback = rig.pending(1);
      primary.connectResult(0);
      PolledConn conn = dial.result();
      assertThat(conn.remoteAddress()).isEqualTo(SIX.address());
      assertThat(fallback.isReleased()).isTrue();
      primary.feed(Bytes.pattern(3));
      assertThat(rig.call(() -> conn.read(new byte[8])).result()).isEqualTo(3);
    }
  }

  @CoreTest
  void aPrimaryInTimeNeedsNeitherASecondSocketNorAThread(Variant variant) throws Exception {
    try (DialRig rig = new DialRig(variant).meets(SIX, DialRig.PENDING)) {
      Call<PolledConn> dial = rig.dial(DialConfig.DEFAULT, SIX, FOUR);
      rig.pending(0).connectResult(0);
      assertThat(dial.result().remoteAddress()).isEqualTo(SIX.address());
      rig.clock.advance(DELAY.multipliedBy(2));
      rig.settle();
      assertThat(rig.poller().handles).hasSize(1);
      assertThat(rig.hasStartedNoThread()).isTrue();
    }
  }

  @CoreTest
  void theFallbackStartsAtOnceWhenThePrimariesHaveFailed(Variant variant) throws Exception {
    try (DialRig rig = new DialRig(variant).meets(SIX, REFUSED).meets(SIX_MORE, REFUSED)) {
      PolledConn conn = rig.dial(DialConfig.DEFAULT, SIX, FOUR, SIX_MORE).result();
      assertThat(conn.remoteAddress()).isEqualTo(FOUR.address());
      assertThat(rig.poller().streams()).hasSize(3);
      assertThat(rig.hasStartedNoThread()).isTrue();
    }
  }

  @CoreTest
  void whenAllFailTheFirstErrorOfThePrimariesTells(Variant variant) throws Exception {
    int unreachable = -Errno.EHOSTUNREACH.number();
    try (DialRig rig =
        new DialRig(variant)
            .meets(SIX, DialRig.PENDING)
            .meets(SIX_MORE, unreachable)
            .meets(FOUR, unreachable)) {
      Call<PolledConn> dial = rig.dial(DialConfig.DEFAULT, SIX, SIX_MORE, FOUR);
      FakeStreamHandle primary = rig.pending(0);
      rig.clock.advance(DELAY);
      Waiting.until("the fallback has failed", () -> rig.poller().streams().size() == 2);
      rig.settle();
      assertThat(dial.isDone()).isFalse();
      primary.connectResult(REFUSED);
      assertThat(dial.failure(ConnectException.class))
          .hasMessage("dial tcp [2001:db8::1]:5000: connection refused (ECONNREFUSED)");
    }
  }

  @CoreTest
  void theDialGoesOnWithTheFallbackWhenThePrimaryFailsLate(Variant variant) throws Exception {
    try (DialRig rig =
        new DialRig(variant).meets(SIX, DialRig.PENDING).meets(FOUR, DialRig.PENDING)) {
      Call<PolledConn> dial = rig.dial(DialConfig.DEFAULT, SIX, FOUR);
      FakeStreamHandle primary = rig.pending(0);
      rig.clock.advance(DELAY);
      FakeStreamHandle fallback = rig.pending(1);
      primary.connectResult(REFUSED);
      Waiting.until("the primary is closed", primary::isReleased);
      assertThat(dial.isDone()).isFalse();
      fallback.connectResult(0);
      assertThat(dial.result().remoteAddress()).isEqualTo(FOUR.address());
    }
  }

  /** The kernel connects the loser although it was told to stop. */
  @CoreTest
  void aLoserThatSucceedsIsClosed(Variant variant) throws Exception {
    try (DialRig rig = new DialRig(variant).meets(SIX, DialRig.PENDING).meets(FOUR, 0)) {
      Call<PolledConn> dial = rig.dial(DialConfig.DEFAULT, SIX, FOUR);
      FakeStreamHandle primary = rig.pending(0);
      primary.holdCancels(true);
      rig.clock.advance(DELAY);
      if (!variant.anyThread) {
        Waiting.until("the loser is canceled", () -> primary.isCancelAsked(Direction.WRITE));
        assertThat(dial.isDone()).as("a side is still open").isFalse();
        primary.connectResult(0);
      }
      assertThat(dial.result().remoteAddress()).isEqualTo(FOUR.address());
      assertThat(primary.isReleased()).isTrue();
    }
  }

  /** The first side is about to connect when the other one has won. */
  @CoreTest
  void aLoserThatHasNotBegunYetDoesNotConnect(Variant variant) throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    SocketControl control =
        socket -> {
          if (socket.address().equals(SIX.address())) {
            Waiting.untilOpen(held);
          }
        };
    try (DialRig rig = new DialRig(variant).meets(FOUR, 0)) {
      Call<PolledConn> dial = rig.dial(DialConfig.DEFAULT.withControl(control), SIX, FOUR);
      Waiting.until("the primary is prepared", () -> rig.poller().streams().size() == 1);
      rig.settle();
      rig.clock.advance(DELAY);
      Waiting.until("the fallback is made", () -> rig.poller().streams().size() == 2);
      rig.awaitThreads();
      held.countDown();
      assertThat(dial.result().remoteAddress()).isEqualTo(FOUR.address());
      assertThat(rig.poller().streams().getFirst().isReleased()).isTrue();
    }
  }

  @CoreTest
  void anInterruptEndsBothSidesAndWaitsForThem(Variant variant) throws Exception {
    try (DialRig rig =
        new DialRig(variant).meets(SIX, DialRig.PENDING).meets(FOUR, DialRig.PENDING)) {
      Call<PolledConn> dial = rig.dial(DialConfig.DEFAULT, SIX, FOUR);
      FakeStreamHandle primary = rig.pending(0);
      rig.clock.advance(DELAY);
      FakeStreamHandle fallback = rig.pending(1);
      fallback.holdCancels(true);
      dial.thread().interrupt();
      if (!variant.anyThread) {
        Waiting.until("both are canceled", () -> fallback.isCancelAsked(Direction.WRITE));
        assertThat(dial.isDone()).as("a side is still open").isFalse();
        fallback.holdCancels(false);
      }
      dial.failure(InterruptedIOException.class);
      assertThat(dial.endedInterrupted()).isTrue();
      assertThat(primary.isReleased()).isTrue();
      assertThat(fallback.isReleased()).isTrue();
    }
  }

  @CoreTest
  void anInterruptEndsAFallbackWhosePrimaryHasFailed(Variant variant) throws Exception {
    for (boolean early : new boolean[] {true, false}) {
      try (DialRig rig =
          new DialRig(variant).meets(SIX, DialRig.PENDING).meets(FOUR, DialRig.PENDING)) {
        Call<PolledConn> dial = rig.dial(DialConfig.DEFAULT, SIX, FOUR);
        FakeStreamHandle primary = rig.pending(0);
        if (early) {
          primary.connectResult(REFUSED);
        }
        rig.clock.advance(DELAY);
        FakeStreamHandle fallback = rig.pending(1);
        primary.connectResult(REFUSED);
        Waiting.until("the primary is closed", primary::isReleased);
        dial.thread().interrupt();
        assertThat(dial.failure(InterruptedIOException.class))
            .isNotInstanceOf(SocketTimeoutException.class);
        assertThat(dial.endedInterrupted()).isTrue();
        assertThat(fallback.isReleased()).isTrue();
      }
    }
  }

  @CoreTest
  void theDeadlineEndsBothSides(Variant variant) throws Exception {
    try (DialRig rig =
        new DialRig(variant).meets(SIX, DialRig.PENDING).meets(FOUR, DialRig.PENDING)) {
      DialConfig config = DialConfig.DEFAULT.withTimeout(Duration.ofSeconds(1));
      Call<PolledConn> dial = rig.dial(config, SIX, FOUR);
      FakeStreamHandle primary = rig.pending(0);
      rig.clock.advance(DELAY);
      FakeStreamHandle fallback = rig.pending(1);
      rig.clock.advance(Duration.ofSeconds(1).minus(DELAY));
      assertThat(dial.failure(SocketTimeoutException.class))
          .hasMessage("dial tcp [2001:db8::1]:5000: i/o timeout");
      assertThat(primary.isReleased()).isTrue();
      assertThat(fallback.isReleased()).isTrue();
    }
  }

  @CoreTest
  void closingTheNetEndsBothSides(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      rig.poller().beforeConnect(DialRig.PENDING);
      Call<Conn> dial = rig.call(() -> rig.net.dial("tcp", "[::]:5000"));
      Waiting.until("the primary is made", () -> rig.poller().streams().size() == 1);
      NetRig.awaitPending(rig.poller().streams().getFirst(), Direction.WRITE);
      rig.clock.advance(DELAY);
      Waiting.until("the fallback is made", () -> rig.poller().streams().size() == 2);
      NetRig.awaitPending(rig.poller().streams().getLast(), Direction.WRITE);
      rig.net.close();
      dial.failure(ClosedChannelException.class);
    }
  }

  @CoreTest
  void closingTheNetEndsADialInOrderAtItsFirstAddress(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      rig.poller().beforeConnect(DialRig.PENDING);
      DialConfig config = DialConfig.DEFAULT.withFallbackDelay(Duration.ZERO);
      Call<Conn> dial = rig.call(() -> rig.net.dial("tcp", "[::]:5000", config));
      Waiting.until("a socket is made", () -> rig.poller().streams().size() == 1);
      NetRig.awaitPending(rig.poller().streams().getFirst(), Direction.WRITE);
      rig.net.close();
      dial.failure(ClosedChannelException.class);
      assertThat(rig.poller().streams()).hasSize(1);
    }
  }

  /** Between two addresses there is no connect that a cancel could end. */
  @CoreTest
  void attemptsThatWereCanceledDoNotConnect(Variant variant) throws Exception {
    try (DialRig rig = new DialRig(variant)) {
      Attempts attempts = rig.attempts(DialConfig.DEFAULT, SIX, SIX_MORE);
      attempts.cancel();
      rig.call(attempts::run).failure(ClosedChannelException.class);
      assertThat(rig.poller().streams()).hasSize(1).allMatch(socket -> socket.calls.isEmpty());
    }
  }

  /** The net is being closed: no thread starts any more, and the loop must not mind. */
  @CoreTest
  void aFallbackThatMayNotStartLeavesThePrimary(Variant variant) throws Exception {
    try (DialRig rig = new DialRig(variant).meets(SIX, DialRig.PENDING)) {
      Call<PolledConn> dial = rig.dial(DialConfig.DEFAULT, SIX, FOUR);
      FakeStreamHandle primary = rig.pending(0);
      rig.threads.refuse();
      rig.clock.advance(DELAY);
      rig.settle();
      primary.connectResult(REFUSED);
      assertThat(dial.failure(ConnectException.class)).hasMessageContaining("2001:db8::1");
      assertThat(rig.poller().streams()).hasSize(1);
    }
  }

  @CoreTest
  void whatTheControlThrowsOnTheOtherThreadComesToTheCaller(Variant variant) throws Exception {
    SocketControl control =
        socket -> {
          if (socket.address().equals(FOUR.address())) {
            throw new IllegalStateException("no four");
          }
        };
    try (DialRig rig = new DialRig(variant).meets(SIX, DialRig.PENDING)) {
      Call<PolledConn> dial = rig.dial(DialConfig.DEFAULT.withControl(control), SIX, FOUR);
      FakeStreamHandle primary = rig.pending(0);
      rig.clock.advance(DELAY);
      assertThat(dial.failure(IllegalStateException.class)).hasMessage("no four");
      assertThat(primary.isReleased()).isTrue();
    }
  }

  @CoreTest
  void whatTheControlThrowsOnTheCallersThreadEndsTheOtherSide(Variant variant) throws Exception {
    for (int fallback : new int[] {DialRig.PENDING, 0}) {
      CountDownLatch entered = new CountDownLatch(1);
      CountDownLatch held = new CountDownLatch(1);
      SocketControl control =
          socket -> {
            if (socket.address().equals(SIX.address())) {
              entered.countDown();
              Waiting.untilOpen(held);
              throw new IllegalStateException("no six");
            }
          };
      try (DialRig rig = new DialRig(variant).meets(FOUR, fallback)) {
        Call<PolledConn> dial = rig.dial(DialConfig.DEFAULT.withControl(control), SIX, FOUR);
        Waiting.untilOpen(entered);
        rig.settle();
        rig.clock.advance(DELAY);
        Waiting.until("the fallback is made", () -> rig.poller().streams().size() == 2);
        held.countDown();
        assertThat(dial.failure(IllegalStateException.class)).hasMessage("no six");
        assertThat(rig.poller().streams()).allMatch(FakeHandle::isReleased);
      }
    }
  }

  @CoreTest
  void withoutAFallbackDelayTheAddressesAreTriedInOrder(Variant variant) throws Exception {
    try (DialRig rig = new DialRig(variant).meets(SIX, DialRig.PENDING)) {
      DialConfig config = DialConfig.DEFAULT.withFallbackDelay(Duration.ZERO);
      Call<PolledConn> dial = rig.dial(config, SIX, FOUR, SIX_MORE);
      FakeStreamHandle first = rig.pending(0);
      rig.clock.advance(Duration.ofDays(1));
      rig.settle();
      assertThat(rig.poller().handles).hasSize(1);
      first.connectResult(REFUSED);
      assertThat(dial.result().remoteAddress()).isEqualTo(FOUR.address());
    }
  }

  @CoreTest
  void aFallbackDelayWithoutEndLeavesOnlyTheFailureOfThePrimaries(Variant variant)
      throws Exception {
    try (DialRig rig = new DialRig(variant).meets(SIX, DialRig.PENDING)) {
      DialConfig config = DialConfig.DEFAULT.withFallbackDelay(Duration.ofSeconds(Long.MAX_VALUE));
      Call<PolledConn> dial = rig.dial(config, SIX, FOUR);
      FakeStreamHandle first = rig.pending(0);
      rig.clock.advance(Duration.ofDays(1));
      rig.settle();
      assertThat(rig.poller().handles).hasSize(1);
      first.connectResult(REFUSED);
      assertThat(dial.result().remoteAddress()).isEqualTo(FOUR.address());
    }
  }

  @CoreTest
  void bothSidesStayOnTheLoopOfTheCaller(Variant variant) throws Exception {
    try (DialRig rig =
        new DialRig(variant, 2).meets(SIX, DialRig.PENDING).meets(FOUR, DialRig.PENDING)) {
      Call<PolledConn> dial = rig.dial(DialConfig.DEFAULT, SIX, FOUR);
      FakePoller used = pollerInUse(rig);
      NetRig.awaitPending(used.streams().getFirst(), Direction.WRITE);
      rig.clock.advance(DELAY);
      Waiting.until("the fallback is on the same loop", () -> used.streams().size() == 2);
      NetRig.awaitPending(used.streams().getLast(), Direction.WRITE);
      used.streams().getLast().connectResult(0);
      PolledConn conn = dial.result();
      assertThat(conn.loop().poller()).isSameAs(used);
      if (variant.caller == Variant.Caller.CARRIED) {
        assertThat(conn.loop()).isSameAs(rig.loop());
      }
    }
  }

  private static FakePoller pollerInUse(DialRig rig) {
    Waiting.until(
        "the primary is made",
        () -> rig.provider.pollers.stream().anyMatch(poller -> !poller.handles.isEmpty()));
    return rig.provider.pollers.stream()
        .filter(poller -> !poller.handles.isEmpty())
        .findFirst()
        .orElseThrow();
  }

  @CoreTest
  void aLiteralAddressNeedsNoRace(Variant variant) throws Exception {
    try (DialRig rig = new DialRig(variant)) {
      assertThat(rig.dial(DialConfig.DEFAULT, FOUR).result().remoteAddress())
          .isEqualTo(new InetSocketAddress("192.0.2.1", 5000));
      assertThat(rig.hasStartedNoThread()).isTrue();
    }
  }
}
