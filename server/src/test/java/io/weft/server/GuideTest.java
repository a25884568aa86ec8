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
  private static final Pattern LINK =
      Pattern.compile("\\[examples/(\\w+)\\.java]\\(examples/\\1\\.java\\)");
  private static final Pattern BLOCK = Pattern.compile("```java\n");

  @Test
  void showsEveryExampleVerbatimBehindItsLink() throws Exception {
    String guide = Files.readString(Examples.ROOT.resolve("docs/guide.md"));
    List<MatchResult> links = LINK.matcher(guide).results().toList();
    List<String> linked = new ArrayList<>();
    for (MatchResult link : links) {
      linked.add(link.group(1));
      String shown = "```java\n" + Files.readString(Examples.file(link.group(1))) + "```\n";
      assertThat(guide.substring(link.end())).as(link.group()).startsWith(":\n" + shown);
    }
    assertThat(linked).containsExactlyInAnyOrderElementsOf(Examples.names());
    assertThat(BLOCK.matcher(guide).results().toList()).as("blocks of Java").hasSameSizeAs(links);
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
