package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Goal: what the guide shows is what its files say, and nothing of it is untested. */
class GuideTest {
  private static final Pattern EXAMPLE =
      Pattern.compile(
          "(?s)\\[examples/(\\w+)\\.java]\\(examples/\\1\\.java\\):\n```java\n(.*?)```\n");

  @Test
  void showsEveryExampleVerbatimBehindItsLink() throws Exception {
    String guide = Files.readString(Examples.ROOT.resolve("docs/guide.md"));
    List<String> shown = new ArrayList<>();
    for (MatchResult block : EXAMPLE.matcher(guide).results().toList()) {
      String name = block.group(1);
      shown.add(name);
      assertThat(block.group(2)).as(name).isEqualTo(Files.readString(Examples.file(name)));
    }
    assertThat(shown).containsExactlyInAnyOrderElementsOf(Examples.names());
    assertThat(guide.split("```java", -1))
        .as("blocks of Java, with a link or not")
        .hasSize(shown.size() + 1);
  }

  @Test
  void everyExampleIsRunByATest() throws Exception {
    List<String> run =
        Stream.of(GuideDialTest.class, GuideServeTest.class, GuideNetTest.class)
            .flatMap(tests -> GuideExamples.of(tests).stream())
            .toList();
    assertThat(run).containsExactlyInAnyOrderElementsOf(Examples.names());
  }
}
