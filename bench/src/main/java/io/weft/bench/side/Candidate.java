package io.weft.bench.side;

import io.weft.bench.report.Results;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An echo server that can be started.
 *
 * @param name on the command line
 * @param description what it is
 * @param command what starts it, on a free port that its ready line tells
 * @param environment what it wants there beyond what is
 * @param java whether it is a JVM
 * @param unavailable why it does not run here; null when it does
 */
record Candidate(
    String name,
    String description,
    List<String> command,
    Map<String, String> environment,
    boolean java,
    @Nullable String unavailable) {
  Results.Entrant entrant() {
    String line = String.join(" ", command).replace(Jvm.classPath(), "'bench/target/lib/*'");
    return new Results.Entrant(name, description, line, unavailable);
  }
}
