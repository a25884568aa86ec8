package io.weft.server.upstream;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Time that passes when a test says so. */
final class FakeTime implements Time {
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final AtomicLong nanos = new AtomicLong();
  private final Map<Thread, Long> parked = new ConcurrentHashMap<>();

  @Override
  public long nanos() {
    return nanos.get();
  }

  @Override
  public void parkUntil(long untilNanos) {
    parked.put(Thread.currentThread(), untilNanos);
    if (nanos.get() < untilNanos) {
      LockSupport.park(this);
    }
    parked.remove(Thread.currentThread());
  }

  void advance(Duration time) {
    advanceNanos(time.toNanos());
  }

  /** Also wakes those whose time has come: they are parked no more. */
  void advanceNanos(long more) {
    long now = nanos.addAndGet(more);
    parked.forEach(
        (thread, until) -> {
          if (until <= now) {
            parked.remove(thread);
            LockSupport.unpark(thread);
          }
        });
  }

  /** Waits until exactly so many threads wait for time to pass, or for a wake-up. */
  void awaitParked(int count) {
    await(() -> parked.size() == count, count + " threads are parked");
  }

  /** Waits until a thread waits for just that much time to pass. */
  void awaitPause(Duration pause) {
    await(() -> parked.containsValue(nanos.get() + pause.toNanos()), "one waits for " + pause);
  }

  /** What the only thread that is parked waits for. */
  Duration onlyPause() {
    awaitParked(1);
    return Duration.ofNanos(parked.values().iterator().next() - nanos.get());
  }

  private void await(BooleanSupplier state, String expected) {
    long begin = System.nanoTime();
    while (!state.getAsBoolean()) {
      if (System.nanoTime() - begin > LIMIT_NANOS) {
        throw new AssertionError("expected: " + expected + "; parked: " + parked);
      }
      Thread.yield();
    }
  }
}
