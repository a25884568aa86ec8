package io.weft.containers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The images that the tests start.
 *
 * @param suite the behaviour suite, its adapters and a launcher, in {@code /suite/lib}, and what
 *     runs beside it, in {@code /suite/inside}; on Java 25
 * @param server the server's own image
 */
record Images(String suite, String server) implements AutoCloseable {
  private static final String SUITE = "weft-suite";
  private static final String SERVER = "weft-server";
  private static final Path CONTEXT = Path.of("target", "suite");

  static Images build() throws IOException, InterruptedException {
    Path reports = Files.createDirectories(CONTEXT.resolve("root/reports"));
    Files.setPosixFilePermissions(reports, PosixFilePermissions.fromString("rwxrwxrwx"));
    copy(Path.of("target", "test-classes"), "io/weft/containers/inside", CONTEXT.resolve("inside"));
    copy(Path.of("target", "test-classes"), "broken", CONTEXT.resolve("inside"));
    String suite = suite(SUITE, Script.run("config/container/base-image", "jre"));
    return new Images(suite, Script.run("config/container/server-image", SERVER));
  }

  /** The suite that was built, on a JDK for musl; empty when no image has one. */
  Optional<String> suiteOnMusl() throws IOException, InterruptedException {
    Optional<String> base = Script.attempt("config/container/base-image", "musl");
    return base.isPresent() ? Optional.of(suite(SUITE + "-musl", base.get())) : Optional.empty();
  }

  private static String suite(String tag, String base) throws IOException, InterruptedException {
    String context = Path.of("it-tests/containers").resolve(CONTEXT).toString();
    return build(tag, "suite", context, "--build-arg=BASE=" + base);
  }

  /** Builds an image of these tests from what is below {@code src/test/docker}. */
  static String build(String tag, String name, String context, String... options)
      throws IOException, InterruptedException {
    String dockerfile = "it-tests/containers/src/test/docker/" + name + "/Dockerfile";
    List<String> command =
        new ArrayList<>(List.of("docker", "build", "--quiet", "--network=none", "--tag=" + tag));
    command.addAll(List.of(options));
    command.addAll(List.of("--file=" + dockerfile, context));
    Script.run(command.toArray(String[]::new));
    return tag;
  }

  /** Removes images that these tests built; the base stays, for the next run. */
  static void remove(String... tags) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("docker", "image", "rm", "--force"));
    command.addAll(List.of(tags));
    Script.run(command.toArray(String[]::new));
  }

  @Override
  public void close() throws IOException {
    try {
      remove(suite, server);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("gave up removing images", e);
    }
  }

  private static void copy(Path root, String folder, Path target) throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve(folder))) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        Path copy = target.resolve(root.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
