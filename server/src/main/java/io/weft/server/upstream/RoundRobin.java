package io.weft.server.upstream;

import java.util.List;

/**
 * Weighted and smooth: weights 5, 1, 1 give a a b a c a a. At each choice every candidate gains its
 * weight; the one that has the most is chosen, and pays what all of them gained.
 */
final class RoundRobin implements Policy {
  @Override
  public Upstream choose(List<Upstream> candidates, Pick pick) {
    Upstream best = candidates.getFirst();
    long gained = 0;
    for (Upstream each : candidates) {
      each.turn += each.weight();
      gained += each.weight();
      if (each.turn > best.turn) {
        best = each;
      }
    }
    best.turn -= gained;
    return best;
  }
}
