package io.weft.server;

import com.google.inject.Injector;
import io.weft.server.options.CommonOptions;
import io.weft.server.service.Server;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code weft run}. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    header = "Shows Weft at work: an echo server, and a client that talks to it.",
    description = {
      "",
      "Starts an echo server on a free port of 127.0.0.1 and on a unix socket, dials both over the "
          + "same net, shows the conversations with their times, and ends.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weft run",
      "  weft run --poller nio --scheduling jdk",
      "",
      "Exit codes: 0 normal, 1 failure, 2 usage."
    })
final class RunCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final CommonOptions common = new CommonOptions();

  RunCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    Injector injector = ServerModule.injector(console, common);
    try (Server server = injector.getInstance(Server.class)) {
      injector.getInstance(Demo.class).run(server);
    }
    return ExitCode.OK;
  }
}
