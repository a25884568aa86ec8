package io.weft.spi;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** Goal: no readiness is lost, and a wait that was told PENDING is told its end exactly once. */
public class ReadinessWait {
  private ReadinessWait() {}

  /** A readiness, what its kernel holds, and what its waiter was told. */
  private static final class Reader {
    final Readiness readiness;
    // what the loop's events are about; an attempt takes all
    final AtomicInteger kernel = new AtomicInteger();
    final AtomicInteger agains = new AtomicInteger();
    final AtomicInteger cancels = new AtomicInteger();
    boolean armed;
    int taken;

    Reader(boolean ready) {
      readiness = new Readiness(ready);
    }

    void tell(int result) {
      (result == Completion.AGAIN ? agains : cancels).incrementAndGet();
    }

    /** As adapters do: attempt, take, arm; until something was taken or the wait is pending. */
    void attemptOrArm() {
      while (taken == 0 && !armed) {
        if (readiness.attempt()) {
          taken += kernel.getAndSet(0);
        } else {
          armed = readiness.arm(this::tell);
        }
      }
    }

    boolean isReadyForEver() {
      boolean first = readiness.attempt();
      return readiness.attempt() && first;
    }

    int told() {
      return agains.get() + cancels.get();
    }
  }

  /** A signal about when the wait begins. */
  @JCStressTest
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "taken at once")
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "waited and was told, once")
  @State
  public static class SignalAgainstArm {
    private final Reader reader = new Reader(false);

    @Actor
    public void reader() {
      reader.attemptOrArm();
    }

    @Actor
    public void loop() {
      reader.kernel.incrementAndGet();
      reader.readiness.signal();
    }

    @Arbiter
    public void end(II_Result r) {
      r.r1 = reader.taken;
      r.r2 = reader.armed ? reader.agains.get() : reader.told() * -1;
    }
  }

  /** A hang-up about when the wait begins; it says that there is something for ever. */
  @JCStressTest
  @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "taken at once")
  @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "waited and was told, once")
  @State
  public static class HangUpAgainstArm {
    private final Reader reader = new Reader(false);

    @Actor
    public void reader() {
      reader.attemptOrArm();
    }

    @Actor
    public void loop() {
      reader.kernel.incrementAndGet();
      reader.readiness.hangUp();
    }

    @Arbiter
    public void end(III_Result r) {
      r.r1 = reader.taken;
      r.r2 = reader.armed ? reader.agains.get() : reader.told() * -1;
      r.r3 = reader.isReadyForEver() ? 1 : 0;
    }
  }

  /** A hang-up while attempts find nothing and come back, until one waits. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "told, or it never waited; ready for ever")
  @State
  public static class HangUpAgainstAttempts {
    private final Reader reader = new Reader(true);

    @Actor
    public void reader() {
      for (int i = 0; i < 20 && !reader.armed; i++) {
        reader.armed = !reader.readiness.attempt() && reader.readiness.arm(reader::tell);
      }
    }

    @Actor
    public void closer() {
      reader.readiness.hangUp();
    }

    @Arbiter
    public void end(II_Result r) {
      r.r1 = reader.armed ? reader.agains.get() : 1 - reader.told();
      r.r2 = reader.isReadyForEver() ? 1 : 0;
    }
  }

  /** A signal and a cancel race for one wait. */
  @JCStressTest
  @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "told to try again")
  @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "canceled, and ready for the next")
  @State
  public static class SignalAgainstCancel {
    private final Reader reader = new Reader(false);

    public SignalAgainstCancel() {
      reader.attemptOrArm();
    }

    @Actor
    public void canceler() {
      reader.readiness.cancel();
    }

    @Actor
    public void loop() {
      reader.readiness.signal();
    }

    @Arbiter
    public void end(III_Result r) {
      r.r1 = reader.agains.get();
      r.r2 = reader.cancels.get();
      r.r3 = reader.readiness.ready() ? 1 : 0;
    }
  }

  /** The loop takes a wait over while it is canceled, and signals when it comes too late. */
  @JCStressTest
  @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "taken over, and told by the loop")
  @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "canceled, and ready for the next")
  @State
  public static class TakeOverAgainstCancel {
    private final Reader reader = new Reader(false);

    public TakeOverAgainstCancel() {
      reader.attemptOrArm();
    }

    @Actor
    public void canceler() {
      reader.readiness.cancel();
    }

    @Actor
    public void loop() {
      Completion taken = reader.readiness.takeOver();
      if (taken == null) {
        reader.readiness.signal();
      } else {
        taken.complete(Completion.AGAIN);
      }
    }

    @Arbiter
    public void end(III_Result r) {
      r.r1 = reader.agains.get();
      r.r2 = reader.cancels.get();
      r.r3 = reader.readiness.ready() ? 1 : 0;
    }
  }

  /** A signal and a hang-up by another thread race for one wait. */
  @JCStressTest
  @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "told once, ready for ever")
  @State
  public static class SignalAgainstHangUp {
    private final Reader reader = new Reader(false);

    public SignalAgainstHangUp() {
      reader.attemptOrArm();
    }

    @Actor
    public void closer() {
      reader.readiness.hangUp();
    }

    @Actor
    public void loop() {
      reader.readiness.signal();
    }

    @Arbiter
    public void end(III_Result r) {
      r.r1 = reader.agains.get();
      r.r2 = reader.cancels.get();
      r.r3 = reader.isReadyForEver() ? 1 : 0;
    }
  }

  /** A cancel about when the wait begins: it ends the wait, or came before it. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "ended it")
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "came before it; the next cancel ends it")
  @State
  public static class CancelAgainstArm {
    private final Reader reader = new Reader(false);

    @Actor
    public void reader() {
      reader.attemptOrArm();
    }

    @Actor
    public void canceler() {
      reader.readiness.cancel();
    }

    @Arbiter
    public void end(II_Result r) {
      r.r1 = reader.told();
      reader.readiness.cancel();
      r.r2 = reader.told();
    }
  }

  /** The reader takes its wait back while the loop signals. */
  @JCStressTest
  @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "taken back; readiness is remembered")
  @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "told before")
  @State
  public static class SignalAgainstDisarm {
    private final Reader reader = new Reader(false);

    public SignalAgainstDisarm() {
      reader.attemptOrArm();
    }

    @Actor
    public void reader(III_Result r) {
      r.r1 = reader.readiness.disarm() ? 1 : 0;
    }

    @Actor
    public void loop() {
      reader.readiness.signal();
    }

    @Arbiter
    public void end(III_Result r) {
      r.r2 = reader.told();
      r.r3 = reader.readiness.ready() ? 1 : 0;
    }
  }

  /** An event comes while an attempt empties the kernel, and the attempt may want to come back. */
  @JCStressTest
  @Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "the attempt took all")
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the rest is announced")
  @Outcome(id = "2, 1", expect = ACCEPTABLE, desc = "announced in vain, which costs one attempt")
  @State
  public static class SignalAgainstAttempt {
    private final Reader reader = new Reader(true);

    public SignalAgainstAttempt() {
      reader.kernel.set(1);
    }

    @Actor
    public void reader() {
      reader.attemptOrArm();
    }

    @Actor
    public void loop() {
      reader.kernel.incrementAndGet();
      reader.readiness.signal();
    }

    @Arbiter
    public void end(II_Result r) {
      r.r1 = reader.taken;
      r.r2 = reader.readiness.ready() ? 1 : 0;
    }
  }

  /** An attempt that took all it could hold says so, while the loop signals and a wait begins. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "ready, whoever said it")
  @State
  public static class SignalAgainstMore {
    private final Reader reader = new Reader(true);

    @Actor
    public void reader(II_Result r) {
      r.r1 = reader.readiness.attempt() ? 1 : 0;
      reader.readiness.more();
    }

    @Actor
    public void loop() {
      reader.readiness.signal();
    }

    @Arbiter
    public void end(II_Result r) {
      r.r2 = reader.readiness.ready() ? 1 : 0;
    }
  }
}
