package io.weft.server.upstream;

import java.util.concurrent.locks.LockSupport;

/** Monotonic time, and waiting in it. A port, so that tests move it by hand. */
interface Time {
  /** Nanoseconds since some moment before the first call; never negative. */
  long nanos();

  /** Parks the calling thread until then, until it is unparked or interrupted, or for less. */
  void parkUntil(long nanos);

  /** The machine's own time. */
  static Time system() {
    long start = System.nanoTime();
    return new Time() {
      @Override
      public long nanos() {
        return System.nanoTime() - start;
      }

      @Override
      public void parkUntil(long nanos) {
        LockSupport.parkNanos(this, nanos - nanos());
      }
    };
  }
}
