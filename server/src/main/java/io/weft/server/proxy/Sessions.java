package io.weft.server.proxy;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The sessions that go on. */
final class Sessions {
  /** How far the ends of sessions are apart at most that have to end. */
  static final Duration GAP_MAX = Duration.ofMillis(100);

  private final Set<Session> open = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition left = lock.newCondition();
  private volatile boolean awaited;

  void add(Session session) {
    open.add(session);
  }

  void remove(Session session) {
    open.remove(session);
    if (awaited) {
      lock.lock();
      try {
        left.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  int count() {
    return open.size();
  }

  /** Waits until there are none; returns whether that was in time. */
  boolean awaitNone(Duration timeout) throws InterruptedException {
    long nanos = timeout.toNanos();
    awaited = true;
    lock.lock();
    try {
      while (!open.isEmpty()) {
        if (nanos <= 0) {
          return false;
        }
        nanos = left.awaitNanos(nanos);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends them one after the other, so that not all clients come back at the same moment.
   *
   * @param spread how long that may take
   */
  void endAll(Cause cause, Duration spread) throws InterruptedException {
    List<Session> rest = List.copyOf(open);
    if (rest.isEmpty()) return;
    Duration even = spread.dividedBy(rest.size());
    Duration gap = even.compareTo(GAP_MAX) < 0 ? even : GAP_MAX;
    for (Session session : rest) {
      session.end(new Ending(Party.PROXY, session.phase(), cause));
      awaitNone(gap);
    }
  }
}
