package io.weft.server.upstream;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Checks one upstream again and again, on a thread of its own, until it is stopped. */
final class Checker implements Runnable {
  private final Upstream upstream;
  private final HealthCheck check;
  private final Time time;
  private final Judge judge;

  // each of the two threads writes one of them and then reads the other: a stop is never missed
  private volatile @Nullable Thread runner;
  private volatile boolean stopped;

  Checker(Upstream upstream, HealthCheck check, Time time, Judge judge) {
    this.upstream = upstream;
    this.check = check;
    this.time = time;
    this.judge = judge;
  }

  /** Hears the results. */
  interface Judge {
    /**
     * Hears a result.
     *
     * @param failure null when the check passed
     * @return how long after the begin of this check the next one begins
     */
    long noteNanos(Checker checker, @Nullable Exception failure);
  }

  Upstream upstream() {
    return upstream;
  }

  @Override
  public void run() {
    runner = Thread.currentThread();
    while (!isStopped()) {
      long begin = time.nanos();
      Exception failure = failure();
      if (failure != null && Blame.endsTheCaller(failure)) {
        return;
      }
      long next = begin + judge.noteNanos(this, failure);
      while (time.nanos() < next && !isStopped()) {
        time.parkUntil(next);
      }
    }
  }

  /** Ends a check that runs, and all later ones. Any thread. */
  void stop() {
    stopped = true;
    Thread present = runner;
    if (present != null) {
      present.interrupt();
    }
  }

  // interrupted by the net, when it is closed
  private boolean isStopped() {
    return stopped || Thread.currentThread().isInterrupted();
  }

  // a check that cannot be made, because of a preamble that throws or of a network that the poller
  // does not have, is one that fails
  private @Nullable Exception failure() {
    try {
      check.run(upstream);
      return null;
    } catch (IOException | RuntimeException e) {
      return e;
    }
  }
}
