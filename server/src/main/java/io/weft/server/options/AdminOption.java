package io.weft.server.options;

import io.weft.server.admin.AdminConfig;
import io.weft.server.notation.SocketUrl;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where the process is asked how it is, and what it answers. */
public final class AdminOption {
  @Option(
      names = "--admin",
      paramLabel = "URL",
      converter = OptionValues.AdminUrl.class,
      description =
          "Where to answer by HTTP who asks how the process is: tcp://HOST:PORT or unix:///PATH. "
              + "An empty HOST is 127.0.0.1; nobody is asked for a password. Default: nowhere")
  private @Nullable SocketUrl url;

  @Option(
      names = "--ready-when",
      paramLabel = "WHAT",
      defaultValue = OptionValues.ReadyWhen.UPSTREAM,
      converter = OptionValues.ReadyWhen.class,
      description =
          "With --admin: when it answers that it is ready: upstream (each proxy has one that is "
              + "up) or serving (also without). Default: ${DEFAULT-VALUE}")
  private String readyWhen = OptionValues.ReadyWhen.UPSTREAM;

  /** What they say; null for nowhere. */
  public @Nullable AdminConfig config() {
    return url == null
        ? null
        : new AdminConfig(url, readyWhen.equals(OptionValues.ReadyWhen.UPSTREAM));
  }
}
