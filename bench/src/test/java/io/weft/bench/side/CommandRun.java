package io.weft.bench.side;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** What the command did. */
record CommandRun(int exitCode, String out, String err) {
  /** With arguments that blanks part. */
  static CommandRun of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    String line = String.join(" ", arguments);
    int code = command.execute(line.isEmpty() ? new String[0] : line.split(" ", -1));
    return new CommandRun(code, out.toString(), err.toString());
  }
}
