package io.weft.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.weft.concurrency.Partner;
import io.weft.concurrency.Start;
import io.weft.concurrency.Watch;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** Goal: nobody queues for ever. "lost" is the outcome of one who had to be woken by force. */
public class HandleMutexQueue {
  private static final Watch WATCH = new Watch();
  private static final Watch HOLDERS_WATCH = new Watch();
  private static final Watch PARTNERS_WATCH = new Watch();
  private static final Partner PARTNER = new Partner();

  /** A lock word whose reader's lock is held, and one who wants it. */
  private static final class Queue implements Watch.Sleeper {
    final HandleMutex mutex = new HandleMutex();
    final Start start = new Start();
    private volatile boolean lost;

    Queue() {
      mutex.lock(true);
    }

    String lock(Watch watch) {
      watch.begin(this);
      int outcome = mutex.lock(true);
      watch.end();
      return lost
          ? "lost"
          : switch (outcome) {
            case HandleMutex.LOCKED -> "locked";
            case HandleMutex.INTERRUPTED -> Thread.interrupted() ? "interrupted" : "flag lost";
            default -> "closed";
          };
    }

    String lockAndUnlock(Watch watch) {
      String outcome = lock(watch);
      return !outcome.equals("locked")
          ? outcome
          : mutex.unlock(true) ? "locked, last one out" : outcome;
    }

    @Override
    public void rescue() {
      lost = true;
      Permits.forge(mutex);
    }
  }

  /** The holder unlocks while another comes to queue. */
  @JCStressTest
  @Outcome(id = "locked", expect = ACCEPTABLE, desc = "queued or not, it got the lock")
  @State
  public static class UnlockWakesTheQueued {
    private final Queue queue = new Queue();

    @Actor
    public void queued(L_Result r) {
      queue.start.meet();
      r.r1 = queue.lockAndUnlock(WATCH);
    }

    @Actor
    public void holder() {
      queue.start.meet();
      queue.mutex.unlock(true);
    }
  }

  /** A close while another comes to queue behind a holder that stays. */
  @JCStressTest
  @Outcome(id = "closed, true", expect = ACCEPTABLE, desc = "sent away; the holder was last out")
  @State
  public static class CloseWakesTheQueued {
    private final Queue queue = new Queue();

    @Actor
    public void queued(LL_Result r) {
      queue.start.meet();
      r.r1 = queue.lock(WATCH);
    }

    @Actor
    public void closer(LL_Result r) {
      queue.start.meet();
      queue.mutex.close();
      if (queue.mutex.leave()) {
        r.r1 = "released under the holder";
      }
    }

    @Arbiter
    public void holder(LL_Result r) {
      r.r2 = queue.mutex.unlock(true);
    }
  }

  /** An unlock and a close, one after the other, while another comes to queue. */
  @JCStressTest
  @Outcome(id = "locked, true", expect = ACCEPTABLE, desc = "out before the closer")
  @Outcome(id = "locked[,] last one out, false", expect = ACCEPTABLE, desc = "out after the closer")
  @Outcome(id = "closed, true", expect = ACCEPTABLE, desc = "sent away")
  @State
  public static class UnlockAndCloseWakeTheQueued {
    private final Queue queue = new Queue();

    @Actor
    public void queued(LL_Result r) {
      queue.start.meet();
      r.r1 = queue.lockAndUnlock(WATCH);
    }

    @Actor
    public void closer(LL_Result r) {
      queue.start.meet();
      queue.mutex.unlock(true);
      Start.apart();
      queue.mutex.close();
      r.r2 = queue.mutex.leave();
    }
  }

  /** One that is interrupted queues while the holder unlocks; nothing is left in the end. */
  @JCStressTest
  @Outcome(id = "interrupted, true", expect = ACCEPTABLE, desc = "queued, and gave up")
  @Outcome(id = "locked, true", expect = ACCEPTABLE, desc = "did not have to queue")
  @State
  public static class AnInterruptedOneLeavesNothing {
    private final Queue queue = new Queue();

    @Actor
    public void interrupted(LL_Result r) {
      Thread.currentThread().interrupt();
      queue.start.meet();
      r.r1 = queue.lockAndUnlock(WATCH);
      Thread.interrupted();
    }

    @Actor
    public void holder() {
      queue.start.meet();
      Start.apart();
      queue.mutex.unlock(true);
    }

    @Arbiter
    public void end(LL_Result r) {
      r.r2 = Permits.isAtRest(queue.mutex);
    }
  }

  /**
   * One that is interrupted is owed a permit when the holder comes back and a third comes to queue,
   * which may take that permit and then waits for another.
   */
  @JCStressTest
  @Outcome(id = "interrupted, locked, locked, true", expect = ACCEPTABLE, desc = "gave up")
  @Outcome(id = "locked, locked, locked, true", expect = ACCEPTABLE, desc = "did not have to queue")
  @State
  public static class AnInterruptedOnePassesItsPermitOn {
    private final Queue queue = new Queue();
    private volatile boolean unlocked;
    private volatile String ofPartner = "never ran";

    public AnInterruptedOnePassesItsPermitOn() {
      Permits.takeLate(queue.mutex);
    }

    @Actor
    public void interrupted(LLLL_Result r) {
      PARTNER.start(this::third);
      Thread.currentThread().interrupt();
      queue.start.meet();
      r.r1 = queue.lockAndUnlock(WATCH);
      Thread.interrupted();
      PARTNER.join();
      r.r2 = ofPartner;
    }

    private void third() {
      for (int spins = 0; !unlocked; spins++) {
        Start.pause(spins);
      }
      ofPartner = queue.lockAndUnlock(PARTNERS_WATCH);
    }

    @Actor
    public void holder(LLLL_Result r) {
      queue.start.meet();
      Start.apart();
      queue.mutex.unlock(true);
      HOLDERS_WATCH.begin(queue);
      boolean locked = queue.mutex.lock(true) == HandleMutex.LOCKED;
      unlocked = true;
      for (int i = 0; i < 5; i++) {
        Start.apart();
        Thread.yield();
      }
      queue.mutex.unlock(true);
      HOLDERS_WATCH.end();
      r.r3 = locked ? "locked" : "turned away";
    }

    @Arbiter
    public void end(LLLL_Result r) {
      r.r4 = Permits.isAtRest(queue.mutex);
    }
  }
}
