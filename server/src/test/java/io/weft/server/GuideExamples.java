package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Compiles the examples that the tests of a class run, and runs them in this JVM. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class GuideExamples {
  private Path classes;
  private URLClassLoader loader;
  private String example;
  private boolean ran;

  /** The example that a test runs. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.METHOD)
  @interface Runs {
    String value();
  }

  /** The examples that the tests of a class run. */
  static List<String> of(Class<? extends GuideExamples> tests) {
    return Arrays.stream(tests.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(Runs.class))
        .map(method -> method.getAnnotation(Runs.class).value())
        .toList();
  }

  @BeforeAll
  void compile(@TempDir Path folder) throws IOException {
    classes = folder;
    Examples.compile(classes, of(getClass()));
    loader = new URLClassLoader(new URL[] {classes.toUri().toURL()});
  }

  @AfterAll
  void unload() throws IOException {
    loader.close();
  }

  @BeforeEach
  void name(TestInfo test) {
    example = test.getTestMethod().orElseThrow().getAnnotation(Runs.class).value();
    ran = false;
  }

  @AfterEach
  void itRan() {
    assertThat(ran).as("%s was run", example).isTrue();
  }

  /** Starts the example of this test. */
  final ExampleRun run(String... args) throws Exception {
    ran = true;
    return ExampleRun.start(loader, example, args);
  }

  /** Its classes, for a JVM of its own. */
  final WeftProcess process(String... args) throws IOException {
    ran = true;
    String classPath = classes + System.getProperty("path.separator") + Examples.CLASS_PATH;
    return WeftProcess.java(
        List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath, example), args);
  }

  static Socket dial(int port) throws IOException {
    return new Socket("127.0.0.1", port);
  }

  static void write(Socket conn, String text) throws IOException {
    conn.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Closes with a reset in place of an end of stream. */
  static void reset(Socket conn) throws IOException {
    conn.setSoLinger(true, 0);
    conn.close();
  }

  /** All that comes until the other end has ended its side. */
  static String rest(Socket conn) throws IOException {
    return new String(conn.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** One line, without reading further. */
  static String line(Socket conn) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = conn.getInputStream().read(); c != '\n'; c = conn.getInputStream().read()) {
      assertThat(c).as("after '%s'", line).isNotNegative();
      line.append((char) c);
    }
    return line.toString();
  }
}
