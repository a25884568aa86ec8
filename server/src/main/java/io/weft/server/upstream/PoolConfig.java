package io.weft.server.upstream;

import io.weft.DialConfig;
import java.time.Duration;
import java.util.Objects;

/**
 * How a pool chooses and reaches upstreams.
 *
 * @param balance how sessions are shared
 * @param dial how upstreams are dialled; its timeout is that of a session's connect
 * @param queue how sessions wait for a slot
 * @param health how upstreams are checked
 * @param ejection when upstreams at which sessions fail are left alone
 */
public record PoolConfig(
    Balance balance,
    DialConfig dial,
    Queueing queue,
    HealthConfig health,
    EjectionConfig ejection) {
  /** Round robin, 5 s to connect, 5 s in a queue of 1024, health checks and ejection. */
  public static final PoolConfig DEFAULT =
      new PoolConfig(
          Balance.ROUND_ROBIN,
          DialConfig.DEFAULT.withTimeout(Duration.ofSeconds(5)),
          new Queueing(Duration.ofSeconds(5), 1024),
          HealthConfig.DEFAULT,
          EjectionConfig.DEFAULT);

  /** Checks the values. */
  public PoolConfig {
    Objects.requireNonNull(balance, "balance");
    Spans.positive("the timeout of a connect", dial.timeout());
    Objects.requireNonNull(queue, "queue");
    Objects.requireNonNull(health, "health");
    Objects.requireNonNull(ejection, "ejection");
  }

  /**
   * How sessions wait when every upstream that they could go to is at its limit.
   *
   * @param timeout how long; zero for not at all
   * @param lengthMax how many at a time
   */
  public record Queueing(Duration timeout, int lengthMax) {
    /** Checks the values. */
    public Queueing {
      Spans.notNegative("the timeout of the queue", timeout);
      if (lengthMax < 0) {
        throw new IllegalArgumentException("the queue's length must not be negative: " + lengthMax);
      }
    }

    boolean hasPlace(int waiting) {
      return !timeout.isZero() && waiting < lengthMax;
    }
  }
}
