package io.weft.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Goal: the rules see the code. A rule over no classes is green and means nothing. */
class ImportTest {
  @Test
  void asManyClassesWereImportedAsExpected() {
    int expected = Integer.getInteger("weft.classes.expected", Integer.MAX_VALUE);
    System.out.printf("rules: %d classes imported%n", WeftClasses.MAIN.size());
    assertThat(WeftClasses.MAIN.size()).as("imported classes").isGreaterThanOrEqualTo(expected);
  }

  @Test
  void everyModuleThatTheSourcesAreCountedInExists() {
    assertThat(SourceTree.DEPLOYED)
        .allSatisfy(module -> assertThat(SourceTree.ROOT.resolve(module)).isDirectory());
  }

  @Test
  void everySourceFileIsAmongTheImportedClasses() {
    Set<String> imported =
        WeftClasses.MAIN.stream().map(JavaClass::getName).collect(Collectors.toSet());
    assertThat(SourceTree.allMainClasses())
        .filteredOn(file -> !SourceTree.isGuest(file))
        .map(ImportTest::className)
        .isSubsetOf(imported);
  }

  private static String className(Path file) {
    Path sources = file;
    while (!sources.endsWith("src/main/java")) {
      sources = Objects.requireNonNull(sources.getParent());
    }
    assertThat(Files.isDirectory(sources)).isTrue();
    String path = sources.relativize(file).toString();
    return path.substring(0, path.length() - ".java".length()).replace('/', '.');
  }
}
