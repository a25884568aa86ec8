package io.weft.server.upstream;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The checks of a pool's upstreams, each on a thread of its own. Guarded by the pool's lock. */
final class Checkers {
  private HealthConfig config;
  private final Ports ports;
  private final Checker.Judge judge;
  private HealthCheck check;
  private final Map<Upstream, Checker> running = new HashMap<>();
  private boolean started;

  Checkers(HealthConfig config, Ports ports, Checker.Judge judge) {
    this.config = config;
    this.ports = ports;
    this.judge = judge;
    this.check = new HealthCheck(config, ports.dialer(), ports.time());
  }

  void start(Collection<Upstream> live) {
    started = true;
    follow(live);
  }

  /** Checks in another way: what runs ends. */
  void configure(HealthConfig changed) {
    config = changed;
    check = new HealthCheck(config, ports.dialer(), ports.time());
    running.values().forEach(Checker::stop);
    running.clear();
  }

  /** From now on, once it is started, these are checked and no others. */
  void follow(Collection<Upstream> live) {
    Set<Upstream> wanted = started && !config.isOff() ? Set.copyOf(live) : Set.of();
    running.values().stream()
        .filter(each -> !wanted.contains(each.upstream()))
        .forEach(Checker::stop);
    running.keySet().retainAll(wanted);
    wanted.forEach(each -> running.computeIfAbsent(each, this::begin));
  }

  void stop() {
    started = false;
    follow(List.of());
  }

  /** Whether it has not been stopped: what it says of its upstream holds. */
  boolean isRunning(Checker checker) {
    return running.get(checker.upstream()) == checker;
  }

  private Checker begin(Upstream upstream) {
    Checker checker = new Checker(upstream, check, ports.time(), judge);
    ports.threads().accept(checker);
    return checker;
  }
}
