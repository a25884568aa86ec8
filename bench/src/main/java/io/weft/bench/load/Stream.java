package io.weft.bench.load;

import java.io.IOException;

/** Bytes both ways, as many as the sockets take. */
final class Stream extends Traffic {
  private static final int WRITES_PER_TURN = 16;

  private final int chunkBytes;
  private long nowNanos;

  Stream(Crowd crowd) {
    super(crowd);
    chunkBytes = crowd.plan().sizeBytes();
  }

  @Override
  void begin(long nowNanos) {
    this.nowNanos = nowNanos;
    crowd().conns().forEach(conn -> conn.notifyWritable(true));
  }

  @Override
  long turn(long nowNanos) throws IOException {
    this.nowNanos = nowNanos;
    return super.turn(nowNanos);
  }

  @Override
  void writable(LoadConn conn) throws IOException {
    for (int i = 0; i < WRITES_PER_TURN && conn.flush(); i++) {
      if (!goesOn(nowNanos)) {
        conn.notifyWritable(false);
        return;
      }
      conn.send(chunkBytes);
    }
  }

  @Override
  boolean isOver(long nowNanos) {
    if (goesOn(nowNanos)) {
      return false;
    }
    for (LoadConn conn : crowd().conns()) {
      if (conn.awaitedBytes() > 0) {
        return false;
      }
    }
    return true;
  }
}
