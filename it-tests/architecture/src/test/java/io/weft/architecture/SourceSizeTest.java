package io.weft.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Goal: files stay small, and an adapter stays within the budget that proves the port. */
class SourceSizeTest {
  private static final int MEDIAN_LINES_MAX = 120;
  private static final int FILE_LINES_MAX = 600;
  private static final int ADAPTER_JAVA_LINES_MAX = 1500;
  private static final int ADAPTER_C_LINES_MAX = 300;

  /** What io_uring is to Java, as epoll is the C library's and the kernel's: see ADR 12. */
  private static final Path RING =
      SourceTree.ROOT.resolve("poller-iouring/src/main/java/io/weft/poller/iouring/ring");

  /** What the ring is written with, as the adapter on epoll is with C. */
  private static final Path CALLS = RING.resolve("sys");

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
    int java =
        sum(
            SourceTree.files(main, ".java").stream()
                .filter(file -> !file.startsWith(RING))
                .toList());
    int c = sum(SourceTree.files(main, ".c")) + sum(SourceTree.files(main, ".h"));
    System.out.printf(
        "sizes: %s has %d of %d lines of Java, %d of %d of C%n",
        adapter, java, ADAPTER_JAVA_LINES_MAX, c, ADAPTER_C_LINES_MAX);
    assertThat(java).as("lines of Java of %s", adapter).isBetween(1, ADAPTER_JAVA_LINES_MAX);
    assertThat(c).as("lines of C of %s", adapter).isLessThanOrEqualTo(ADAPTER_C_LINES_MAX);
  }

  @Test
  void theBindingOfIoUringStaysWithinTheSameBudget() {
    int calls = sum(SourceTree.files(CALLS, ".java"));
    int java = sum(SourceTree.files(RING, ".java")) - calls;
    System.out.printf(
        "sizes: the ring has %d of %d lines of Java, its system calls %d of %d%n",
        java, ADAPTER_JAVA_LINES_MAX, calls, ADAPTER_C_LINES_MAX);
    assertThat(java).as("lines of Java of the ring").isBetween(1, ADAPTER_JAVA_LINES_MAX);
    assertThat(calls).as("lines of its system calls").isBetween(1, ADAPTER_C_LINES_MAX);
  }

  private static int sum(List<Path> files) {
    return files.stream().mapToInt(SourceTree::lines).sum();
  }
}
