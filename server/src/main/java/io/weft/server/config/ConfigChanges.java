package io.weft.server.config;

import io.weft.server.proxy.Targets;
import io.weft.server.upstream.UpstreamSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What differs between two configurations.
 *
 * @param summary in a line: {@code +1 listener, -2 upstreams}
 * @param fixed the keys that differ and cannot be changed while a process runs
 */
public record ConfigChanges(String summary, List<String> fixed) {
  /**
   * Compares configurations.
   *
   * @param first the one with which the process started
   * @param before the one that runs
   * @param after the one that is to run
   */
  public static ConfigChanges between(ServerConfig first, ServerConfig before, ServerConfig after) {
    List<String> parts = new ArrayList<>();
    count(parts, "service", byName(before), byName(after));
    count(parts, "listener", listeners(before), listeners(after));
    count(parts, "upstream", upstreams(before), upstreams(after));
    if (!before.drainTimeout().equals(after.drainTimeout())) {
      parts.add("drain-timeout changed");
    }
    if (!before.accessLog().where().equals(after.accessLog().where())) {
      parts.add("access-log changed");
    }
    String summary = parts.isEmpty() ? "no change" : String.join(", ", parts);
    return new ConfigChanges(summary, fixed(first, after));
  }

  private static List<String> fixed(ServerConfig first, ServerConfig after) {
    Map<String, Boolean> differs =
        Map.of(
            "poller",
            !first.net().poller().name().equals(after.net().poller().name()),
            "deny",
            !first.net().poller().denied().equals(after.net().poller().denied()),
            "loops",
            first.net().loops().count() != after.net().loops().count(),
            "scheduling",
            first.net().loops().scheduling() != after.net().loops().scheduling(),
            "admin",
            !Objects.equals(first.admin(), after.admin()));
    return differs.entrySet().stream()
        .filter(Map.Entry::getValue)
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /** Counts what is there only after, only before, and there in both but not the same. */
  private static void count(List<String> parts, String what, Map<?, ?> before, Map<?, ?> after) {
    add(parts, "+", what, except(after.keySet(), before.keySet()));
    add(parts, "-", what, except(before.keySet(), after.keySet()));
    Set<Object> both = new HashSet<>(before.keySet());
    both.retainAll(after.keySet());
    both.removeIf(key -> Objects.equals(before.get(key), after.get(key)));
    add(parts, "~", what, both.size());
  }

  private static int except(Set<?> all, Set<?> others) {
    Set<Object> rest = new HashSet<>(all);
    rest.removeAll(others);
    return rest.size();
  }

  private static void add(List<String> parts, String sign, String what, int count) {
    if (count > 0) {
      parts.add(sign + count + " " + what + (count == 1 ? "" : "s"));
    }
  }

  private static Map<String, Object> byName(ServerConfig config) {
    return config.services().stream()
        .collect(Collectors.toMap(ServiceConfig::name, ConfigChanges::rest));
  }

  // all of it but what is counted apart
  private static Object rest(ServiceConfig service) {
    return switch (service) {
      case ServiceConfig.Echo echo -> echo.type();
      case ServiceConfig.Proxy proxy ->
          List.of(
              proxy.type(),
              proxy.config().targets().pool(),
              proxy.config().targets().resolveInterval(),
              proxy.config().introduction(),
              proxy.config().timeouts(),
              proxy.config().limits());
    };
  }

  private static Map<Object, Object> listeners(ServerConfig config) {
    Map<Object, Object> all = new HashMap<>();
    for (ServiceConfig service : config.services()) {
      for (int i = 0; i < service.listen().size(); i++) {
        // free ports are not the same
        Object key = service.listen().get(i);
        all.put(all.containsKey(key) ? List.of(service.name(), i) : key, "");
      }
    }
    return all;
  }

  private static Map<Object, Object> upstreams(ServerConfig config) {
    Map<Object, Object> all = new HashMap<>();
    for (ServiceConfig service : config.services()) {
      if (service instanceof ServiceConfig.Proxy proxy) {
        Targets targets = proxy.config().targets();
        targets.upstreams().forEach(each -> put(all, service.name(), "", each));
        targets
            .byServerName()
            .forEach((name, some) -> some.forEach(each -> put(all, service.name(), name, each)));
      }
    }
    return all;
  }

  private static void put(
      Map<Object, Object> all, String service, String serverName, UpstreamSpec spec) {
    all.put(List.of(service, serverName, spec.name()), spec);
  }
}
