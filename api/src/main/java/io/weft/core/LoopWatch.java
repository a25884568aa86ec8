package io.weft.core;

import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Notices loops that are held up: by a handler that burns CPU, by one that blocks its carrier in
 * native code, or by one that parks while pinned. All other connections of such a loop wait, so it
 * is reported, once per stall, with the stack of the culprit.
 */
final class LoopWatch {
  static final long PERIOD_NANOS = 1_000_000_000;

  private final List<Loop> loops;
  private final Threads threads;
  private final Reporter reporter;
  private final Thread thread;
  private volatile boolean stopped;

  LoopWatch(List<Loop> loops, Threads threads, Reporter reporter) {
    this.loops = loops;
    this.threads = threads;
    this.reporter = reporter;
    this.thread = Thread.ofPlatform().daemon().name("weft-watch").unstarted(this::watch);
  }

  void start() {
    thread.start();
  }

  /** Ends the watch; does not wait for it when its own report is the caller. */
  void stop() {
    stopped = true;
    LockSupport.unpark(thread);
  }

  private void watch() {
    long[] turns = new long[loops.size()];
    boolean[] reported = new boolean[loops.size()];
    while (!stopped) {
      LockSupport.parkNanos(this, PERIOD_NANOS);
      for (int i = 0; i < turns.length && !stopped; i++) {
        Loop loop = loops.get(i);
        boolean held = loop.isRunning() && loop.turns() == turns[i];
        if (held && !reported[i]) {
          Thread carried = threads.carriedBy(loop.thread());
          reporter.held(loop, carried == null ? loop.thread() : carried);
        }
        reported[i] = held;
        turns[i] = loop.turns();
      }
    }
  }

  /** Hears of stalls. */
  @FunctionalInterface
  interface Reporter {
    /**
     * A loop has made no turn for a period.
     *
     * @param culprit the virtual thread that it carries; its own when that is none of the net's
     */
    void held(Loop loop, Thread culprit);
  }

  /** Writes stalls to the log, with the stack of who is to blame. */
  static void log(Loop loop, Thread culprit) {
    Thread.State state = culprit.getState();
    boolean parked = state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
    StringBuilder text = new StringBuilder(loop.thread().getName());
    text.append(" has been held for at least 1 s by ").append(culprit.getName());
    text.append(parked ? ", which waits while pinned to it" : ", which runs");
    text.append("; its other connections wait (Scheduling.JDK suits such handlers)");
    for (StackTraceElement frame : culprit.getStackTrace()) {
      text.append("\n    at ").append(frame);
    }
    System.getLogger("io.weft").log(System.Logger.Level.WARNING, text.toString());
  }
}
