package io.weft.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Goal: files stay small, and an adapter stays within the budget that proves the port. */
class SourceSizeTest {
  private static final int MEDIAN_LINES_MAX = 120;
  private static final int FILE_LINES_MAX = 600;
  private static final int ADAPTER_JAVA_LINES_MAX = 1500;
  // over the budget, of which probing the kernel and telling why it refuses take 830: see ADR 11
  private static final Map<String, Integer> EXCEEDING = Map.of("poller-iouring", 2550);
  private static final int ADAPTER_C_LINES_MAX = 300;

  static final List<String> ADAPTERS = SourceTree.ADAPTERS;

  @Test
  void halfOfTheSourceFilesHaveAtMost120Lines() {
    int[] lines =
        SourceTree.allMainClasses().stream().mapToInt(SourceTree::lines).sorted().toArray();
    int median = lines.length == 0 ? 0 : lines[lines.length / 2];
    System.out.printf("sizes: %d source files, median %d lines%n", lines.length, median);
    assertThat(median)
        .as("median lines of %d source files", lines.length)
        .isLessThanOrEqualTo(MEDIAN_LINES_MAX);
  }

  @Test
  void noSourceFileHasMoreThan600Lines() {
    assertThat(SourceTree.allMainClasses())
        .allSatisfy(
            file ->
                assertThat(SourceTree.lines(file))
                    .as("lines of %s", SourceTree.ROOT.relativize(file))
                    .isLessThanOrEqualTo(FILE_LINES_MAX));
  }

  @ParameterizedTest
  @FieldSource("ADAPTERS")
  void anAdapterStaysWithinItsBudget(String adapter) {
    Path main = SourceTree.ROOT.resolve(adapter).resolve("src/main");
    int javaMax = EXCEEDING.getOrDefault(adapter, ADAPTER_JAVA_LINES_MAX);
    int java = sum(SourceTree.files(main.resolve("java"), ".java"));
    int c = sum(SourceTree.files(main.resolve("c"), ".c")) + sum(SourceTree.files(main, ".h"));
    System.out.printf(
        "sizes: %s has %d of %d lines of Java, %d of %d of C%n",
        adapter, java, javaMax, c, ADAPTER_C_LINES_MAX);
    assertThat(java).as("lines of Java of %s", adapter).isLessThanOrEqualTo(javaMax);
    assertThat(c).as("lines of C of %s", adapter).isLessThanOrEqualTo(ADAPTER_C_LINES_MAX);
  }

  private static int sum(List<Path> files) {
    return files.stream().mapToInt(SourceTree::lines).sum();
  }
}
