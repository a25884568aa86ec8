package io.weft.server;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line's root: it has subcommands and does nothing itself. */
@Command(
    name = "weft",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Blocking network calls on virtual threads, over a poller that never blocks one.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  weft run",
      "  weft run --config /etc/weft.yaml",
      "  weft echo --listen tcp://127.0.0.1:7000",
      "  weft proxy --listen tcp://:8080 --upstream tcp://127.0.0.1:7000",
      "  weft probe",
      "  weft health tcp://127.0.0.1:7000",
      "",
      "Exit codes: 0 normal, 1 failure, 2 usage."
    })
final class WeftCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    assert spec != null;
    throw new ParameterException(
        spec.commandLine(), "missing command: use run, check, echo, proxy, probe or health");
  }
}
