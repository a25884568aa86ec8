package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.DialConfig;
import io.weft.spi.Errno;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Goal: the time of a dial is shared by its addresses, and ends it exactly when it should. */
@Timeout(60)
class DialBudgetTest {
  private static final Target ONE = DialRig.target("192.0.2.1");
  private static final Target TWO = DialRig.target("192.0.2.2");
  private static final Target THREE = DialRig.target("192.0.2.3");
  private static final Duration LIMIT = Duration.ofSeconds(12);

  @ParameterizedTest
  @CsvSource({
    "12000, 1, 12000",
    "12000, 2, 6000",
    "12000, 3, 4000",
    "12000, 6, 2000",
    "12000, 999, 2000",
    "2000, 999, 2000",
    "1900, 999, 1900",
    "1900, 1, 1900",
    "1, 2, 1"
  })
  void eachAddressGetsAnEqualShareButNotTooLittle(long leftMillis, int targets, long millis) {
    long now = TimeUnit.SECONDS.toNanos(100);
    long deadline = now + TimeUnit.MILLISECONDS.toNanos(leftMillis);
    assertThat(Attempts.share(now, deadline, targets))
        .isEqualTo(now + TimeUnit.MILLISECONDS.toNanos(millis));
    assertThat(Attempts.share(now, Clock.NEVER, targets)).isEqualTo(Clock.NEVER);
  }

  @CoreTest
  void theNextAddressHasItsTurnWhenTheShareIsUsedUp(Variant variant) throws Exception {
    try (DialRig rig = hanging(variant)) {
      Call<PolledConn> dial = rig.dial(DialConfig.DEFAULT.withTimeout(LIMIT), ONE, TWO, THREE);
      FakeStreamHandle first = rig.pending(0);
      rig.clock.advance(Duration.ofSeconds(4).minusNanos(1));
      rig.settle();
      assertThat(first.isReleased()).isFalse();
      rig.clock.advance(Duration.ofMillis(1));
      FakeStreamHandle second = rig.pending(1);
      assertThat(first.isReleased()).isTrue();
      second.connectResult(-Errno.ECONNREFUSED.number());
      // eight seconds are left, and all for the last one
      FakeStreamHandle third = rig.pending(2);
      rig.clock.advance(Duration.ofSeconds(7));
      rig.settle();
      assertThat(third.isReleased()).isFalse();
      rig.clock.advance(Duration.ofSeconds(1));
      assertThat(dial.failure(SocketTimeoutException.class))
          .as("the first failure")
          .hasMessage("dial tcp 192.0.2.1:5000: i/o timeout");
    }
  }

  @CoreTest
  void anAddressForWhichNoTimeIsLeftIsNotTried(Variant variant) throws Exception {
    try (DialRig rig = hanging(variant)) {
      DialConfig config = DialConfig.DEFAULT.withTimeout(Duration.ofMillis(1900));
      Call<PolledConn> dial = rig.dial(config, ONE, TWO);
      rig.pending(0);
      rig.clock.advance(Duration.ofMillis(1900));
      dial.failure(SocketTimeoutException.class);
      assertThat(rig.poller().streams()).hasSize(1);
    }
  }

  @CoreTest
  void theFirstFailureTells(Variant variant) throws Exception {
    try (DialRig rig =
        new DialRig(variant)
            .meets(ONE, -Errno.ECONNREFUSED.number())
            .meets(TWO, -Errno.EHOSTUNREACH.number())) {
      assertThat(rig.dial(DialConfig.DEFAULT, ONE, TWO).failure(ConnectException.class))
          .hasMessageContaining("192.0.2.1");
      assertThat(rig.poller().streams()).hasSize(2).allMatch(FakeHandle::isReleased);
    }
  }

  @CoreTest
  void aLimitThatHasPassedFailsBeforeASocketIsMade(Variant variant) throws Exception {
    try (DialRig rig = new DialRig(variant)) {
      Instant now = rig.clock.now();
      for (DialConfig config :
          List.of(
              DialConfig.DEFAULT.withTimeout(Duration.ofSeconds(-5)),
              DialConfig.DEFAULT.withTimeout(Duration.ofSeconds(Long.MIN_VALUE)),
              DialConfig.DEFAULT.withDeadline(now.minusSeconds(5)),
              DialConfig.DEFAULT.withDeadline(now),
              DialConfig.DEFAULT.withDeadline(Instant.MIN))) {
        assertThat(rig.dial(config, ONE, TWO).failure(SocketTimeoutException.class))
            .hasMessage("dial tcp 192.0.2.1:5000: i/o timeout");
      }
      assertThat(rig.poller().handles).isEmpty();
    }
  }

  @CoreTest
  void theEarlierOneOfTimeoutAndDeadlineEndsADialAndNotBeforeItsTime(Variant variant)
      throws Exception {
    Duration millisecond = Duration.ofMillis(1);
    Duration late = Duration.ofDays(1);
    for (int i = 0; i < 4; i++) {
      try (DialRig rig = hanging(variant)) {
        Instant soon = rig.clock.in(millisecond);
        DialConfig config =
            switch (i) {
              case 0 -> DialConfig.DEFAULT.withTimeout(millisecond);
              case 1 -> DialConfig.DEFAULT.withDeadline(soon);
              case 2 ->
                  DialConfig.DEFAULT.withTimeout(millisecond).withDeadline(rig.clock.in(late));
              default -> DialConfig.DEFAULT.withTimeout(late).withDeadline(soon);
            };
        Call<PolledConn> dial = rig.dial(config, ONE);
        rig.pending(0);
        rig.clock.advance(millisecond.minusNanos(1));
        rig.settle();
        assertThat(dial.isDone()).isFalse();
        rig.clock.advance(millisecond);
        dial.failure(SocketTimeoutException.class);
      }
    }
  }

  @CoreTest
  void theLargestLimitsStandForNever(Variant variant) throws Exception {
    try (DialRig rig = hanging(variant)) {
      DialConfig config =
          DialConfig.DEFAULT
              .withTimeout(Duration.ofSeconds(Long.MAX_VALUE, 999_999_999))
              .withDeadline(Instant.MAX);
      Call<PolledConn> dial = rig.dial(config, ONE, TWO);
      FakeStreamHandle first = rig.pending(0);
      rig.clock.advance(Duration.ofDays(36_500));
      rig.settle();
      first.connectResult(0);
      assertThat(dial.result()).isNotNull();
    }
  }

  @CoreTest
  void anInterruptEndsTheWholeList(Variant variant) throws Exception {
    try (DialRig rig = hanging(variant)) {
      Call<PolledConn> dial = rig.dial(DialConfig.DEFAULT, ONE, TWO);
      rig.pending(0);
      dial.thread().interrupt();
      dial.failure(InterruptedIOException.class);
      assertThat(dial.endedInterrupted()).isTrue();
      assertThat(rig.poller().streams()).hasSize(1).allMatch(FakeHandle::isReleased);
    }
  }

  @CoreTest
  void anInterruptAfterTheDialDoesNotConcernTheConnection(Variant variant) throws Exception {
    try (DialRig rig = hanging(variant)) {
      Call<PolledConn> dial = rig.dial(DialConfig.DEFAULT, ONE);
      FakeStreamHandle stream = rig.pending(0);
      stream.connectResult(0);
      PolledConn conn = dial.result();
      dial.thread().interrupt();
      stream.feed(Bytes.pattern(3));
      assertThat(rig.call(() -> conn.read(new byte[8])).result()).isEqualTo(3);
      assertThat(rig.call(() -> conn.write(new byte[8])).result()).isEqualTo(8);
    }
  }

  private static DialRig hanging(Variant variant) throws Exception {
    return new DialRig(variant)
        .meets(ONE, DialRig.PENDING)
        .meets(TWO, DialRig.PENDING)
        .meets(THREE, DialRig.PENDING);
  }
}
