package io.weft.server;

import com.google.inject.Injector;
import io.weft.server.options.AdminOption;
import io.weft.server.options.CommonOptions;
import io.weft.server.options.DrainOption;
import io.weft.server.options.EchoOptions;
import io.weft.server.proxy.AccessLog;
import io.weft.server.service.Server;
import io.weft.server.service.Service;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code weft echo}. */
@Command(
    name = "echo",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    header = "Sends back what each connection receives, until SIGTERM or SIGINT.",
    description = {
      "",
      "For each address one line on standard output tells when it is ready, with the port that was "
          + "really bound.",
      "",
      "The first signal drains: no connection is accepted any more, a conversation that goes on is "
          + "not cut until --drain-timeout has passed, and a connection on which nothing arrives "
          + "for 1s is closed. A second signal ends the process at once.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weft echo --listen tcp://127.0.0.1:7000",
      "  weft echo --listen tcp://:0 --listen unix:///run/echo.sock --poller nio",
      "",
      "Exit codes: 0 normal, also after a drain; 1 failure (an address in use, a poller that is "
          + "not available, a second signal); 2 usage."
    })
final class EchoCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final EchoOptions options = new EchoOptions();

  @Mixin private final DrainOption drain = new DrainOption();

  @Mixin private final AdminOption adminOption = new AdminOption();

  @Mixin private final CommonOptions common = new CommonOptions();

  EchoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    CompletableFuture<Void> stop = Signals.catchStop();
    Injector injector = ServerModule.injector(console, common);
    try (Server server = injector.getInstance(Server.class);
        Administration admin = injector.getInstance(Administration.class)) {
      admin.open(adminOption.config());
      Service echo = injector.getInstance(Services.class).echo("echo", options.listen());
      server.start(List.of(echo)).forEach(console::line);
      Serving.untilStopped(server, AccessLog.NONE, stop, drain.timeout(), console);
    }
    return ExitCode.OK;
  }
}
