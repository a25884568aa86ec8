package io.weft.server;

import io.weft.server.config.ConfigReader;
import io.weft.server.config.InvalidConfigException;
import io.weft.server.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code weft check}. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    header = "Tells whether a configuration file is right, without starting anything.",
    description = {
      "",
      "Prints what would run, or everything that is wrong, a line each: FILE:LINE:COLUMN: what.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weft check --config /etc/weft.yaml",
      "",
      "Exit codes: 0 normal; 1 when the file cannot be read; 2 when it is wrong, or usage."
    })
final class CheckCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The file, in YAML; docs/operating.md has its keys.")
  private @Nullable Path file;

  CheckCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    assert file != null;
    try {
      ServerConfig config = ConfigReader.read(file, Map.of());
      console.line(file + ": right");
      config.summary().forEach(console::line);
      return ExitCode.OK;
    } catch (InvalidConfigException e) {
      e.errors().forEach(console.err()::println);
      return ExitCode.USAGE;
    }
  }
}
