package io.weft.server.upstream;

import java.util.List;

/** Chooses among upstreams. Used under the pool's lock. */
interface Policy {
  /**
   * Chooses one.
   *
   * @param candidates at least one, in the order of the configuration
   * @param pick what the session looks for
   */
  Upstream choose(List<Upstream> candidates, Pick pick);
}
