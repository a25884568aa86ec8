package io.weft.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of the repository, found from the folder that the tests run in. */
final class SourceTree {
  static final Path ROOT = root();
  static final List<String> ADAPTERS = List.of("poller-nio", "poller-epoll-jni", "poller-iouring");

  /** The modules that users get, each with a module descriptor. */
  static final List<String> DEPLOYED =
      List.of("api", "poller-nio", "poller-epoll-jni", "poller-iouring", "guice", "server");

  private SourceTree() {}

  /** Java files of a module's main sources that declare a class, not a package or a module. */
  static List<Path> mainClasses(String module) {
    return files(ROOT.resolve(module).resolve("src/main/java"), ".java").stream()
        .filter(file -> !file.getFileName().toString().contains("-info."))
        .toList();
  }

  /** Java files of all modules' main sources, it-tests and bench included. */
  static List<Path> allMainClasses() {
    return Stream.concat(DEPLOYED.stream(), Stream.of("bench", "it-tests/tck"))
        .flatMap(module -> mainClasses(module).stream())
        .toList();
  }

  /** Whether a file is a benchmark of what is private to a package, and therefore lives in it. */
  static boolean isGuest(Path file) {
    Path benchmarks = ROOT.resolve("bench/src/main/java");
    return file.startsWith(benchmarks) && !file.startsWith(benchmarks.resolve("io/weft/bench"));
  }

  static List<Path> files(Path folder, String suffix) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return Math.toIntExact(lines.count());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("config/checkstyle.xml"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("no repository around " + Path.of("").toAbsolutePath());
      }
    }
    return folder;
  }
}
