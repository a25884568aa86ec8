package io.weft.server.options;

import io.weft.server.proxy.Introduction;
import io.weft.server.proxy.Limits;
import io.weft.server.proxy.Timeouts;
import io.weft.server.wire.PeerNetwork;
import io.weft.server.wire.ProxyVersion;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what sessions may do. */
public final class SessionOptions {
  @Option(
      names = "--connect-retries",
      paramLabel = "N",
      defaultValue = "3",
      converter = OptionValues.CountOrNone.class,
      description =
          "How many other upstreams a session tries when one cannot be reached; nothing of it has "
              + "been sent then. Default: ${DEFAULT-VALUE}")
  private int connectRetries = 3;

  @Option(
      names = "--idle-timeout",
      paramLabel = "TIME",
      defaultValue = "60m",
      converter = OptionValues.Time.class,
      description =
          "How long a session may go without a byte in either direction, before both sides get "
              + "the end of the stream; noticed late by a quarter at most. 0s for ever. Default: "
              + "${DEFAULT-VALUE}")
  private Duration idleTimeout = Duration.ofHours(1);

  @Option(
      names = "--half-close-timeout",
      paramLabel = "TIME",
      defaultValue = "60s",
      converter = OptionValues.Time.class,
      description =
          "The same once one side has ended, after which both are reset: how long to wait for the "
              + "answer to a question that is complete. Default: ${DEFAULT-VALUE}")
  private Duration halfCloseTimeout = Duration.ofMinutes(1);

  @Option(
      names = "--lifetime",
      paramLabel = "TIME",
      defaultValue = "0s",
      converter = OptionValues.Time.class,
      description =
          "How long a session may last, busy or not, before both sides are reset. 0s for ever. "
              + "Default: ${DEFAULT-VALUE}")
  private Duration lifetime = Duration.ZERO;

  @Option(
      names = "--max-connections",
      paramLabel = "N",
      converter = OptionValues.Count.class,
      description =
          "How many clients are served at a time; all others wait in the kernel's queue, as long "
              + "as that has room. Default: any number")
  private int connectionsMax = Limits.UNLIMITED;

  @Option(
      names = "--max-connections-per-listener",
      paramLabel = "N",
      converter = OptionValues.Count.class,
      description = "The same for each --listen. Default: any number")
  private int listenerConnectionsMax = Limits.UNLIMITED;

  @Option(
      names = "--accept-proxy",
      paramLabel = "CIDR",
      converter = OptionValues.Peers.class,
      description =
          "From whom a PROXY header, of version 1 or 2, is required: 10.0.0.0/8, ::1, or unix for "
              + "unix sockets. What others send is not looked at. Repeatable.")
  private List<PeerNetwork> acceptProxy = List.of();

  @Option(
      names = "--accept-proxy-timeout",
      paramLabel = "TIME",
      defaultValue = "5s",
      converter = OptionValues.PositiveTime.class,
      description = "How long such a header may take. Default: ${DEFAULT-VALUE}")
  private Duration headerTimeout = Duration.ofSeconds(5);

  @Option(
      names = "--sni-timeout",
      paramLabel = "TIME",
      defaultValue = "5s",
      converter = OptionValues.PositiveTime.class,
      description =
          "With --sni: how long a client may take to say a server name. Default: "
              + "${DEFAULT-VALUE}")
  private Duration sniTimeout = Duration.ofSeconds(5);

  @Option(
      names = "--send-proxy",
      paramLabel = "VERSION",
      converter = OptionValues.HeaderVersion.class,
      description =
          "Tell upstreams where sessions come from, by a PROXY header: v1 or v2. Default: none")
  private @Nullable ProxyVersion sendProxy;

  public Introduction introduction() {
    return new Introduction(acceptProxy, headerTimeout, sniTimeout, sendProxy);
  }

  public Timeouts timeouts() {
    return new Timeouts(idleTimeout, halfCloseTimeout, lifetime);
  }

  public Limits limits() {
    return new Limits(connectionsMax, listenerConnectionsMax, connectRetries);
  }
}
