package io.weft.server.options;

import io.weft.server.notation.SocketUrl;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of an echo server. */
public final class EchoOptions {
  @Option(
      names = "--listen",
      paramLabel = "URL",
      required = true,
      converter = OptionValues.Url.class,
      description =
          "Where to listen: tcp://HOST:PORT, tcp4://HOST:PORT, tcp6://HOST:PORT, unix:///PATH, "
              + "unix://@NAME (abstract) or unixpacket:///PATH. An empty HOST is every address, "
              + "port 0 a free one. Repeatable.")
  private List<SocketUrl> urls = List.of();

  /** Where to listen. */
  public List<SocketUrl> listen() {
    return urls;
  }
}
