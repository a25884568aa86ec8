package io.weft.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

import io.weft.Conn;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

/** Goal: silence is measured exactly where there was none before, and to a quarter else. */
class SilenceTest {
  private static final Duration FOREVER = Duration.ZERO;

  private final Conn client = mock(Conn.class);
  private final Conn server = mock(Conn.class);
  private long nanos;

  @Test
  void withoutLimitsNoDeadlineIsSet() throws Exception {
    silence(FOREVER, FOREVER, FOREVER);

    verify(client).setReadTimeout(null);
    verify(server).setWriteTimeout(null);
    verify(server).setReadTimeout(null);
    verify(client).setWriteTimeout(null);
  }

  @Test
  void aSessionInWhichNothingEverMovesEndsAtItsLimit() throws Exception {
    Silence silence = silence(seconds(8), FOREVER, FOREVER);
    verify(client).setReadTimeout(seconds(2));

    at(2);
    assertThat(silence.look(Party.CLIENT, false)).isNull();
    assertThat(silence.look(Party.SERVER, false)).isNull();
    verify(client).setReadTimeout(seconds(6));
    verify(server).setWriteTimeout(seconds(6));

    at(8);
    assertThat(silence.look(Party.CLIENT, false)).as("the other one may have moved").isNull();
    assertThat(silence.look(Party.SERVER, false)).isEqualTo(Cause.IDLE_TIMEOUT);
  }

  @Test
  void whatOneDirectionMovesCountsForBoth() throws Exception {
    Silence silence = silence(seconds(8), FOREVER, FOREVER);

    at(7);
    assertThat(silence.look(Party.SERVER, true)).isNull();
    at(14);
    assertThat(silence.look(Party.CLIENT, false)).isNull();
    assertThat(silence.look(Party.SERVER, false)).isNull();
    at(15);
    assertThat(silence.look(Party.SERVER, false)).isNull();
    assertThat(silence.look(Party.CLIENT, false)).isEqualTo(Cause.IDLE_TIMEOUT);
  }

  @Test
  void onceOneSideHasEndedTheOtherHasItsOwnLimit() throws Exception {
    Silence silence = silence(seconds(100), seconds(8), FOREVER);

    at(50);
    silence.ended(Party.CLIENT);
    verify(server).setReadTimeout(seconds(2));
    verify(client).setWriteTimeout(seconds(2));
    at(57);
    assertThat(silence.look(Party.SERVER, false)).isNull();
    verify(server).setReadTimeout(seconds(1));
    at(58);
    assertThat(silence.look(Party.SERVER, false)).isEqualTo(Cause.HALF_CLOSE_TIMEOUT);
  }

  @Test
  void theShorterLimitHoldsOnceOneSideHasEnded() throws Exception {
    Silence silence = silence(seconds(8), seconds(100), FOREVER);

    silence.ended(Party.CLIENT);
    at(8);
    assertThat(silence.look(Party.SERVER, false)).isEqualTo(Cause.IDLE_TIMEOUT);
  }

  @Test
  void whoHasEndedGetsNoDeadlineAnyMore() throws Exception {
    Silence silence = silence(seconds(100), seconds(8), FOREVER);
    silence.ended(Party.CLIENT);
    Mockito.clearInvocations(client, server);

    silence.ended(Party.SERVER);
    verify(client, never()).setReadTimeout(any());
    verify(server, never()).setReadTimeout(any());
  }

  @Test
  void aLifetimeEndsABusySession() throws Exception {
    Silence silence = silence(seconds(100), FOREVER, seconds(10));
    verify(client).setReadTimeout(seconds(10));

    at(9);
    assertThat(silence.look(Party.CLIENT, true)).isNull();
    verify(client).setReadTimeout(seconds(1));
    at(10);
    assertThat(silence.look(Party.CLIENT, true)).isEqualTo(Cause.LIFETIME);
  }

  @Test
  void askingHasBothDirectionsLookAtOnceAndChangesNoLimit() throws Exception {
    Silence silence = silence(seconds(8), FOREVER, FOREVER);

    at(3);
    silence.ask();
    verify(client).setReadTimeout(Duration.ZERO);
    verify(server).setWriteTimeout(Duration.ZERO);
    verify(server).setReadTimeout(Duration.ZERO);
    verify(client).setWriteTimeout(Duration.ZERO);
    assertThat(silence.look(Party.CLIENT, false)).isNull();
    assertThat(silence.look(Party.SERVER, false)).isNull();
    assertThat(silence.idleNanos(System.nanoTime() + seconds(30).toNanos()))
        .isEqualTo(seconds(3).toNanos());
    verify(client).setReadTimeout(seconds(5));

    at(8);
    assertThat(silence.look(Party.CLIENT, false)).isNull();
    assertThat(silence.look(Party.SERVER, false)).isEqualTo(Cause.IDLE_TIMEOUT);
  }

  @Test
  void aDirectionThatHasEndedIsNotAskedAndOneThatDoesNotAnswerNotAwaited() throws Exception {
    Silence silence = silence(seconds(8), seconds(8), FOREVER);

    at(1);
    silence.ended(Party.CLIENT);
    at(3);
    silence.ask();
    verify(client, never()).setReadTimeout(Duration.ZERO);
    verify(server).setReadTimeout(Duration.ZERO);
    assertThat(silence.idleNanos(System.nanoTime())).isEqualTo(seconds(2).toNanos());
    silence.left(Party.SERVER);
    assertThat(silence.idleNanos(System.nanoTime() + seconds(30).toNanos()))
        .isEqualTo(seconds(2).toNanos());
  }

  private Silence silence(Duration idle, Duration halfClose, Duration lifetime) throws IOException {
    Silence silence =
        new Silence(new Timeouts(idle, halfClose, lifetime), () -> nanos, client, server);
    silence.begin();
    return silence;
  }

  private void at(long second) {
    nanos = seconds(second).toNanos();
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }
}
