package io.weft.bench.side;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How JVMs are started: all with this one's JDK, the serial collector and the default heap. */
final class Jvm {
  private static final List<String> JAVA =
      List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-XX:+UseSerialGC",
          "--enable-native-access=ALL-UNNAMED");

  private Jvm() {}

  /** The class path of this process. */
  static String classPath() {
    return System.getProperty("java.class.path");
  }

  /** A main class on the class path of this process. */
  static List<String> main(String main, List<String> options, String... arguments) {
    return concat(JAVA, options, List.of("-cp", classPath(), main), List.of(arguments));
  }

  /** An executable jar. */
  static List<String> jar(Path jar, List<String> arguments, List<String> more) {
    return concat(JAVA, List.of("-jar", jar.toString()), arguments, more);
  }

  @SafeVarargs
  private static List<String> concat(List<String>... parts) {
    List<String> all = new ArrayList<>();
    for (List<String> part : parts) {
      all.addAll(part);
    }
    return all;
  }
}
