package io.weft.bench.side;

import picocli.CommandLine;
import picocli.CommandLine.ExitCode;

/** Where {@code weft-bench} starts. */
public final class Main {
  private Main() {}

  /**
   * Runs the command and ends the process with its exit code.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new BenchCommand())
        .setUsageHelpWidth(100)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              command.getErr().println("weft-bench: " + failure.getMessage());
              return ExitCode.SOFTWARE;
            });
  }
}
