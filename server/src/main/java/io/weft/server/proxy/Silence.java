package io.weft.server.proxy;

import io.weft.Conn;
import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How long nothing may move in a session, and how long it may last. Each direction has deadlines,
 * which are set here; once they have passed it tells whether it has moved anything since. So moving
 * bytes costs nothing. A session is never ended early, and late by a quarter of the limit at most.
 */
final class Silence {
  private static final long NEVER = Long.MAX_VALUE;
  private static final int LOOKS_PER_LIMIT = 4;

  private final LongSupplier clock;
  private final long idleNanos;
  private final long halfCloseNanos;
  private final long endNanos;

  // the fields below are guarded by this
  private final Direction up;
  private final Direction down;
  private long limitNanos;
  private Cause limit = Cause.IDLE_TIMEOUT;
  // when something moved last, or may have
  private long movedNanos;

  /**
   * A session whose upstream is reached just now.
   *
   * @param clock nanoseconds since the session began
   */
  Silence(Timeouts timeouts, LongSupplier clock, Conn client, Conn server) {
    this.clock = clock;
    this.idleNanos = nanos(timeouts.idle());
    this.halfCloseNanos = nanos(timeouts.halfClose());
    this.endNanos = nanos(timeouts.lifetime());
    this.limitNanos = idleNanos;
    this.up = new Direction(client, server);
    this.down = new Direction(server, client);
    this.movedNanos = clock.getAsLong();
  }

  /** Sets the first deadlines of both directions. */
  synchronized void begin() throws IOException {
    setDeadlines(up, true);
    setDeadlines(down, true);
  }

  /**
   * A deadline of a direction has passed.
   *
   * @param sender whose bytes go that way
   * @param moved whether it has moved anything since the last one
   * @return what the session has to end of; null when it goes on, with another deadline
   */
  synchronized @Nullable Cause look(Party sender, boolean moved) throws IOException {
    Direction direction = of(sender);
    long now = clock.getAsLong();
    direction.seenNanos = now;
    if (moved) {
      movedNanos = now;
    }
    if (now >= endNanos) {
      return Cause.LIFETIME;
    }
    if (Math.min(up.seenNanos, down.seenNanos) - movedNanos >= limitNanos) {
      return limit;
    }
    setDeadlines(direction, moved);
    return null;
  }

  /** One side has ended: the other one may be silent for less from now on. */
  synchronized void ended(Party sender) throws IOException {
    of(sender).seenNanos = NEVER;
    movedNanos = clock.getAsLong();
    if (halfCloseNanos <= idleNanos) {
      limitNanos = halfCloseNanos;
      limit = Cause.HALF_CLOSE_TIMEOUT;
    }
    Direction other = of(sender.other());
    if (other.seenNanos != NEVER) {
      setDeadlines(other, true);
    }
  }

  private Direction of(Party sender) {
    return sender == Party.CLIENT ? up : down;
  }

  // what has just moved something is soon looked at again, so that the time of that is known
  private void setDeadlines(Direction direction, boolean moved) throws IOException {
    long now = clock.getAsLong();
    long dueNanos = sum(movedNanos, limitNanos);
    boolean soon = moved || dueNanos <= now;
    long lookNanos = soon ? sum(now, limitNanos / LOOKS_PER_LIMIT) : dueNanos;
    long nextNanos = limitNanos == NEVER ? endNanos : Math.min(lookNanos, endNanos);
    Duration left = nextNanos == NEVER ? null : Duration.ofNanos(nextNanos - now);
    direction.source.setReadTimeout(left);
    direction.target.setWriteTimeout(left);
  }

  private static long nanos(Duration limit) {
    // what does not fit is more than 292 years
    return limit.isZero() || limit.toSeconds() >= Long.MAX_VALUE / 1_000_000_000
        ? NEVER
        : limit.toNanos();
  }

  private static long sum(long first, long second) {
    return second >= NEVER - first ? NEVER : first + second;
  }

  /** The deadlines of one direction, and until when it has been looked at. */
  private static final class Direction {
    private final Conn source;
    private final Conn target;
    // guarded by the silence
    private long seenNanos;

    Direction(Conn source, Conn target) {
      this.source = source;
      this.target = target;
    }
  }
}
