package io.weft.server.upstream;

import java.util.ArrayList;
import java.util.List;

/** The fewest sessions for its weight; round robin among those that are equal. */
final class LeastConn implements Policy {
  private final RoundRobin ties = new RoundRobin();

  @Override
  public Upstream choose(List<Upstream> candidates, Pick pick) {
    List<Upstream> least = new ArrayList<>();
    for (Upstream each : candidates) {
      if (!least.isEmpty() && each.isLessLoadedThan(least.getFirst())) {
        least.clear();
      }
      if (least.isEmpty() || !least.getFirst().isLessLoadedThan(each)) {
        least.add(each);
      }
    }
    return ties.choose(least, pick);
  }
}
