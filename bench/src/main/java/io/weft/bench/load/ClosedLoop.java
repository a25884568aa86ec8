package io.weft.bench.load;

import java.io.IOException;

/** Requests that wait for the answers to those before. */
class ClosedLoop extends Traffic {
  private final int depth;
  private final long sizeBytes;
  private int busy;

  ClosedLoop(Crowd crowd) {
    super(crowd);
    depth = crowd.plan().depth();
    sizeBytes = (long) crowd.plan().sizeBytes() * depth;
  }

  @Override
  final void begin(long nowNanos) throws IOException {
    busy = crowd().conns().size();
    for (int i = 0; i < busy; i++) {
      ask(crowd().conns().get(i), System.nanoTime());
    }
  }

  @Override
  final void received(LoadConn conn, long nowNanos) throws IOException {
    if (conn.awaitedBytes() > 0) {
      return;
    }
    tally().answered(nowNanos - conn.startNanos);
    tally().requests += depth - 1;
    if (goesOn(nowNanos)) {
      again(conn, nowNanos);
    } else {
      busy--;
    }
  }

  /** What follows on an answer. */
  void again(LoadConn conn, long nowNanos) throws IOException {
    ask(conn, nowNanos);
  }

  final void ask(LoadConn conn, long nowNanos) throws IOException {
    conn.startNanos = nowNanos;
    conn.send(sizeBytes);
  }

  @Override
  final boolean isOver(long nowNanos) {
    return busy == 0;
  }
}
