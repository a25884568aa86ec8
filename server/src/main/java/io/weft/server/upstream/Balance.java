package io.weft.server.upstream;

import java.util.random.RandomGenerator;

/** How sessions are shared among the upstreams that have room. */
public enum Balance {
  /** In turn, by weight, interleaved. */
  ROUND_ROBIN,
  /** The one with the fewest sessions for its weight; in turn where that is the same. */
  LEAST_CONN,
  /**
   * The one that the client's IP address stands for, by weight; the port does not matter. A client
   * moves only when its upstream is gone or full. Clients of unix sockets have no address and stand
   * for one and the same.
   */
  SOURCE_HASH,
  /** Of two that are drawn by weight, the one with fewer sessions for its weight. */
  RANDOM_TWO;

  Policy policy(RandomGenerator random) {
    return switch (this) {
      case ROUND_ROBIN -> new RoundRobin();
      case LEAST_CONN -> new LeastConn();
      case SOURCE_HASH -> new SourceHash();
      case RANDOM_TWO -> new RandomTwo(random);
    };
  }
}
