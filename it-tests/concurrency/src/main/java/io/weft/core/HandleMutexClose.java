package io.weft.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Goal: whoever comes and goes, exactly one is told to release, and only after a close. */
public class HandleMutexClose {
  /** A holder unlocks while another closes. */
  @JCStressTest
  @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "the holder was the last one out")
  @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "the closer was")
  @State
  public static class UnlockAgainstClose {
    private final HandleMutex mutex = new HandleMutex();

    public UnlockAgainstClose() {
      mutex.lock(true);
    }

    @Actor
    public void holder(ZZ_Result r) {
      r.r1 = mutex.unlock(true);
    }

    @Actor
    public void closer(ZZ_Result r) {
      mutex.close();
      r.r2 = mutex.leave();
    }
  }

  /** One locks while another closes. */
  @JCStressTest
  @Outcome(id = "true, true, false", expect = ACCEPTABLE, desc = "locked, and last one out")
  @Outcome(id = "true, false, true", expect = ACCEPTABLE, desc = "locked, the closer last out")
  @Outcome(id = "false, false, true", expect = ACCEPTABLE, desc = "turned away")
  @State
  public static class LockAgainstClose {
    private final HandleMutex mutex = new HandleMutex();

    @Actor
    public void user(ZZZ_Result r) {
      r.r1 = mutex.lock(false) == HandleMutex.LOCKED;
      r.r2 = r.r1 && mutex.unlock(false);
    }

    @Actor
    public void closer(ZZZ_Result r) {
      mutex.close();
      r.r3 = mutex.leave();
    }
  }

  /** A short user, who holds the handle for a task that outlives the use, against a close. */
  @JCStressTest
  @Outcome(id = "true, true, false", expect = ACCEPTABLE, desc = "entered, and last one out")
  @Outcome(id = "true, false, true", expect = ACCEPTABLE, desc = "entered, the closer last out")
  @Outcome(id = "false, false, true", expect = ACCEPTABLE, desc = "turned away")
  @State
  public static class HoldAgainstClose {
    private final HandleMutex mutex = new HandleMutex();

    @Actor
    public void user(ZZZ_Result r) {
      r.r1 = mutex.enter();
      if (r.r1) {
        mutex.hold();
        // two leave: at most one of them is the last
        boolean wasLastAtFirst = mutex.leave();
        r.r2 = mutex.leave() ^ wasLastAtFirst;
      }
    }

    @Actor
    public void closer(ZZZ_Result r) {
      mutex.close();
      r.r3 = mutex.leave();
    }
  }

  /** Two close; one of them does it. */
  @JCStressTest
  @Outcome(id = "true, false, true", expect = ACCEPTABLE, desc = "the one closed and released")
  @Outcome(id = "false, true, true", expect = ACCEPTABLE, desc = "the other did")
  @State
  public static class CloseAgainstClose {
    private final HandleMutex mutex = new HandleMutex();
    private boolean oneWasLast;
    private boolean otherWasLast;

    @Actor
    public void one(ZZZ_Result r) {
      r.r1 = mutex.close();
      oneWasLast = r.r1 && mutex.leave();
    }

    @Actor
    public void other(ZZZ_Result r) {
      r.r2 = mutex.close();
      otherWasLast = r.r2 && mutex.leave();
    }

    @Arbiter
    public void end(ZZZ_Result r) {
      r.r3 = oneWasLast ^ otherWasLast;
    }
  }
}
