package io.weft.bench.load;

/** What a load does with its connections. */
public enum Workload {
  /** Each connection sends the next requests when the last ones have been answered in full. */
  CLOSED_LOOP,
  /** As a closed loop of one request, each on a connection of its own that is reset in the end. */
  CHURN,
  /** Requests at instants fixed beforehand, however late the answers are. */
  FIXED_RATE,
  /** One request on every connection at once, again when all have been answered. */
  BURST,
  /** Every connection sends as fast as it can and reads all back. */
  STREAM,
  /** Connections that have had one request each, and say nothing. */
  IDLE
}
