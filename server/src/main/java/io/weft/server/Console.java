package io.weft.server;

import java.io.PrintStream;
import java.io.PrintWriter;

/**
 * Standard output and standard error of the process; nothing else writes to them but the log.
 *
 * @param out for what a command has to say: ready lines, tables, help
 * @param err for what went wrong
 */
record Console(PrintWriter out, PrintWriter err) {
  static Console ofProcess() {
    return of(System.out, System.err);
  }

  static Console of(PrintStream out, PrintStream err) {
    return new Console(
        new PrintWriter(out, true, out.charset()), new PrintWriter(err, true, err.charset()));
  }

  void line(String text) {
    out.println(text);
  }

  void error(String text) {
    err.println("weft: " + text);
  }
}
