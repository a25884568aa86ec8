package io.weft.server.config;

import static io.weft.server.config.Configs.errors;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: whatever a file says, the answer is a configuration, or clear errors; never anything else.
 */
class ConfigFuzzTest {
  private static final int COUNT = 10_000;
  private static final long SEED = 20_260_101;
  private static final Pattern TOKEN =
      Pattern.compile("[\\w./@*-]+|\\n *|[^\\S\\n]+|[^\\w\\s]", Pattern.MULTILINE);
  private static final List<String> SPICE =
      List.of(
          "&a ",
          "*a",
          "!!str ",
          "? ",
          "- ",
          ": ",
          "|",
          ">",
          "{",
          "}",
          "[",
          "]",
          "---\n",
          "...\n",
          "\t",
          "'",
          "\"",
          "%YAML 1.2\n",
          "~",
          "null",
          "<<: ",
          "\u0000",
          "\uFEFF",
          "\u2028",
          "0",
          "-1",
          "99999999999",
          "weight=",
          ",",
          "#",
          "é",
          "\uD83D\uDE00",
          "tcp://:0",
          "services",
          "name: web\n");

  private final SplittableRandom random = new SplittableRandom(SEED);

  @Test
  @Timeout(60)
  void anyMutantIsAConfigurationOrHasClearErrors() {
    int valid = 0;
    int invalid = 0;
    for (int i = 0; i < COUNT; i++) {
      String origin = Configs.ALL.get(random.nextInt(Configs.ALL.size()));
      byte[] mutant = random.nextBoolean() ? bytes(origin) : tokens(origin);
      try {
        assertThat(Configs.read(mutant).services()).isNotEmpty();
        valid++;
      } catch (InvalidConfigException e) {
        assertThat(e.errors())
            .as("errors of mutant %d, seed %d", i, SEED)
            .isNotEmpty()
            .allSatisfy(error -> assertThat(error).matches("weft\\.yaml:\\d+:\\d+: \\P{Cntrl}+"));
        invalid++;
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError(
            "mutant %d, seed %d: %s".formatted(i, SEED, new String(mutant, StandardCharsets.UTF_8)),
            e);
      }
    }
    assertThat(valid).as("mutants that are valid").isGreaterThan(COUNT / 100);
    assertThat(invalid).as("mutants that are not").isGreaterThan(COUNT / 2);
  }

  /** What a mutant's size may grow to is bounded, and so is the time to refuse it. */
  @Test
  @Timeout(60)
  void depthAndLengthAreRefusedAtOnce() {
    for (String text :
        List.of(
            "[".repeat(100_000),
            "- ".repeat(100_000),
            "a:\n" + " ".repeat(100_000),
            "{a: ".repeat(100_000),
            "x".repeat(2_000_000),
            "? ".repeat(100_000),
            "a: &a [x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n")) {
      assertThat(errors(text).getFirst()).startsWith("weft.yaml:").hasSizeLessThan(2000);
    }
  }

  private byte[] bytes(String origin) {
    byte[] text = origin.getBytes(StandardCharsets.UTF_8);
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      text = oneByte(text);
    }
    return text;
  }

  private byte[] oneByte(byte[] text) {
    int at = random.nextInt(text.length);
    int length = Math.min(1 + random.nextInt(16), text.length - at);
    ByteArrayOutputStream mutant = new ByteArrayOutputStream();
    mutant.write(text, 0, at);
    switch (random.nextInt(4)) {
      case 0 -> mutant.write(random.nextInt(256));
      case 1 -> length = 0;
      case 2 -> mutant.write(text, random.nextInt(text.length - length + 1), length);
      default -> mutant.write(text[at] ^ (1 << random.nextInt(8)));
    }
    mutant.write(text, at + length, text.length - at - length);
    return mutant.toByteArray();
  }

  private byte[] tokens(String origin) {
    List<String> tokens =
        new ArrayList<>(TOKEN.matcher(origin).results().map(MatchResult::group).toList());
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      int at = random.nextInt(tokens.size());
      int other = random.nextInt(tokens.size());
      switch (random.nextInt(4)) {
        case 0 -> tokens.set(at, tokens.get(other));
        case 1 -> tokens.set(at, SPICE.get(random.nextInt(SPICE.size())));
        case 2 -> tokens.set(at, "");
        default -> Collections.swap(tokens, at, other);
      }
    }
    return String.join("", tokens).getBytes(StandardCharsets.UTF_8);
  }
}
