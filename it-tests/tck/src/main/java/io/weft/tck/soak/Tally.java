package io.weft.tck.soak;

import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What has happened so far. */
final class Tally {
  private final Map<Event, LongAdder> counts = new EnumMap<>(Event.class);

  /** What is counted. */
  enum Event {
    SESSIONS,
    LISTENERS,
    BYTES,
    INTERRUPTS,
    TIMEOUTS,
    /** Streams that have come to their end, and had all bytes. */
    WHOLE,
    /** Calls that failed because a connection was closed or reset on purpose. */
    CUT
  }

  Tally() {
    for (Event event : Event.values()) {
      counts.put(event, new LongAdder());
    }
  }

  void add(Event event, long count) {
    counts.getOrDefault(event, new LongAdder()).add(count);
  }

  /** A call was ended by a deadline or an interrupt. */
  void ended(InterruptedIOException e) {
    add(e instanceof SocketTimeoutException ? Event.TIMEOUTS : Event.INTERRUPTS, 1);
  }

  Map<Event, Long> counts() {
    Map<Event, Long> sums = new EnumMap<>(Event.class);
    counts.forEach((event, count) -> sums.put(event, count.sum()));
    return sums;
  }
}
