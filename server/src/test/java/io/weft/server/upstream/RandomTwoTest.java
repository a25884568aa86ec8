package io.weft.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Goal: two are drawn by weight, and the less loaded one of them wins. */
class RandomTwoTest {
  private static final int SESSIONS = 20_000;

  private final RandomTwo policy = new RandomTwo(new SplittableRandom(42));
  private final Upstream a = Upstreams.of("a", 1);
  private final Upstream b = Upstreams.of("b", 1);
  private final Upstream c = Upstreams.of("c", 1);

  @Test
  void ofTwoTheLessLoadedOneWins() {
    a.enter();

    assertThat(Upstreams.choose(policy, List.of(a, b), Upstreams.CLIENT)).isSameAs(b);
    assertThat(Upstreams.choose(policy, List.of(b, a), Upstreams.CLIENT)).isSameAs(b);
  }

  @Test
  void theMostLoadedOfSeveralNeverWins() {
    a.enter();
    String names = chosen(List.of(a, b, c));

    assertThat(names).doesNotContain("a");
    assertThat(share(names, "b")).isCloseTo(0.5, Percentage.withPercentage(5));
  }

  @Test
  void aLoneOneIsChosen() {
    assertThat(Upstreams.choose(policy, List.of(a), Upstreams.CLIENT)).isSameAs(a);
  }

  @Test
  void drawsGoByWeight() {
    Upstream heavy = Upstreams.of("h", 3);
    // the others are as loaded for their weight, so that the first draw decides
    heavy.enter();
    heavy.enter();
    String names = chosen(List.of(a, b, c, heavy));

    assertThat(share(names, "h")).isCloseTo(0.5, Percentage.withPercentage(5));
    assertThat(share(names, "a")).isCloseTo(1.0 / 6, Percentage.withPercentage(8));
  }

  @Test
  void sessionsThatStaySpreadByWeight() {
    Upstream heavy = Upstreams.of("h", 3);
    String names = Upstreams.fill(policy, List.of(a, b, c, heavy), SESSIONS);

    assertThat(share(names, "h")).isCloseTo(0.5, Percentage.withPercentage(1));
  }

  private String chosen(List<Upstream> candidates) {
    StringBuilder names = new StringBuilder();
    for (int session = 0; session < SESSIONS; session++) {
      names.append(Upstreams.choose(policy, candidates, Upstreams.CLIENT));
    }
    return names.toString();
  }

  private static double share(String names, String name) {
    return names.chars().filter(each -> each == name.charAt(0)).count() / (double) names.length();
  }
}
