package io.weft.core;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes when a test says so; whoever waits for it is told. */
final class FakeClock implements Clock {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final AtomicLong nanos = new AtomicLong();
  private final List<Runnable> watchers = new CopyOnWriteArrayList<>();

  @Override
  public long nanos() {
    return nanos.get();
  }

  @Override
  public Instant now() {
    return START.plusNanos(nanos.get());
  }

  Instant in(Duration time) {
    return now().plus(time);
  }

  void advance(Duration time) {
    nanos.addAndGet(time.toNanos());
    watchers.forEach(Runnable::run);
  }

  void watch(Runnable watcher) {
    watchers.add(watcher);
  }
}
