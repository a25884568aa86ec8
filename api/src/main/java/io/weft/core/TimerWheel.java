package io.weft.core;

import org.jspecify.annotations.Nullable;

/**
 * Timers of one loop, to the millisecond and never early: schedule and remove are a few memory
 * writes whatever the number of timers, and the time of the next one is found in a handful of bit
 * operations.
 *
 * <p>Level 0 has a list for each of the next 64 ticks, level 1 for each of the next 64 blocks of 64
 * ticks, and so on. A timer stands at the level of the highest digit (base 64) in which its tick
 * differs from the present one; when the present reaches its block, it moves down. Owned by the
 * loop's thread.
 */
final class TimerWheel {
  static final long TICK_NANOS = 1_000_000;

  private static final int DIGIT_BITS = 6;
  private static final int SLOTS = 1 << DIGIT_BITS;
  private static final int LEVELS = 7;
  // 64^7 - 64^6 ms: 137 years; farther timers wait there and are looked at again. A block less than
  // all that the levels hold, so that no timer gets round into the present block of the highest.
  private static final long AHEAD_MAX_TICKS =
      (1L << (DIGIT_BITS * LEVELS)) - (1L << (DIGIT_BITS * (LEVELS - 1)));

  private final @Nullable Timer[] lists = new @Nullable Timer[LEVELS * SLOTS];
  // bit i of level l: whether list l * SLOTS + i has entries
  private final long[] occupied = new long[LEVELS];
  private long presentTick;
  private int count;

  /** Timers waiting. */
  int count() {
    return count;
  }

  /** Puts a timer in, or moves it. */
  void schedule(Timer timer, long deadlineNanos) {
    remove(timer);
    long tick = Math.ceilDiv(Math.max(deadlineNanos, 0), TICK_NANOS);
    timer.tick = Math.clamp(tick, presentTick, presentTick + AHEAD_MAX_TICKS);
    insert(timer);
  }

  /** Takes a timer out; no effect when it is not in. */
  void remove(Timer timer) {
    if (timer.place < 0) {
      return;
    }
    if (timer.before != null) {
      timer.before.after = timer.after;
    } else {
      lists[timer.place] = timer.after;
      if (timer.after == null) {
        occupied[timer.place / SLOTS] &= ~(1L << (timer.place % SLOTS));
      }
    }
    if (timer.after != null) {
      timer.after.before = timer.before;
    }
    timer.before = null;
    timer.after = null;
    timer.place = -1;
    count--;
  }

  /** Expires every timer whose deadline has passed. */
  void advance(long nowNanos) {
    long target = nowNanos / TICK_NANOS;
    for (int list = nextList(); list >= 0; list = nextList()) {
      long tick = tickOf(list);
      if (tick > target) {
        break;
      }
      presentTick = Math.max(presentTick, tick);
      empty(list);
    }
    presentTick = Math.max(presentTick, target);
  }

  /** Nanoseconds until something may expire; negative when there is no timer. */
  long untilNextNanos(long nowNanos) {
    int list = nextList();
    return list < 0 ? -1 : Math.max(tickOf(list) * TICK_NANOS - nowNanos, 0);
  }

  private void insert(Timer timer) {
    long differing = (timer.tick ^ presentTick) | (SLOTS - 1);
    int level = Math.min((63 - Long.numberOfLeadingZeros(differing)) / DIGIT_BITS, LEVELS - 1);
    int slot = (int) (timer.tick >>> (level * DIGIT_BITS)) & (SLOTS - 1);
    int place = level * SLOTS + slot;
    Timer head = lists[place];
    timer.after = head;
    if (head != null) {
      head.before = timer;
    }
    lists[place] = timer;
    timer.place = place;
    occupied[level] |= 1L << slot;
    count++;
  }

  // the list that comes first; lower levels lie wholly before higher ones
  private int nextList() {
    for (int level = 0; level < LEVELS; level++) {
      if (occupied[level] != 0) {
        int present = (int) (presentTick >>> (level * DIGIT_BITS)) & (SLOTS - 1);
        int ahead = Long.numberOfTrailingZeros(Long.rotateRight(occupied[level], present));
        return level * SLOTS + ((present + ahead) & (SLOTS - 1));
      }
    }
    return -1;
  }

  // the first tick of a list's block
  private long tickOf(int list) {
    int level = list / SLOTS;
    long block = 1L << (level * DIGIT_BITS);
    long turn = block << DIGIT_BITS;
    long tick = (presentTick & -turn) + (list % SLOTS) * block;
    // only the highest level can have gone round
    return tick + block <= presentTick ? tick + turn : tick;
  }

  private void empty(int list) {
    Timer timer = lists[list];
    while (timer != null) {
      remove(timer);
      if (timer.tick <= presentTick) {
        timer.expire();
      } else {
        insert(timer);
      }
      timer = lists[list];
    }
  }
}
