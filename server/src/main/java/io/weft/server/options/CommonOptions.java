package io.weft.server.options;

import io.weft.NetConfig;
import io.weft.Scheduling;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that every command has: how the net is made, and how much is logged. */
public final class CommonOptions {
  @Option(
      names = "--poller",
      paramLabel = "NAME",
      defaultValue = NetConfig.AUTO,
      converter = OptionValues.PollerName.class,
      description =
          "Which poller serves the connections: auto, io_uring, epoll or nio; auto takes the best "
              + "one that works here. Default: ${DEFAULT-VALUE}")
  private String poller = NetConfig.AUTO;

  @Option(
      names = "--deny",
      paramLabel = "NAME",
      converter = OptionValues.DeniedName.class,
      description = "A poller that must not be taken: io_uring, epoll or nio. Repeatable.")
  private List<String> denied = List.of();

  @Option(
      names = "--loops",
      paramLabel = "N",
      defaultValue = "0",
      converter = OptionValues.LoopCount.class,
      description =
          "How many event loops run, 1 to 1024; 0 chooses: one per CPU when loops carry the "
              + "virtual threads, one per four CPUs when they only wait. Default: ${DEFAULT-VALUE}")
  private int loops;

  @Option(
      names = "--scheduling",
      paramLabel = "KIND",
      defaultValue = "auto",
      converter = OptionValues.SchedulingName.class,
      description =
          "What carries the virtual threads: on-loop (the event loops themselves), jdk (the JDK's "
              + "scheduler) or auto (on-loop where it is possible). Default: ${DEFAULT-VALUE}")
  private Scheduling scheduling = Scheduling.AUTO;

  @Option(
      names = {"-v", "--verbose"},
      description = "Log to standard error what each connection met.")
  private boolean verbose;

  /** Whether much is to be logged. */
  public boolean isVerbose() {
    return verbose;
  }

  /** How the net is made. */
  public NetConfig net() {
    return NetConfig.DEFAULT
        .withPoller(poller)
        .withDenied(denied.toArray(String[]::new))
        .withLoops(loops)
        .withScheduling(scheduling);
  }
}
