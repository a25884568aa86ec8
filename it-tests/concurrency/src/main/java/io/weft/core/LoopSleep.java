package io.weft.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.weft.Scheduling;
import io.weft.concurrency.Start;
import io.weft.concurrency.Watch;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Goal: a loop that goes to sleep, or is passed to its runner and back, misses no task, and one
 * that ends runs every task, once.
 */
public class LoopSleep {
  private static final Watch WATCH = new Watch();

  private LoopSleep() {}

  /** A loop that an actor runs; -1 in its results is a wake-up that was lost. */
  private static class OwnLoop extends TestKernel {
    final Start start = new Start();
    final Loop loop;
    final AtomicInteger ran = new AtomicInteger();

    OwnLoop() {
      this(Scheduling.ON_LOOP);
    }

    OwnLoop(Scheduling scheduling) {
      super(true, WATCH);
      loop = TestPolled.loop(this, scheduling);
    }

    @Override
    void rescue() {
      loop.stop();
    }

    final int outcome() {
      return hasLost() ? -1 : ran.get();
    }
  }

  /** Tasks are posted one by one while the loop goes to sleep and wakes. */
  @JCStressTest
  @Outcome(id = "3", expect = ACCEPTABLE, desc = "all were run")
  @State
  public static class PostAgainstSleep {
    private final OwnLoop own = new OwnLoop();

    @Actor
    public void poster() {
      own.start.meet();
      for (int i = 1; i <= 3; i++) {
        own.loop.execute(own.ran::incrementAndGet);
        for (int spins = 0; own.ran.get() < i && !own.hasLost(); spins++) {
          Start.pause(spins);
        }
        Start.apart();
      }
      own.loop.stop();
    }

    @Actor
    public void loop() {
      own.start.meet();
      own.loop.run();
    }

    @Arbiter
    public void end(I_Result r) {
      r.r1 = own.outcome();
    }
  }

  /** The loop is stopped while it goes to sleep. */
  @JCStressTest
  @Outcome(id = "0", expect = ACCEPTABLE, desc = "ended")
  @State
  public static class StopAgainstSleep {
    private final OwnLoop own = new OwnLoop();

    @Actor
    public void stopper() {
      own.start.meet();
      own.loop.stop();
    }

    @Actor
    public void loop() {
      own.start.meet();
      own.loop.run();
    }

    @Arbiter
    public void end(I_Result r) {
      r.r1 = own.outcome();
    }
  }

  /** Tasks are posted while the loop ends: it runs them, or the rescue executor does. */
  @JCStressTest
  @Outcome(id = "3, 0", expect = ACCEPTABLE, desc = "all were run")
  @State
  public static class PostAgainstTheEnd {
    private final OwnLoop own = new OwnLoop();

    @Actor
    public void poster() {
      own.start.meet();
      for (int i = 0; i < 3; i++) {
        own.loop.execute(own.ran::incrementAndGet);
      }
    }

    @Actor
    public void loop() {
      own.loop.stop();
      own.start.meet();
      own.loop.run();
    }

    @Arbiter
    public void end(II_Result r) {
      r.r1 = own.outcome();
      r.r2 = own.loop.isRunning() ? 1 : 0;
    }
  }

  /**
   * A loop that is passed on at every third poll or so. What tasks and polls count is plain memory:
   * it adds up only if one thread at a time has the loop, and sees what the last one did.
   */
  private static final class PassedLoop extends OwnLoop {
    private int polls;
    private int counted;

    PassedLoop() {
      super(Scheduling.JDK);
    }

    @Override
    int delivered() {
      return ++polls % 3 == 0 ? 2 : 0;
    }

    void count() {
      ran.set(++counted);
    }
  }

  /** Tasks are posted while the loop is passed on, comes back and sleeps. */
  @JCStressTest
  @Outcome(id = "30", expect = ACCEPTABLE, desc = "all were run, one at a time")
  @State
  public static class PostAgainstPass {
    private final PassedLoop passed = new PassedLoop();

    @Actor
    public void poster() {
      passed.start.meet();
      for (int i = 0; i < 3; i++) {
        for (int n = 0; n < 10; n++) {
          passed.loop.execute(passed::count);
        }
        for (int spins = 0; passed.ran.get() < 10 * (i + 1) && !passed.hasLost(); spins++) {
          Start.pause(spins);
        }
        Start.apart();
      }
      passed.loop.stop();
    }

    @Actor
    public void loop() {
      passed.start.meet();
      passed.loop.run();
    }

    @Arbiter
    public void end(I_Result r) {
      r.r1 = passed.outcome();
    }
  }
}
