package io.weft.server.config;

import io.weft.NetConfig;
import io.weft.server.admin.AdminConfig;
import io.weft.server.notation.Durations;
import io.weft.server.options.AccessLogOption;
import io.weft.server.proxy.Targets;
import io.weft.server.upstream.UpstreamSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration file says.
 *
 * @param net how the net is made
 * @param drainTimeout how long a drain waits
 * @param accessLog where sessions are logged
 * @param admin where the process is asked how it is, and what it answers; null for nowhere
 * @param services at least one
 */
public record ServerConfig(
    NetConfig net,
    Duration drainTimeout,
    AccessLogOption accessLog,
    @Nullable AdminConfig admin,
    List<ServiceConfig> services) {
  /** Copies the list. */
  public ServerConfig {
    services = List.copyOf(services);
  }

  /** What would run, in lines for people. */
  public List<String> summary() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "poller=%s, scheduling=%s, loops=%s, drain-timeout=%s, access-log=%s, admin=%s"
            .formatted(
                net.poller().name(),
                net.loops().scheduling(),
                net.loops().count() == 0 ? "auto" : net.loops().count(),
                Durations.format(drainTimeout),
                accessLog.where(),
                admin == null ? "off" : admin.url()));
    for (ServiceConfig each : services) {
      each.listen().forEach(url -> lines.add(each.name() + ": " + each.type() + " on " + url));
      if (each instanceof ServiceConfig.Proxy proxy) {
        Targets targets = proxy.config().targets();
        targets.upstreams().forEach(to -> lines.add(line(each, "", to)));
        new TreeMap<>(targets.byServerName())
            .forEach((name, some) -> some.forEach(to -> lines.add(line(each, name + " ", to))));
      }
    }
    return List.copyOf(lines);
  }

  private static String line(ServiceConfig service, String serverName, UpstreamSpec upstream) {
    return "%s: %sto %s, weight=%d"
        .formatted(service.name(), serverName, upstream.name(), upstream.weight());
  }
}
