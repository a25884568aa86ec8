package io.weft.core;

import org.jspecify.annotations.Nullable;

/** An entry of a {@link TimerWheel}. All fields are owned by the wheel's loop. */
abstract class Timer {
  @Nullable Timer before;
  @Nullable Timer after;
  long tick;
  // index of the list that holds this timer; -1 when it is in none
  int place = -1;

  /** The time has come; the timer is no longer in the wheel. Loop only. */
  abstract void expire();
}
