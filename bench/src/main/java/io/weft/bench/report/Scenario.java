package io.weft.bench.report;

/**
 * One kind of load.
 *
 * @param mode its name on the command line
 * @param connections at a time
 * @param work what is counted: request, connection, MB, or nothing
 * @param fixedRate whether all candidates get the same rate
 */
public record Scenario(String mode, int connections, String work, boolean fixedRate) {
  /** For people. */
  public String title() {
    return "%s, %,d connection%s".formatted(mode, connections, connections == 1 ? "" : "s");
  }
}
