package io.weft.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Goal: a session goes where there are the fewest for the weight, and ties take turns. */
class LeastConnTest {
  private final LeastConn policy = new LeastConn();
  private final Upstream a = Upstreams.of("a", 1);
  private final Upstream b = Upstreams.of("b", 1);
  private final Upstream c = Upstreams.of("c", 3);

  @Test
  void theFewestSessionsWin() {
    Upstreams.fill(policy, List.of(a), 2);

    assertThat(Upstreams.fill(policy, List.of(a, b), 4)).isEqualTo("bbab");
  }

  @Test
  void tiesTakeTurns() {
    StringBuilder names = new StringBuilder();
    for (int session = 0; session < 4; session++) {
      names.append(Upstreams.choose(policy, List.of(a, b), Upstreams.CLIENT));
    }
    assertThat(names).hasToString("abab");
  }

  @Test
  void weightsAreFilledInProportion() {
    assertThat(Upstreams.fill(policy, List.of(a, c), 8)).isEqualTo("cccaccac");
  }
}
