package io.weft.server.upstream;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The less loaded one of two different ones that are drawn by weight. */
final class RandomTwo implements Policy {
  private final RandomGenerator random;

  RandomTwo(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public Upstream choose(List<Upstream> candidates, Pick pick) {
    Upstream first = draw(candidates, null);
    if (candidates.size() == 1) {
      return first;
    }
    Upstream second = draw(candidates, first);
    return second.isLessLoadedThan(first) ? second : first;
  }

  private Upstream draw(List<Upstream> candidates, @Nullable Upstream without) {
    List<Upstream> urn = candidates.stream().filter(each -> each != without).toList();
    long left = random.nextLong(urn.stream().mapToLong(Upstream::weight).sum());
    for (Upstream each : urn) {
      left -= each.weight();
      if (left < 0) {
        return each;
      }
    }
    throw new AssertionError("drew beyond the weights of " + urn);
  }
}
