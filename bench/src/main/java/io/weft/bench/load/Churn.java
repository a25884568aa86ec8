package io.weft.bench.load;

import java.io.IOException;

/** Connections that live for one request; its latency has the connecting in it. */
final class Churn extends ClosedLoop {
  Churn(Crowd crowd) {
    super(crowd);
  }

  @Override
  void again(LoadConn conn, long nowNanos) throws IOException {
    ask(crowd().replace(conn), nowNanos);
  }
}
