package io.weft.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.weft.concurrency.Start;
import io.weft.concurrency.Watch;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** Goal: a transfer that goes to sleep learns of its source's failure. */
public class AlarmRaise {
  private static final Watch WATCH = new Watch();

  private AlarmRaise() {}

  /** The failure comes while the transfer finds its target full and goes to sleep. */
  @JCStressTest
  @Outcome(id = "woken", expect = ACCEPTABLE, desc = "woken, or never asleep")
  @State
  public static class AFailureAgainstTheSleep implements Watch.Sleeper {
    private final Start start = new Start();
    private final Alarm alarm = new Alarm();
    private volatile @Nullable Thread waiter;
    private volatile boolean lost;

    @Actor
    public void transfer(L_Result r) {
      start.meet();
      waiter = Thread.currentThread();
      WATCH.begin(this);
      alarm.wake(Thread.currentThread());
      while (!alarm.isRaised() && !lost) {
        LockSupport.park(this);
      }
      WATCH.end();
      r.r1 = lost ? "lost" : "woken";
    }

    @Actor
    public void poller() {
      start.meet();
      alarm.run();
    }

    @Override
    public void rescue() {
      lost = true;
      LockSupport.unpark(waiter);
    }
  }
}
