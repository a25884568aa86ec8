package io.weft.bench.load;

import java.io.IOException;

/**
 * What goes over the connections of a crowd while a phase runs: here nothing. A phase begins and
 * ends with nothing in flight.
 */
class Traffic {
  private static final long PAUSE_MILLIS = 100;

  private final Crowd crowd;
  private long endNanos;

  /** Of a crowd, for any number of phases. */
  Traffic(Crowd crowd) {
    this.crowd = crowd;
  }

  static Traffic of(Crowd crowd) {
    return switch (crowd.plan().workload()) {
      case CLOSED_LOOP -> new ClosedLoop(crowd);
      case CHURN -> new Churn(crowd);
      case FIXED_RATE -> new FixedRate(crowd);
      case BURST -> new Burst(crowd);
      case STREAM -> new Stream(crowd);
      case IDLE -> new Traffic(crowd);
    };
  }

  /** Runs a phase: requests are sent for so long, then what is in flight is waited for. */
  final Sample run(long nanos) throws IOException {
    long now = System.nanoTime();
    endNanos = now + nanos;
    crowd.listen(this);
    crowd.tally().begin(now);
    begin(now);
    while (!isOver(now)) {
      crowd.poll(turn(now));
      now = System.nanoTime();
    }
    return crowd.tally().end(now);
  }

  /** Whether requests may still be sent. */
  final boolean goesOn(long nowNanos) {
    return nowNanos < endNanos;
  }

  final Crowd crowd() {
    return crowd;
  }

  final Tally tally() {
    return crowd.tally();
  }

  /** A phase begins. */
  void begin(long nowNanos) throws IOException {}

  /** Does what is due now, and tells how many milliseconds to wait for events then. */
  long turn(long nowNanos) throws IOException {
    return PAUSE_MILLIS;
  }

  /** Bytes have come on a connection. */
  void received(LoadConn conn, long nowNanos) throws IOException {}

  /** The socket takes bytes again. */
  void writable(LoadConn conn) throws IOException {
    if (conn.flush()) {
      conn.notifyWritable(false);
    }
  }

  /** Whether the time has passed and nothing is in flight. */
  boolean isOver(long nowNanos) {
    return !goesOn(nowNanos);
  }
}
