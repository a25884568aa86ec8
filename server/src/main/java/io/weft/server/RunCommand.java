package io.weft.server;

import com.google.inject.Injector;
import io.weft.server.Orders.Order;
import io.weft.server.config.InvalidConfigException;
import io.weft.server.config.ServerConfig;
import io.weft.server.options.AdminOption;
import io.weft.server.options.CommonOptions;
import io.weft.server.proxy.JsonAccessLog;
import io.weft.server.proxy.SwitchedLog;
import io.weft.server.service.Server;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weft run}. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    header = "Runs the services of a configuration file, until SIGTERM or SIGINT.",
    description = {
      "",
      "Without a file it runs a demonstration: two echo servers and a proxy in front of them, on a "
          + "free port of 127.0.0.1, and tells how to try it.",
      "",
      "For each address one line on standard output tells when it is ready, with the port that was "
          + "really bound. SIGHUP reads the file again: what is new starts, what is gone drains, "
          + "and no session is touched. A file that is wrong, or a listener that cannot be opened, "
          + "changes nothing. The first SIGTERM or SIGINT drains, a second one ends the process "
          + "at once.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weft run",
      "  weft run --config /etc/weft.yaml",
      "  weft run --config /etc/weft.yaml --watch --poller epoll",
      "",
      "Exit codes: 0 normal, also after a drain; 1 failure (a file that cannot be read, an address "
          + "in use, a poller that is not available, a second signal); 2 usage, or a file that is "
          + "wrong."
    })
final class RunCommand implements Callable<Integer> {
  private final Console console;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "What to run, in YAML; docs/operating.md has its keys. Options beside it count before "
              + "what the file says. Default: the demonstration")
  private @Nullable Path file;

  @Option(
      names = "--watch",
      description = "Read the file again, too, when it has changed and then not for a second.")
  private boolean watch;

  @Option(
      names = "--once",
      description = "Show one conversation through the demonstration, and end.")
  private boolean once;

  // counts by its name before what the file says, see overrides
  @SuppressWarnings("UnusedVariable")
  @Mixin
  private final AdminOption adminOption = new AdminOption();

  @Mixin private final CommonOptions common = new CommonOptions();

  RunCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    assert spec != null;
    Path given = file;
    if (given != null && once) {
      throw new ParameterException(spec.commandLine(), "--once is without --config");
    }
    if (given == null && watch) {
      throw new ParameterException(spec.commandLine(), "nothing to watch (use --config)");
    }
    try {
      if (given == null) {
        demonstrate();
      } else {
        Source source = new Source(given, overrides());
        run(source.read(), source);
      }
      return ExitCode.OK;
    } catch (InvalidConfigException e) {
      e.errors().forEach(console.err()::println);
      return ExitCode.USAGE;
    }
  }

  private void run(ServerConfig config, Source source) throws Exception {
    Orders orders = Orders.catchSignals();
    Injector injector = ServerModule.injector(console, config.net(), common.isVerbose());
    try (SwitchedLog log = new SwitchedLog(config.accessLog().open(console.out()));
        Server server = injector.getInstance(Server.class);
        Administration admin = injector.getInstance(Administration.class)) {
      admin.open(config.admin());
      Services services = injector.getInstance(Services.class);
      Deployment deployment = new Deployment(server, services, log, console, config);
      deployment.start().forEach(console::line);
      orders.stopAfter(server.failure());
      Reload reload = new Reload(deployment, source, console);
      while (orders.next(() -> watch && source.hasChanged()) == Order.RELOAD) {
        reload.run();
      }
      requireNoFailure(server);
      Serving.drain(server, log, deployment.config().drainTimeout(), console);
    }
  }

  private void demonstrate() throws Exception {
    Orders orders = Orders.catchSignals();
    Injector injector = ServerModule.injector(console, common);
    // closed in the reverse order
    try (Demo demo = new Demo(console);
        SwitchedLog log = new SwitchedLog(JsonAccessLog.on(console.out()));
        Server server = injector.getInstance(Server.class);
        Administration admin = injector.getInstance(Administration.class)) {
      ServerConfig config = demo.config(overrides());
      Services services = injector.getInstance(Services.class);
      demo.introduce(server.net());
      admin.open(config.admin());
      new Deployment(server, services, log, console, config).start().forEach(console::line);
      orders.stopAfter(server.failure());
      if (once) {
        demo.converse(server);
      } else {
        demo.explain(server);
        orders.awaitStop();
        requireNoFailure(server);
      }
      Serving.drain(server, log, config.drainTimeout(), console);
    }
  }

  private static void requireNoFailure(Server server) throws Exception {
    if (server.failure().isDone()) {
      server.failure().get();
    }
  }

  // what the command line says counts before what the file says
  private Map<String, Object> overrides() {
    assert spec != null;
    return spec.commandLine().getParseResult().matchedOptions().stream()
        .collect(Collectors.toMap(OptionSpec::longestName, OptionSpec::getValue));
  }
}
