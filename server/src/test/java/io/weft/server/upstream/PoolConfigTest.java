package io.weft.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weft.DialConfig;
import io.weft.Network;
import io.weft.server.upstream.EjectionConfig.Backoff;
import io.weft.server.upstream.HealthConfig.Pace;
import io.weft.server.upstream.HealthConfig.Thresholds;
import io.weft.server.upstream.PoolConfig.Queueing;
import java.time.Duration;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Goal: what cannot work is refused, with the value and what is allowed. */
class PoolConfigTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void upstreamsHaveANameAWeightAndALimit() {
    refused(() -> UpstreamSpec.of(" ", Network.TCP, "a:80"), "upstream a:80: the name is empty");
    refused(
        () -> Upstreams.spec("a").withWeight(-1),
        "upstream a: weight must be between 0 (no new sessions) and 1000: -1");
    refused(
        () -> Upstreams.spec("a").withWeight(1001),
        "upstream a: weight must be between 0 (no new sessions) and 1000: 1001");
    refused(
        () -> Upstreams.spec("a").withSessionsMax(0),
        "upstream a: sessionsMax must be at least 1: 0");
  }

  @Test
  void connectsHaveATimeout() {
    PoolConfig good = PoolConfig.DEFAULT;
    refused(
        () ->
            new PoolConfig(
                good.balance(), DialConfig.DEFAULT, good.queue(), good.health(), good.ejection()),
        "the timeout of a connect must be more than zero");
  }

  @Test
  void queuesAreBounded() {
    refused(
        () -> new Queueing(SECOND.negated(), 1),
        "the timeout of the queue must be between zero and a day: PT-1S");
    refused(() -> new Queueing(SECOND, -1), "the queue's length must not be negative: -1");
  }

  @Test
  void checksHaveAPaceAndThresholds() {
    refused(
        () -> new Pace(Duration.ofDays(2), SECOND, SECOND),
        "interval must be between zero and a day: PT48H");
    refused(() -> new Pace(SECOND, Duration.ZERO, SECOND), "downInterval must be more than zero");
    refused(() -> new Pace(SECOND, SECOND, Duration.ZERO), "timeout must be more than zero");
    refused(() -> new Thresholds(0, 3), "rise and fall must be at least 1: 0 and 3");
    refused(() -> new Thresholds(2, -1), "rise and fall must be at least 1: 2 and -1");
  }

  @Test
  void ejectionsAreBounded() {
    Backoff backoff = EjectionConfig.DEFAULT.backoff();
    refused(() -> new EjectionConfig(-1, backoff, 50), "failures must be at least 0 (never): -1");
    refused(() -> new EjectionConfig(3, backoff, 0), "percentMax must be between 1 and 100: 0");
    refused(() -> new EjectionConfig(3, backoff, 101), "percentMax must be between 1 and 100: 101");
    refused(() -> new Backoff(Duration.ZERO, SECOND, SECOND), "base must be more than zero");
  }

  @Test
  void intervalsVaryByATenth() {
    Pace pace = new Pace(SECOND, SECOND.multipliedBy(10), SECOND);
    SplittableRandom random = new SplittableRandom(7);
    long least = Long.MAX_VALUE;
    long most = 0;
    for (int check = 0; check < 1000; check++) {
      long next = pace.nextNanos(true, random);
      least = Math.min(least, next);
      most = Math.max(most, next);
      assertThat(pace.nextNanos(false, random)).isBetween(9_000_000_000L, 11_000_000_000L);
    }
    assertThat(least).isBetween(900_000_000L, 910_000_000L);
    assertThat(most).isBetween(1_090_000_000L, 1_100_000_000L);
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
  }
}
