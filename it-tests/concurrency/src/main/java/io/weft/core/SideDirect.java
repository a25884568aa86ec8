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
 * Goal: whoever ends an operation that its own thread has started, the thread wakes, once, with the
 * one result. "lost" is the outcome of a thread that had to be woken by force.
 */
public class SideDirect {
  private static final Watch WATCH = new Watch();
  private static final Partner PARTNER = new Partner();
  private static final Loop LOOP = TestPolled.loop(new TestKernel(true, WATCH));

  private SideDirect() {}

  private static TestPolled polled() {
    return new TestPolled(new TestKernel(true, WATCH), LOOP);
  }

  /** The result comes while the thread goes to sleep. */
  @JCStressTest
  @Outcome(id = "7 after 1", expect = ACCEPTABLE, desc = "woken with the result")
  @State
  public static class AResultAgainstTheSleep {
    private final Start start = new Start();
    private final TestPolled polled = polled();

    @Actor
    public void waiter(L_Result r) {
      start.meet();
      r.r1 = polled.perform(WATCH);
    }

    @Actor
    public void kernel() {
      start.meet();
      polled.kernel.awaitPending();
      Start.apart();
      polled.kernel.complete(7);
    }
  }

  /** First the call to try again, then the result. */
  @JCStressTest
  @Outcome(id = "7 after 2", expect = ACCEPTABLE, desc = "tried again, then woken with the result")
  @State
  public static class AnotherAttemptAgainstTheSleep {
    private final Start start = new Start();
    private final TestPolled polled = polled();

    @Actor
    public void waiter(L_Result r) {
      start.meet();
      r.r1 = polled.perform(WATCH);
    }

    @Actor
    public void kernel() {
      start.meet();
      polled.kernel.awaitPending();
      polled.kernel.complete(Side.AGAIN);
      polled.kernel.awaitPending();
      polled.kernel.complete(7);
    }
  }

  /** A close while the thread starts and goes to sleep. */
  @JCStressTest
  @Outcome(id = "closed, closed 1", expect = ACCEPTABLE, desc = "turned away or woken")
  @State
  public static class ACloseAgainstTheSleep {
    private final Start start = new Start();
    private final TestPolled polled = polled();

    @Actor
    public void waiter(LL_Result r) {
      start.meet();
      r.r1 = polled.perform(WATCH);
    }

    @Actor
    public void closer() {
      start.meet();
      polled.closeHandle();
    }

    @Arbiter
    public void end(LL_Result r) {
      r.r2 = polled.kernel.closes();
    }
  }

  /** A deadline is moved into the past while the thread starts and goes to sleep. */
  @JCStressTest
  @Outcome(id = "timeout", expect = ACCEPTABLE, desc = "turned away or woken")
  @State
  public static class ADeadlineAgainstTheSleep {
    private final Start start = new Start();
    private final TestPolled polled = polled();

    @Actor
    public void waiter(L_Result r) {
      start.meet();
      r.r1 = polled.perform(WATCH);
    }

    @Actor
    public void setter() {
      start.meet();
      polled.side.setDeadline(-1);
    }
  }

  /** An interrupt while the thread starts and goes to sleep. */
  @JCStressTest
  @Outcome(id = "interrupted, true", expect = ACCEPTABLE, desc = "the flag is kept")
  @State
  public static class AnInterruptAgainstTheSleep {
    private final Start start = new Start();
    private final TestPolled polled = polled();
    private volatile @Nullable Thread waiter;

    @Actor
    public void waiter(LL_Result r) {
      waiter = Thread.currentThread();
      start.meet();
      r.r1 = polled.perform(WATCH);
      r.r2 = Thread.interrupted();
    }

    @Actor
    public void interrupter() {
      start.meet();
      Objects.requireNonNull(waiter).interrupt();
    }
  }

  /** An interrupt, and then a result, while the thread goes to sleep or wakes. */
  @JCStressTest
  @Outcome(id = "interrupted, true", expect = ACCEPTABLE, desc = "the interrupt was first")
  @Outcome(id = "7 after 1, true", expect = ACCEPTABLE, desc = "the result was; the flag is kept")
  @State
  public static class AnInterruptAgainstAResult {
    private final Start start = new Start();
    private final TestPolled polled = polled();
    private volatile @Nullable Thread waiter;

    @Actor
    public void waiter(LL_Result r) {
      waiter = Thread.currentThread();
      start.meet();
      r.r1 = polled.perform(WATCH);
      r.r2 = Thread.interrupted();
    }

    @Actor
    public void kernel() {
      start.meet();
      polled.kernel.awaitPending();
      Start.apart();
      Objects.requireNonNull(waiter).interrupt();
      Start.apart();
      polled.kernel.complete(7);
    }
  }

  /** A result and a close race for a thread that sleeps already, or is about to. */
  @JCStressTest
  @Outcome(id = "7 after 1, closed 1", expect = ACCEPTABLE, desc = "the result was first")
  @Outcome(id = "closed, closed 1", expect = ACCEPTABLE, desc = "the close was")
  @State
  public static class AResultAgainstAClose {
    private final Start start = new Start();
    private final TestPolled polled = polled();
    private volatile String outcome = "never ended";

    @Actor
    public void kernel(LL_Result r) {
      PARTNER.start(() -> outcome = polled.perform(WATCH));
      polled.kernel.awaitPending();
      start.meet();
      polled.kernel.complete(7);
      PARTNER.join();
      r.r1 = outcome;
    }

    @Actor
    public void closer() {
      start.meet();
      polled.closeHandle();
    }

    @Arbiter
    public void end(LL_Result r) {
      r.r2 = polled.kernel.closes();
    }
  }
}
