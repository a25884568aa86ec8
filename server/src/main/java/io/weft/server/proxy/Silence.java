package io.weft.server.proxy;

import io.weft.Conn;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
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
  private boolean begun;

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
    begun = true;
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
    answered(direction);
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
    answered(of(sender));
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

  /** Has the directions that go on look now, as if a deadline had passed. */
  synchronized void ask() throws IOException {
    if (begun) {
      ask(up);
      ask(down);
    }
  }

  private static void ask(Direction direction) throws IOException {
    if (direction.seenNanos != NEVER) {
      direction.asked = true;
      direction.source.setReadTimeout(Duration.ZERO);
      direction.target.setWriteTimeout(Duration.ZERO);
    }
  }

  /**
   * Waits until they have, or the session ends, or a time of {@link System#nanoTime} comes.
   *
   * @return for how long nothing has moved, as far as is known
   */
  synchronized long idleNanos(long endNanos) throws InterruptedException {
    while (up.asked || down.asked) {
      long left = endNanos - System.nanoTime();
      if (left <= 0) {
        break;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return clock.getAsLong() - movedNanos;
  }

  /** A direction's thread is done: it looks no more. */
  synchronized void left(Party sender) {
    answered(of(sender));
  }

  private void answered(Direction direction) {
    if (direction.asked) {
      direction.asked = false;
      notifyAll();
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
    private boolean asked;

    Direction(Conn source, Conn target) {
      this.source = source;
      this.target = target;
    }
  }
}
