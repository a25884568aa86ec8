package io.weft.server.options;

import java.time.Duration;
import picocli.CommandLine.Option;

/** The option that says how long a drain waits. */
public final class DrainOption {
  @Option(
      names = "--drain-timeout",
      paramLabel = "TIME",
      defaultValue = "30s",
      converter = OptionValues.Time.class,
      description =
          "How long a drain waits for conversations: 500ms, 2s, 5m. Sessions of a proxy that go on "
              + "are then reset within a fifth of it. Default: ${DEFAULT-VALUE}")
  private Duration drainTimeout = Duration.ofSeconds(30);

  /** How long. */
  public Duration timeout() {
    return drainTimeout;
  }
}
