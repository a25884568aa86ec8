package io.weft.server.upstream;

import io.weft.server.upstream.HealthConfig.Thresholds;

/**
 * Up or down, by the results of health checks. Up in the beginning, where one failed check is
 * enough for down; from then on it takes as many in a row as the thresholds say.
 */
final class HealthState {
  private Thresholds thresholds;
  private boolean up = true;
  // results in a row that speak against the state
  private int against;
  private String reason = "";

  HealthState(Thresholds thresholds) {
    this.thresholds = thresholds;
    this.against = thresholds.fall() - 1;
  }

  /** From now on as many results count. */
  void configure(Thresholds changed) {
    thresholds = changed;
  }

  boolean isUp() {
    return up;
  }

  /** Why it is down; empty when it is up. */
  String reason() {
    return reason;
  }

  /** Takes a result; returns whether that changes the state. */
  boolean passed() {
    return note(true, thresholds.rise(), "");
  }

  /** Takes a result; returns whether that changes the state. */
  boolean failed(String why) {
    return note(false, thresholds.fall(), why);
  }

  private boolean note(boolean good, int needed, String why) {
    if (good == up) {
      against = 0;
      return false;
    }
    against++;
    if (against < needed) {
      return false;
    }
    up = good;
    against = 0;
    reason = why;
    return true;
  }
}
