package io.weft.containers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The server's commands in a box of their own. */
final class Weft {
  static final String JAVA = "/opt/weft/runtime/bin/java";

  private static final Duration LIMIT = Duration.ofMinutes(1);

  private Weft() {}

  /** Runs a command of the server to its end, as the image starts it. */
  static Box.Ended run(Box box, String... arguments) {
    return box.run(LIMIT, List.of(arguments));
  }

  /**
   * Runs a command of the server with options of the JVM instead of those of the jar's manifest.
   */
  static Box.Ended run(Box box, List<String> jvmOptions, String... arguments) {
    List<String> command = new ArrayList<>(jvmOptions);
    command.addAll(List.of("-cp", "/opt/weft/app/weft.jar", "io.weft.server.Main"));
    command.addAll(List.of(arguments));
    return box.with(create -> create.withEntrypoint(JAVA)).run(LIMIT, command);
  }
}
