package io.weft.server.upstream;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * Whether an upstream is left alone for a while because of what sessions met there. Connects that
 * fail are counted apart from early resets: an upstream that resets is one that connects.
 */
final class Ejection {
  private EjectionConfig config;
  // each in a row
  private int connectFailures;
  private int earlyResets;
  private boolean ejected;
  private int times;
  private long endNanos;
  private String reason = "";

  Ejection(EjectionConfig config) {
    this.config = config;
  }

  /** From now on failures lead to this. */
  void configure(EjectionConfig changed) {
    config = changed;
  }

  boolean isEjected() {
    return ejected;
  }

  /** When it ends; only while it is ejected. */
  long endNanos() {
    return endNanos;
  }

  /** What it is for; only while it is ejected. */
  String reason() {
    return reason;
  }

  /** The same, and when it ends. */
  String reason(long nowNanos) {
    Duration left = Duration.ofNanos(endNanos - nowNanos).plusMillis(999);
    return reason + "; back in " + Spans.text(left.truncatedTo(ChronoUnit.SECONDS));
  }

  void connected() {
    connectFailures = 0;
  }

  /** A session ended as sessions do. */
  void endedWell() {
    earlyResets = 0;
  }

  /** Returns whether that is enough for an ejection. */
  boolean connectFailed() {
    connectFailures = oneMore(connectFailures);
    return isEnough(connectFailures);
  }

  /** Returns whether that is enough for an ejection. */
  boolean endedEarly() {
    earlyResets = oneMore(earlyResets);
    return isEnough(earlyResets);
  }

  /**
   * Begins an ejection, the longer the more there were before without calm between. After it, one
   * more failure of the same kind is enough.
   *
   * @param what of which there were as many as it takes
   * @return how long it is
   */
  Duration eject(long nowNanos, String what) {
    if (nowNanos - endNanos >= config.backoff().calm().toNanos()) {
      times = 0;
    }
    times++;
    Duration length = config.backoff().length(times);
    ejected = true;
    endNanos = nowNanos + length.toNanos();
    reason = config.failures() + " " + what;
    connectFailures = Math.min(connectFailures, config.failures() - 1);
    earlyResets = Math.min(earlyResets, config.failures() - 1);
    return length;
  }

  /** Ends it when its time has come; returns whether it ends now. */
  boolean endBy(long nowNanos) {
    if (!ejected || nowNanos < endNanos) {
      return false;
    }
    ejected = false;
    return true;
  }

  /** Ends it early: health checks have shown that the upstream is well. */
  void pardon(long nowNanos) {
    connectFailures = 0;
    earlyResets = 0;
    if (ejected) {
      ejected = false;
      endNanos = nowNanos;
    }
  }

  private int oneMore(int count) {
    return Math.min(count + 1, config.failures());
  }

  private boolean isEnough(int count) {
    return config.failures() > 0 && !ejected && count == config.failures();
  }
}
