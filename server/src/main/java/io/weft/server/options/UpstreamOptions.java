package io.weft.server.options;

import io.weft.DialConfig;
import io.weft.server.proxy.Targets;
import io.weft.server.upstream.Balance;
import io.weft.server.upstream.EjectionConfig;
import io.weft.server.upstream.EscapedBytes;
import io.weft.server.upstream.HealthConfig;
import io.weft.server.upstream.PoolConfig;
import io.weft.server.upstream.UpstreamSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The options that say where sessions go. */
public final class UpstreamOptions {
  @Option(
      names = "--upstream",
      paramLabel = "URL[,weight=N]",
      converter = OptionValues.Upstream.class,
      description =
          "Where to forward to: tcp://HOST:PORT or unix:///PATH, as --listen has them. The weight,"
              + " to 1000, is its share of the sessions: 0 for no new ones, 1 if it is not said. "
              + "Repeatable.")
  private List<UpstreamSpec> upstreams = List.of();

  @Option(
      names = "--sni",
      paramLabel = "NAME=URL[,weight=N]",
      converter = OptionValues.NamedUpstream.class,
      description =
          "Where to forward TLS sessions to that ask for this server name, without ending TLS. "
              + "*.example.org stands for every name that ends so. All others, and what is not "
              + "TLS, go to --upstream; without one they are reset. Repeatable, also for one name.")
  private List<Map.Entry<String, UpstreamSpec>> named = List.of();

  @Option(
      names = "--balance",
      paramLabel = "HOW",
      defaultValue = "round-robin",
      converter = OptionValues.BalanceName.class,
      description =
          "How sessions are shared: round-robin, least-conn (fewest sessions for the weight), "
              + "source-hash (by the client's IP address) or random-two (the better of two drawn). "
              + "Default: ${DEFAULT-VALUE}")
  private Balance balance = Balance.ROUND_ROBIN;

  @Option(
      names = "--max-sessions",
      paramLabel = "N",
      converter = OptionValues.Count.class,
      description = "How many sessions each upstream has at a time. Default: any number")
  private int sessionsMax = UpstreamSpec.UNLIMITED;

  @Option(
      names = "--queue-timeout",
      paramLabel = "TIME",
      defaultValue = "5s",
      converter = OptionValues.Time.class,
      description =
          "How long a session waits when all upstreams are at --max-sessions, before it is reset; "
              + "0s for not at all. Default: ${DEFAULT-VALUE}")
  private Duration queueTimeout = Duration.ofSeconds(5);

  @Option(
      names = "--queue-length",
      paramLabel = "N",
      defaultValue = "1024",
      converter = OptionValues.CountOrNone.class,
      description = "How many sessions wait at a time at most. Default: ${DEFAULT-VALUE}")
  private int queueLengthMax = 1024;

  @Option(
      names = "--resolve-interval",
      paramLabel = "TIME",
      defaultValue = "30s",
      converter = OptionValues.Time.class,
      description =
          "How often the names of upstreams are looked up; each of a name's addresses is an "
              + "upstream of its own. 0s for a look-up at each connect. Default: ${DEFAULT-VALUE}")
  private Duration resolveInterval = Duration.ofSeconds(30);

  @Option(
      names = "--connect-timeout",
      paramLabel = "TIME",
      defaultValue = "5s",
      converter = OptionValues.PositiveTime.class,
      description = "How long a connection to an upstream may take. Default: ${DEFAULT-VALUE}")
  private Duration connectTimeout = Duration.ofSeconds(5);

  @Option(
      names = "--health-interval",
      paramLabel = "TIME",
      defaultValue = "2s",
      converter = OptionValues.Time.class,
      description =
          "How often each upstream is checked; a check may take as long, and 2s at least. 0s for "
              + "no checks. Default: ${DEFAULT-VALUE}")
  private Duration healthInterval = Duration.ofSeconds(2);

  @Option(
      names = "--health-rise",
      paramLabel = "N",
      defaultValue = "2",
      converter = OptionValues.Count.class,
      description =
          "How many checks in a row have to pass until an upstream is up. Default: "
              + "${DEFAULT-VALUE}")
  private int healthRise = 2;

  @Option(
      names = "--health-fall",
      paramLabel = "N",
      defaultValue = "3",
      converter = OptionValues.Count.class,
      description =
          "How many checks in a row have to fail until an upstream is down. Default: "
              + "${DEFAULT-VALUE}")
  private int healthFall = 3;

  @Option(
      names = "--health-send",
      paramLabel = "BYTES",
      converter = OptionValues.Bytes.class,
      description =
          "What a check sends once it has connected; \\r"
              + ", \\n"
              + ", \\t, \\0, \\\\ and \\xHH are escapes. Default: nothing")
  private EscapedBytes healthSend = EscapedBytes.NONE;

  @Option(
      names = "--health-expect",
      paramLabel = "BYTES",
      converter = OptionValues.Bytes.class,
      description =
          "How the answer to a check has to begin, with the same escapes. Default: to connect is "
              + "enough")
  private EscapedBytes healthExpect = EscapedBytes.NONE;

  /** What they say together. */
  public Targets targets() {
    return new Targets(
        pool(),
        limited(upstreams),
        named.stream()
            .collect(
                Collectors.groupingBy(
                    Map.Entry::getKey,
                    Collectors.mapping(
                        Map.Entry::getValue,
                        Collectors.collectingAndThen(Collectors.toList(), this::limited)))),
        resolveInterval);
  }

  private List<UpstreamSpec> limited(List<UpstreamSpec> specs) {
    return specs.stream().map(spec -> spec.withSessionsMax(sessionsMax)).toList();
  }

  private PoolConfig pool() {
    Duration patience = HealthConfig.DEFAULT.pace().timeout();
    Duration checkTimeout = healthInterval.compareTo(patience) > 0 ? healthInterval : patience;
    return new PoolConfig(
        balance,
        DialConfig.DEFAULT.withTimeout(connectTimeout),
        new PoolConfig.Queueing(queueTimeout, queueLengthMax),
        new HealthConfig(
            new HealthConfig.Pace(healthInterval, healthInterval, checkTimeout),
            new HealthConfig.Thresholds(healthRise, healthFall),
            healthSend,
            healthExpect,
            HealthConfig.DEFAULT.preamble()),
        EjectionConfig.DEFAULT);
  }
}
