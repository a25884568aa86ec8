package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** The documents and their examples. */
final class Examples {
  static final String CLASS_PATH = System.getProperty("java.class.path");
  // tests run in their module's folder
  static final Path ROOT = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
  private static final Path FOLDER = ROOT.resolve("docs/examples");

  private Examples() {}

  static Path file(String name) {
    return FOLDER.resolve(name + ".java");
  }

  /** The names of all examples. */
  static Collection<String> names() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return new TreeSet<>(
          files.map(file -> file.getFileName().toString().replace(".java", "")).toList());
    }
  }

  /** Compiles examples; every warning is an error. */
  static void compile(Path classes, Collection<String> names) {
    List<String> arguments =
        new ArrayList<>(
            List.of("--release", "25", "-Xlint:all,-path,-classfile,-processing", "-Werror"));
    arguments.addAll(List.of("-proc:none", "-cp", CLASS_PATH, "-d", classes.toString()));
    names.forEach(name -> arguments.add(file(name).toString()));
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, messages, messages, arguments.toArray(String[]::new));
    assertThat(code).as(messages.toString(StandardCharsets.UTF_8)).isZero();
  }
}
