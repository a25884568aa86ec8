package io.weft.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.weft.concurrency.Partner;
import io.weft.concurrency.Start;
import io.weft.concurrency.Watch;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Goal: whoever ends an operation that is posted to its loop, the thread wakes, once, with the one
 * result. One actor is the loop. "lost" is the outcome of a thread or a loop that had to be woken
 * by force.
 */
public class SidePosted {
  private static final Watch WATCH = new Watch();
  private static final Watch LOOPS_WATCH = new Watch();
  private static final Partner PARTNER = new Partner();

  private SidePosted() {}

  /** A kernel on a loop of its own, which an actor runs. */
  private static class OwnLoop extends TestKernel {
    final Start start = new Start();
    final Loop loop = TestPolled.loop(this);
    final TestPolled polled = new TestPolled(this, loop);
    int polls;

    OwnLoop(boolean anyThread) {
      super(anyThread, LOOPS_WATCH);
    }

    @Override
    void rescue() {
      polled.rescue();
      loop.stop();
    }
  }

  /** The call to try again, then the result, while the thread goes to sleep. */
  @JCStressTest
  @Outcome(id = "7 after 2", expect = ACCEPTABLE, desc = "tried again, then woken with the result")
  @State
  public static class AResultAgainstTheSleep {
    private final OwnLoop own =
        new OwnLoop(false) {
          @Override
          void play() {
            Start.apart();
            if (isPending()) {
              complete(polls++ == 0 ? Side.AGAIN : 7);
            }
          }
        };

    @Actor
    public void waiter(L_Result r) {
      own.start.meet();
      r.r1 = own.polled.perform(WATCH);
      own.loop.stop();
    }

    @Actor
    public void loop() {
      own.start.meet();
      own.loop.run();
    }
  }

  /** An interrupt about when the operation is to be tried again, which never has a result. */
  @JCStressTest
  @Outcome(id = "interrupted, true", expect = ACCEPTABLE, desc = "the flag is kept")
  @State
  public static class AnInterruptAgainstAnotherAttempt {
    private final OwnLoop own =
        new OwnLoop(false) {
          @Override
          void play() {
            if (isPending() && polls < 20) {
              polls++;
              if (polls == 3) {
                Objects.requireNonNull(waiter).interrupt();
              }
              Start.apart();
              complete(Side.AGAIN);
            }
          }
        };
    private volatile @Nullable Thread waiter;

    @Actor
    public void waiter(LL_Result r) {
      waiter = Thread.currentThread();
      own.start.meet();
      r.r1 = own.polled.perform(WATCH);
      r.r2 = Thread.interrupted();
      own.loop.stop();
    }

    @Actor
    public void loop() {
      own.start.meet();
      own.loop.run();
    }
  }

  /** A close about when the operation is to be tried again, which never has a result. */
  @JCStressTest
  @Outcome(id = "closed, closed 1", expect = ACCEPTABLE, desc = "turned away or woken")
  @State
  public static class ACloseAgainstAnotherAttempt {
    private final OwnLoop own =
        new OwnLoop(false) {
          @Override
          void play() {
            if (isPending() && polls < 20) {
              polls++;
              Start.apart();
              complete(Side.AGAIN);
            }
          }
        };

    @Actor
    public void waiter(LL_Result r) {
      own.start.meet();
      PARTNER.start(own.polled::closeHandle);
      r.r1 = own.polled.perform(WATCH);
      PARTNER.join();
      own.loop.stop();
    }

    @Actor
    public void loop() {
      own.start.meet();
      own.loop.run();
    }

    @Arbiter
    public void end(LL_Result r) {
      r.r2 = own.closes();
    }
  }

  /** The loop ends while an operation is posted. */
  @JCStressTest
  @Outcome(id = "closed", expect = ACCEPTABLE, desc = "fails with its loop")
  @State
  public static class TheLoopsEndAgainstAStart {
    private final OwnLoop own = new OwnLoop(false);

    @Actor
    public void waiter(L_Result r) {
      own.start.meet();
      r.r1 = own.polled.perform(WATCH);
    }

    @Actor
    public void loop() {
      own.loop.stop();
      own.start.meet();
      own.loop.run();
    }
  }

  /** A close while the loop puts a deadline's timer in. */
  @JCStressTest
  @Outcome(id = "closed 1, -1", expect = ACCEPTABLE, desc = "no timer stays behind")
  @State
  public static class ATimerAgainstAClose {
    private final OwnLoop own = new OwnLoop(true);

    @Actor
    public void closer() {
      own.polled.side.setDeadline(1_000_000_000);
      own.start.meet();
      own.polled.closeHandle();
      own.loop.stop();
    }

    @Actor
    public void loop() {
      own.start.meet();
      own.loop.run();
    }

    @Arbiter
    public void end(LL_Result r) {
      r.r1 = own.closes();
      r.r2 = own.polled.side.place;
    }
  }
}
