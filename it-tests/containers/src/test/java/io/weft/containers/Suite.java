package io.weft.containers;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A run of the behaviour suite: on which adapter, on what scheduling, and how much of it.
 *
 * @param poller the adapter's name
 * @param scheduling {@code on-loop} or {@code jdk}
 * @param families the classes that are run; none for all
 * @param jvmOptions what the JVM is told beside the usual
 * @param classPath where its classes are
 */
record Suite(
    String poller,
    String scheduling,
    List<String> families,
    List<String> jvmOptions,
    String classPath) {
  static final String REPORT = "/reports/TEST-junit-jupiter.xml";

  private static final List<String> USUAL =
      List.of(
          "java",
          "-ea",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseSerialGC",
          // else what a crash tells is gone with the container
          "-XX:+ErrorFileToStderr");
  private static final List<String> LAUNCH =
      List.of(
          "org.junit.platform.console.ConsoleLauncher",
          "execute",
          "--disable-banner",
          "--disable-ansi-colors",
          "--details=none",
          "--fail-if-no-tests",
          "--include-engine=junit-jupiter",
          "--reports-dir=/reports",
          "--config=junit.jupiter.execution.timeout.default=60 s",
          "--config=junit.jupiter.testclass.order.default="
              + "org.junit.jupiter.api.ClassOrderer$OrderAnnotation");

  static Suite whole(String poller, String scheduling) {
    List<String> options = List.of("--enable-native-access=ALL-UNNAMED");
    return new Suite(poller, scheduling, List.of(), options, "/suite/lib/*");
  }

  /** Some classes of the suite only, by their names without {@code Tck}. */
  Suite only(String... names) {
    return new Suite(poller, scheduling, List.of(names), jvmOptions, classPath);
  }

  Suite withJvmOptions(String... options) {
    return new Suite(poller, scheduling, families, List.of(options), classPath);
  }

  /** With the adapters that break promises, before the others. */
  Suite withBrokenAdapters() {
    String broken = "/suite/inside:/suite/inside/broken:" + classPath;
    return new Suite(poller, scheduling, families, jvmOptions, broken);
  }

  boolean isWhole() {
    return families.isEmpty();
  }

  @Override
  public String toString() {
    return poller + ", " + scheduling;
  }

  List<String> command() {
    Stream<String> selected =
        isWhole()
            ? Stream.of(
                "--select-package=io.weft.tck",
                "--include-classname=io\\.weft\\.tck\\.[A-Z]\\w*Tck",
                "--config=weft.tck.whole=true")
            : families.stream().map(name -> "--select-class=io.weft.tck." + name + "Tck");
    List<String> command = new ArrayList<>(USUAL);
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", classPath));
    command.addAll(LAUNCH);
    selected.forEach(command::add);
    command.add("--config=weft.tck.poller=" + poller);
    command.add("--config=weft.tck.scheduling=" + scheduling);
    return command;
  }
}
