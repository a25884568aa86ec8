package io.weft.server;

import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.Net;
import io.weft.server.address.SocketUrl;
import io.weft.server.options.CommonOptions;
import io.weft.server.options.OptionValues;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft health}. */
@Command(
    name = "health",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    header = "Tells whether an echo server answers, for health checks of containers.",
    description = {
      "",
      "Dials the server, ends its own side of the connection and waits for the end of the other: "
          + "that the kernel has taken the connection is not enough.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weft health tcp://127.0.0.1:7000",
      "  weft health --timeout 500ms unix:///run/echo.sock",
      "",
      "Exit codes: 0 normal; 1 when the server does not answer in time; 2 usage."
    })
final class HealthCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "URL",
      converter = OptionValues.Url.class,
      description = "Where the server listens, as weft echo --listen has it.")
  private @Nullable SocketUrl url;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "2s",
      converter = OptionValues.Time.class,
      description = "How long the answer may take: 500ms, 2s, 5m. Default: ${DEFAULT-VALUE}")
  private Duration timeout = Duration.ofSeconds(2);

  @Mixin private final CommonOptions common = new CommonOptions();

  HealthCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    assert url != null;
    DialConfig dial = DialConfig.DEFAULT.withTimeout(timeout);
    try (Net net = ServerModule.injector(console, common).getInstance(Net.class);
        Conn conn = url.dial(net, dial)) {
      conn.setTimeout(timeout);
      conn.closeWrite();
      if (conn.read(ByteBuffer.allocate(1)) >= 0) {
        throw new IOException(url + " sends what nobody asked for: it is no echo server");
      }
    }
    console.line("healthy: " + url + " answers");
    return ExitCode.OK;
  }
}
