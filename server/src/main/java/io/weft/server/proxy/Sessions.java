package io.weft.server.proxy;

import io.weft.server.service.OpenSet;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** The sessions that go on. */
final class Sessions {
  /** How far the ends of sessions are apart at most that have to end. */
  static final Duration GAP_MAX = Duration.ofMillis(100);

  private final OpenSet<Session> open = new OpenSet<>();

  OpenSet<Session> open() {
    return open;
  }

  /** Those that go on for the longest time, the oldest first. */
  List<Session> oldest(int max) {
    return open.all().stream()
        .sorted(Comparator.comparingLong(Session::startNanos))
        .limit(max)
        .toList();
  }

  /**
   * Ends them one after the other, so that not all clients come back at the same moment.
   *
   * @param spread how long that may take
   */
  void endAll(Cause cause, Duration spread) throws InterruptedException {
    List<Session> rest = open.all();
    if (rest.isEmpty()) return;
    Duration even = spread.dividedBy(rest.size());
    Duration gap = even.compareTo(GAP_MAX) < 0 ? even : GAP_MAX;
    for (Session session : rest) {
      session.end(new Ending(Party.PROXY, session.phase(), cause));
      open.awaitNone(gap);
    }
  }
}
