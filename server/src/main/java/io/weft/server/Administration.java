package io.weft.server;

import io.weft.NetConfig;
import io.weft.server.admin.Admin;
import io.weft.server.admin.AdminConfig;
import io.weft.server.admin.Metrics;
import io.weft.server.admin.NetWatch;
import io.weft.server.proxy.AccessLog;
import io.weft.server.service.Server;
import jakarta.inject.Inject;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The admin endpoint, once it is asked for; until then nothing is counted. Owned by the thread that
 * starts the server.
 */
final class Administration implements AutoCloseable {
  private final Server server;
  private final NetConfig net;
  private final NetWatch watch;
  private final Console console;
  private @Nullable Metrics metrics;
  private @Nullable Admin admin;

  @Inject
  Administration(Server server, NetConfig net, NetWatch watch, Console console) {
    this.server = server;
    this.net = net;
    this.watch = watch;
    this.console = console;
  }

  /**
   * Opens it, before services are made: so that their sessions are counted, and that it is seen
   * when they do not start.
   *
   * @param config null for none
   */
  void open(@Nullable AdminConfig config) throws IOException {
    if (config == null) {
      return;
    }
    Metrics counted = new Metrics();
    metrics = counted;
    Admin opened =
        Admin.open(config, server, net, new Admin.Counts(counted, watch, Version.text()));
    admin = opened;
    console.line("ready: admin on " + opened.url());
    if (opened.isOpenToOthers()) {
      console.error(
          "warning: whoever reaches this machine may read all of "
              + opened.url()
              + " (use an address of 127.0.0.1 or a unix socket)");
    }
  }

  /** Has the sessions of a service counted on their way to its log. */
  AccessLog counting(String service, AccessLog log) {
    return metrics == null ? log : metrics.counting(service, log);
  }

  @Override
  public void close() {
    if (admin != null) {
      admin.close();
    }
    if (metrics != null) {
      metrics.close();
    }
  }
}
