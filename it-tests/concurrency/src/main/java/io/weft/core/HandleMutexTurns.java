package io.weft.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.weft.concurrency.Start;
import io.weft.concurrency.Watch;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Goal: a direction has one holder at a time, and the other direction goes on beside it. */
public class HandleMutexTurns {
  private static final Watch ONE = new Watch();
  private static final Watch OTHER = new Watch();

  /** Each adds to a plain field under the lock; a lost sum is an overlap. */
  @JCStressTest
  @Outcome(id = "6", expect = ACCEPTABLE, desc = "all one after the other")
  @State
  public static class ADirectionHasOneHolder implements Watch.Sleeper {
    private final HandleMutex mutex = new HandleMutex();
    private final Start start = new Start();
    private volatile boolean lost;
    // guarded by the read lock
    private int sum;

    @Actor
    public void one() {
      takeTurns(ONE);
    }

    @Actor
    public void other() {
      takeTurns(OTHER);
    }

    private void takeTurns(Watch watch) {
      start.meet();
      watch.begin(this);
      for (int i = 0; i < 3; i++) {
        mutex.lock(true);
        sum++;
        mutex.unlock(true);
      }
      watch.end();
    }

    @Override
    public void rescue() {
      lost = true;
      Permits.forge(mutex);
    }

    @Arbiter
    public void end(I_Result r) {
      r.r1 = lost ? -1 : sum;
    }
  }

  /** Each stays inside until it has seen the other there. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both were inside at once")
  @State
  public static class AReaderAndAWriterAreInsideTogether {
    private final HandleMutex mutex = new HandleMutex();
    private volatile boolean readerInside;
    private volatile boolean writerInside;

    @Actor
    public void reader(II_Result r) {
      r.r1 = mutex.lock(true) == HandleMutex.LOCKED ? 0 : -1;
      readerInside = true;
      long start = System.nanoTime();
      for (int spins = 0; !writerInside && isInTime(start); spins++) {
        Start.pause(spins);
      }
      r.r1 += writerInside ? 1 : 0;
      mutex.unlock(true);
    }

    @Actor
    public void writer(II_Result r) {
      r.r2 = mutex.lock(false) == HandleMutex.LOCKED ? 0 : -1;
      writerInside = true;
      long start = System.nanoTime();
      for (int spins = 0; !readerInside && isInTime(start); spins++) {
        Start.pause(spins);
      }
      r.r2 += readerInside ? 1 : 0;
      mutex.unlock(false);
    }

    private static boolean isInTime(long start) {
      boolean inTime = System.nanoTime() - start < ONE.boundNanos();
      if (!inTime) {
        ONE.noteLoss();
      }
      return inTime;
    }
  }
}
