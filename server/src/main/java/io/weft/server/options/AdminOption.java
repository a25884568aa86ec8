package io.weft.server.options;

import io.weft.server.address.SocketUrl;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says where the process is asked how it is. */
public final class AdminOption {
  @Option(
      names = "--admin",
      paramLabel = "URL",
      converter = OptionValues.AdminUrl.class,
      description =
          "Where to answer who asks how the process is: tcp://HOST:PORT or unix:///PATH. An empty "
              + "HOST is 127.0.0.1. Default: nowhere")
  private @Nullable SocketUrl url;

  /** Where; null for nowhere. */
  public @Nullable SocketUrl url() {
    return url;
  }
}
