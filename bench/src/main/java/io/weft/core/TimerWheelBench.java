package io.weft.core;

import io.weft.bench.micro.Micro;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;

/** Timers of a thousand connections, beside a write to an array for each. */
public class TimerWheelBench extends Micro {
  private static final int TIMERS = 1024;
  private static final long DELAY_MAX_NANOS = 60_000_000_000L;

  private final TimerWheel wheel = new TimerWheel();
  private final Again[] timers =
      Stream.generate(() -> new Again(wheel)).limit(TIMERS).toArray(Again[]::new);
  private final long[] delaysNanos = new Random(42).longs(TIMERS, 0, DELAY_MAX_NANOS).toArray();
  private final long[] written = new long[TIMERS];
  private long nowNanos;
  private int next;

  /** As far apart as the ticks, so that one expires at each of them. */
  @Setup(Level.Iteration)
  public void scheduleAll() {
    for (int i = 0; i < TIMERS; i++) {
      wheel.schedule(timers[i], nowNanos + (i + 1) * TimerWheel.TICK_NANOS);
    }
    Arrays.fill(written, 0);
  }

  @Benchmark
  public long[] writeArray() {
    int i = next++ & TIMERS - 1;
    written[(int) delaysNanos[i] & TIMERS - 1] = nowNanos + delaysNanos[i];
    return written;
  }

  @Benchmark
  public int schedule() {
    int i = next++ & TIMERS - 1;
    wheel.schedule(timers[i], nowNanos + delaysNanos[i]);
    return wheel.count();
  }

  @Benchmark
  public int scheduleAndRemove() {
    int i = next++ & TIMERS - 1;
    wheel.schedule(timers[i], nowNanos + delaysNanos[i]);
    wheel.remove(timers[i]);
    return wheel.count();
  }

  /** A tick on which one timer expires and is put in again. */
  @Benchmark
  public long expireOne() {
    nowNanos += TimerWheel.TICK_NANOS;
    wheel.advance(nowNanos);
    return wheel.untilNextNanos(nowNanos);
  }

  private static final class Again extends Timer {
    private final TimerWheel wheel;

    Again(TimerWheel wheel) {
      this.wheel = wheel;
    }

    @Override
    void expire() {
      wheel.schedule(this, (tick + TIMERS) * TimerWheel.TICK_NANOS);
    }
  }
}
