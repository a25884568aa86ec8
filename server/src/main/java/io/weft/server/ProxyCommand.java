package io.weft.server;

import com.google.inject.Injector;
import io.weft.server.options.AccessLogOption;
import io.weft.server.options.AdminOption;
import io.weft.server.options.CommonOptions;
import io.weft.server.options.DrainOption;
import io.weft.server.options.ProxyOptions;
import io.weft.server.proxy.AccessLog;
import io.weft.server.proxy.ProxyConfig;
import io.weft.server.service.Server;
import io.weft.server.service.Service;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weft proxy}. */
@Command(
    name = "proxy",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    header = "Forwards connections to upstreams, until SIGTERM or SIGINT.",
    description = {
      "",
      "Bytes are relayed as they come, both ways at the same time. When one side ends its stream, "
          + "the other one is told so and may go on; a reset is passed on as a reset.",
      "",
      "For each address one line on standard output tells when it is ready, with the port that was "
          + "really bound. For each session that has ended a line of JSON tells between whom it "
          + "was, how long it took, how many bytes it had, and who ended it, when and why.",
      "",
      "The first signal drains: no connection is accepted any more, and sessions may go on until "
          + "--drain-timeout has passed; the rest is then reset, one after the other. A second "
          + "signal ends the process at once.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weft proxy --listen tcp://:8080 --upstream tcp://10.0.0.5:80 --upstream tcp://10.0.0.6:80",
      "  weft proxy --listen tcp://:5432 --upstream unix:///run/postgresql/.s.PGSQL.5432",
      "  weft proxy --listen tcp://:443 --sni '*.example.org=tcp://10.0.0.5:443' "
          + "--sni example.com=tcp://10.0.0.6:443 --upstream tcp://10.0.0.7:443",
      "  weft proxy --listen tcp://:80 --upstream tcp://10.0.0.5:80,weight=3 "
          + "--upstream tcp://10.0.0.6:80 --balance least-conn --max-sessions 100 --send-proxy v2",
      "",
      "Exit codes: 0 normal, also after a drain; 1 failure (an address in use, a poller that is "
          + "not available, a second signal); 2 usage."
    })
final class ProxyCommand implements Callable<Integer> {
  private final Console console;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private final ProxyOptions options = new ProxyOptions();

  @Mixin private final DrainOption drain = new DrainOption();

  @Mixin private final AccessLogOption accessLog = new AccessLogOption();

  @Mixin private final AdminOption adminOption = new AdminOption();

  @Mixin private final CommonOptions common = new CommonOptions();

  ProxyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    ProxyConfig config = config();
    CompletableFuture<Void> stop = Signals.catchStop();
    Injector injector = ServerModule.injector(console, common);
    try (AccessLog log = accessLog.open(console.out());
        Server server = injector.getInstance(Server.class);
        Administration admin = injector.getInstance(Administration.class)) {
      admin.open(adminOption.config());
      Service proxy = injector.getInstance(Services.class).proxy("proxy", config, log);
      server.start(List.of(proxy)).forEach(console::line);
      Serving.untilStopped(server, log, stop, drain.timeout(), console);
    }
    return ExitCode.OK;
  }

  private ProxyConfig config() {
    try {
      return options.config();
    } catch (IllegalArgumentException e) {
      assert spec != null;
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
