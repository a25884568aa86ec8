package io.weft.server;

import com.google.inject.Injector;
import io.weft.server.address.SocketUrl;
import io.weft.server.options.CommonOptions;
import io.weft.server.options.OptionValues;
import io.weft.server.options.SessionOptions;
import io.weft.server.options.UpstreamOptions;
import io.weft.server.proxy.AccessLog;
import io.weft.server.proxy.JsonAccessLog;
import io.weft.server.proxy.ProxyConfig;
import io.weft.server.service.Server;
import io.weft.server.service.Service;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
  private static final String STANDARD_OUTPUT = "-";
  private static final String OFF = "off";

  private final Console console;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--listen",
      paramLabel = "URL",
      required = true,
      converter = OptionValues.Url.class,
      description =
          "Where to listen: tcp://HOST:PORT, tcp4://HOST:PORT, tcp6://HOST:PORT, unix:///PATH or "
              + "unix://@NAME (abstract). An empty HOST is every address, port 0 a free one. "
              + "Repeatable.")
  private List<SocketUrl> urls = List.of();

  @ArgGroup(exclusive = false, validate = false, heading = "%nUpstreams:%n")
  private UpstreamOptions upstreams = new UpstreamOptions();

  @ArgGroup(exclusive = false, validate = false, heading = "%nSessions:%n")
  private SessionOptions sessions = new SessionOptions();

  @Option(
      names = "--drain-timeout",
      paramLabel = "TIME",
      defaultValue = "30s",
      converter = OptionValues.Time.class,
      description =
          "How long a drain waits for sessions; those that go on are then reset within a fifth of "
              + "it. Default: ${DEFAULT-VALUE}")
  private Duration drainTimeout = Duration.ofSeconds(30);

  @Option(
      names = "--access-log",
      paramLabel = "FILE",
      defaultValue = STANDARD_OUTPUT,
      description =
          "Where the lines of JSON go: a file, to which they are appended, - for standard output, "
              + "or off. Default: ${DEFAULT-VALUE}")
  private String accessLog = STANDARD_OUTPUT;

  @Mixin private final CommonOptions common = new CommonOptions();

  ProxyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    ProxyConfig config = config();
    CompletableFuture<Void> stop = Signals.catchStop();
    Injector injector = ServerModule.injector(console, common);
    try (AccessLog log = accessLog();
        Server server = injector.getInstance(Server.class)) {
      Service proxy = injector.getInstance(Services.class).proxy("proxy", config, log);
      server.start(List.of(proxy)).forEach(console::line);
      Serving.untilStopped(server, log, stop, drainTimeout, console);
    }
    return ExitCode.OK;
  }

  private ProxyConfig config() {
    try {
      return new ProxyConfig(
          urls,
          upstreams.targets(),
          sessions.introduction(),
          sessions.timeouts(),
          sessions.limits());
    } catch (IllegalArgumentException e) {
      assert spec != null;
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private AccessLog accessLog() throws IOException {
    return switch (accessLog) {
      case STANDARD_OUTPUT -> JsonAccessLog.on(console.out());
      case OFF -> AccessLog.NONE;
      default -> JsonAccessLog.at(Path.of(accessLog));
    };
  }
}
