package io.weft.bench.load;

import java.io.IOException;

/** All connections at one instant, from which each answer's latency counts. */
final class Burst extends Traffic {
  private final int sizeBytes;
  private long startNanos;
  private int busy;

  Burst(Crowd crowd) {
    super(crowd);
    sizeBytes = crowd.plan().sizeBytes();
  }

  @Override
  void begin(long nowNanos) throws IOException {
    startNanos = nowNanos;
    busy = crowd().conns().size();
    for (int i = 0; i < busy; i++) {
      crowd().conns().get(i).send(sizeBytes);
    }
  }

  @Override
  void received(LoadConn conn, long nowNanos) throws IOException {
    if (conn.awaitedBytes() == 0) {
      tally().answered(nowNanos - startNanos);
      busy--;
    }
  }

  // not where the last answer arrived: its select has others at hand still
  @Override
  long turn(long nowNanos) throws IOException {
    if (busy == 0 && goesOn(nowNanos)) {
      begin(nowNanos);
    }
    return super.turn(nowNanos);
  }

  @Override
  boolean isOver(long nowNanos) {
    return busy == 0 && super.isOver(nowNanos);
  }
}
