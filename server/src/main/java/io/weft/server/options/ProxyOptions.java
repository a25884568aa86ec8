package io.weft.server.options;

import io.weft.server.notation.SocketUrl;
import io.weft.server.proxy.ProxyConfig;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options of a proxy. */
public final class ProxyOptions {
  @Option(
      names = "--listen",
      paramLabel = "URL",
      required = true,
      converter = OptionValues.StreamUrl.class,
      description =
          "Where to listen: tcp://HOST:PORT, tcp4://HOST:PORT, tcp6://HOST:PORT, unix:///PATH or "
              + "unix://@NAME (abstract). An empty HOST is every address, port 0 a free one. "
              + "Repeatable.")
  private List<SocketUrl> urls = List.of();

  @ArgGroup(exclusive = false, validate = false, heading = "%nUpstreams:%n")
  private UpstreamOptions upstreams = new UpstreamOptions();

  @ArgGroup(exclusive = false, validate = false, heading = "%nSessions:%n")
  private SessionOptions sessions = new SessionOptions();

  /** The objects that have the options, each of them once. */
  public List<Object> parts() {
    return List.of(upstreams, sessions, this);
  }

  /**
   * What they say together.
   *
   * @throws IllegalArgumentException naming what does not go together
   */
  public ProxyConfig config() {
    return new ProxyConfig(
        urls, upstreams.targets(), sessions.introduction(), sessions.timeouts(), sessions.limits());
  }
}
