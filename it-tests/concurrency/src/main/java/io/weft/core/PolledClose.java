package io.weft.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.weft.concurrency.Start;
import io.weft.concurrency.Watch;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Goal: a handle is released once, by a close, after its last use; or its owner takes it over. */
public class PolledClose {
  private static final Watch WATCH = new Watch();
  private static final Loop LOOP = TestPolled.loop(new TestKernel(true, WATCH));

  private PolledClose() {}

  private static TestPolled polled() {
    return new TestPolled(new TestKernel(true, WATCH), LOOP);
  }

  // a close that nobody releases ends by a bound of its own
  private static String close(Polled polled) {
    long start = System.nanoTime();
    polled.beginClose().await(polled, WATCH.boundNanos());
    boolean ended = System.nanoTime() - start < WATCH.boundNanos();
    if (!ended) {
      WATCH.noteLoss();
    }
    return ended ? "closed" : "lost";
  }

  /** A dial's end, which takes the handle over, against a close of its net. */
  @JCStressTest
  @Outcome(id = "true, closed 0", expect = ACCEPTABLE, desc = "taken over")
  @Outcome(id = "false, closed 1", expect = ACCEPTABLE, desc = "closed")
  @State
  public static class SurrenderAgainstClose {
    private final Start start = new Start();
    private final TestPolled polled = polled();
    private volatile String outcome = "never ended";

    @Actor
    public void owner(LL_Result r) {
      start.meet();
      r.r1 = polled.surrender();
    }

    @Actor
    public void closer() {
      start.meet();
      outcome = close(polled);
    }

    @Arbiter
    public void end(LL_Result r) {
      r.r2 = outcome.equals("closed") ? polled.kernel.closes() : outcome;
    }
  }

  /** Two close; both return when it is done. */
  @JCStressTest
  @Outcome(id = "closed 1, closed 1", expect = ACCEPTABLE, desc = "both waited for the one release")
  @State
  public static class CloseAgainstClose {
    private final Start start = new Start();
    private final TestPolled polled = polled();

    @Actor
    public void one(LL_Result r) {
      start.meet();
      r.r1 = close(polled).equals("closed") ? polled.kernel.closes() : "lost";
    }

    @Actor
    public void other(LL_Result r) {
      start.meet();
      r.r2 = close(polled).equals("closed") ? polled.kernel.closes() : "lost";
    }
  }

  /** A short use against a close. */
  @JCStressTest
  @Outcome(id = "true, closed 1", expect = ACCEPTABLE, desc = "used, then released")
  @Outcome(id = "false, closed 1", expect = ACCEPTABLE, desc = "turned away")
  @State
  public static class UseAgainstClose {
    private final Start start = new Start();
    private final TestPolled polled = polled();

    @Actor
    public void user(LL_Result r) {
      start.meet();
      boolean entered = polled.mutex.enter();
      if (entered) {
        polled.side.cancel();
        polled.leave();
      }
      r.r1 = entered;
    }

    @Actor
    public void closer(LL_Result r) {
      start.meet();
      r.r2 = close(polled).equals("closed") ? polled.kernel.closes() : "lost";
    }
  }
}
