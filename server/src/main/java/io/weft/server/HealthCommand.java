package io.weft.server;

import io.weft.AddressException;
import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.Net;
import io.weft.server.notation.SocketUrl;
import io.weft.server.options.CommonOptions;
import io.weft.server.options.OptionValues;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weft health}. */
@Command(
    name = "health",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    header = "Tells whether a server is well, for health checks of containers.",
    description = {
      "",
      "With --admin, asks the server's admin endpoint whether it is ready.",
      "",
      "Else dials an echo server, ends its own side of the connection and waits for the end of the "
          + "other: that the kernel has taken the connection is not enough.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weft health --admin tcp://127.0.0.1:9090",
      "  weft health tcp://127.0.0.1:7000",
      "  weft health --timeout 500ms unix:///run/echo.sock",
      "",
      "Exit codes: 0 normal; 1 when the server is not ready, or does not answer in time; 2 usage."
    })
final class HealthCommand implements Callable<Integer> {
  private static final int ANSWER_BYTES_MAX = 4096;

  private final Console console;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--admin",
      paramLabel = "URL",
      converter = OptionValues.AdminUrl.class,
      description = "The server's admin endpoint, as its own --admin has it: tcp://HOST:PORT.")
  private @Nullable SocketUrl admin;

  @Parameters(
      arity = "0..1",
      paramLabel = "URL",
      converter = OptionValues.Url.class,
      description = "Where an echo server listens, as weft echo --listen has it.")
  private @Nullable SocketUrl echo;

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
    SocketUrl asked = admin == null ? echo : admin;
    if (asked == null || (admin != null && echo != null)) {
      assert spec != null;
      throw new ParameterException(
          spec.commandLine(), "use either --admin URL or the URL of an echo server");
    }
    console.line(admin == null ? echo(asked) : readiness(asked));
    return ExitCode.OK;
  }

  private String echo(SocketUrl url) throws IOException {
    DialConfig dial = DialConfig.DEFAULT.withTimeout(timeout);
    try (Net net = ServerModule.injector(console, common).getInstance(Net.class);
        Conn conn = url.dial(net, dial)) {
      conn.setTimeout(timeout);
      conn.closeWrite();
      if (conn.read(ByteBuffer.allocate(1)) >= 0) {
        throw new IOException(url + " sends what nobody asked for: it is no echo server");
      }
    }
    return "healthy: " + url + " answers";
  }

  private String readiness(SocketUrl url) throws IOException {
    if (!url.network().isTcp()) {
      throw new AddressException(url + ": use tcp://HOST:PORT with --admin");
    }
    URL page = URI.create("http://" + url.address() + "/readyz").toURL();
    HttpURLConnection http = (HttpURLConnection) page.openConnection(Proxy.NO_PROXY);
    int millis = Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE);
    http.setConnectTimeout(millis);
    http.setReadTimeout(millis);
    try {
      int status = http.getResponseCode();
      boolean ready = status == HttpURLConnection.HTTP_OK;
      String answer = text(ready ? http.getInputStream() : http.getErrorStream());
      if (!ready) {
        throw new IOException(url + " answers " + status + ": " + answer);
      }
      return "healthy: " + url + " answers: " + answer;
    } finally {
      http.disconnect();
    }
  }

  private static String text(@Nullable InputStream answer) throws IOException {
    if (answer == null) {
      return "nothing";
    }
    byte[] bytes = answer.readNBytes(ANSWER_BYTES_MAX);
    return new String(bytes, StandardCharsets.UTF_8).lines().findFirst().orElse("nothing");
  }
}
