package io.weft.server.options;

import io.weft.server.proxy.AccessLog;
import io.weft.server.proxy.JsonAccessLog;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that says where sessions are logged. */
public final class AccessLogOption {
  private static final String STANDARD_OUTPUT = "-";
  private static final String OFF = "off";

  @Option(
      names = "--access-log",
      paramLabel = "FILE",
      defaultValue = STANDARD_OUTPUT,
      converter = OptionValues.FileName.class,
      description =
          "Where the lines of JSON go: a file, to which they are appended, - for standard output, "
              + "or off. Default: ${DEFAULT-VALUE}")
  private String where = STANDARD_OUTPUT;

  /** As it is written. */
  public String where() {
    return where;
  }

  /** Opens the log. */
  public AccessLog open(Writer standardOutput) throws IOException {
    return switch (where) {
      case STANDARD_OUTPUT -> JsonAccessLog.on(standardOutput);
      case OFF -> AccessLog.NONE;
      default -> JsonAccessLog.at(Path.of(where));
    };
  }
}
