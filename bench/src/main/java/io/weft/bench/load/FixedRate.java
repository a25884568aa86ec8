package io.weft.bench.load;

import java.io.IOException;

/**
 * Requests at instants that were fixed when the phase began, on one connection after the other. A
 * latency counts from that instant, so that a server which holds up the load is charged with all
 * that became late by it.
 */
final class FixedRate extends Traffic {
  private static final long SECOND_NANOS = 1_000_000_000;

  private final long rate;
  private final int sizeBytes;
  private long startNanos;
  private long sent;

  FixedRate(Crowd crowd) {
    super(crowd);
    rate = crowd.plan().ratePerSecond();
    sizeBytes = crowd.plan().sizeBytes();
  }

  @Override
  void begin(long nowNanos) {
    startNanos = nowNanos;
    sent = 0;
    for (LoadConn conn : crowd().conns()) {
      conn.sentCount = 0;
      conn.answeredCount = 0;
    }
  }

  @Override
  long turn(long nowNanos) throws IOException {
    for (long due = dueNanos(sent); due <= nowNanos && goesOn(due); due = dueNanos(sent)) {
      LoadConn conn = crowd().conns().get((int) (sent % crowd().conns().size()));
      sent++;
      conn.sentCount++;
      conn.send(sizeBytes);
    }
    return 0; // a Selector waits for whole milliseconds, too coarse for what is due next
  }

  @Override
  void received(LoadConn conn, long nowNanos) {
    int unanswered = (int) ((conn.awaitedBytes() + sizeBytes - 1) / sizeBytes);
    for (; conn.answeredCount < conn.sentCount - unanswered; conn.answeredCount++) {
      long turn = conn.answeredCount * (long) crowd().conns().size() + conn.index;
      tally().answered(nowNanos - dueNanos(turn));
    }
  }

  private long dueNanos(long turn) {
    return startNanos + turn * SECOND_NANOS / rate;
  }

  @Override
  boolean isOver(long nowNanos) {
    return !goesOn(nowNanos) && !goesOn(dueNanos(sent)) && tally().requests == sent;
  }
}
