package io.weft.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Goal: everyone's turns are as many as its weight, and as far apart as they can be. */
class RoundRobinTest {
  private final RoundRobin policy = new RoundRobin();
  private final Upstream a = Upstreams.of("a", 5);
  private final Upstream b = Upstreams.of("b", 1);
  private final Upstream c = Upstreams.of("c", 1);

  @Test
  void weightsAreInterleaved() {
    assertThat(Upstreams.fill(policy, List.of(a, b, c), 14)).isEqualTo("aabacaaaabacaa");
  }

  @Test
  void equalWeightsTakeTurnsInTheOrderOfTheConfiguration() {
    assertThat(Upstreams.fill(policy, List.of(b, c), 6)).isEqualTo("bcbcbc");
  }

  @Test
  void aChangedWeightCountsAtOnce() {
    Upstreams.fill(policy, List.of(b, c), 2);
    b.configure(b.spec().withWeight(3));

    assertThat(Upstreams.fill(policy, List.of(b, c), 8)).isEqualTo("bbcbbbcb");
  }

  @Test
  void whoWasAwayDoesNotCatchUp() {
    Upstreams.fill(policy, List.of(a, b, c), 3);
    Upstreams.fill(policy, List.of(a, b), 600);

    assertThat(Upstreams.fill(policy, List.of(a, b, c), 7)).containsOnlyOnce("c");
  }
}
