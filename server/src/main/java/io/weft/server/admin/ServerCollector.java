package io.weft.server.admin;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.weft.LoopCounts;
import io.weft.Net;
import io.weft.server.proxy.RouteStatus;
import io.weft.server.service.Server;
import io.weft.server.service.Service;
import io.weft.server.upstream.UpstreamStatus;
import io.weft.server.upstream.UpstreamStatus.State;
import io.weft.server.upstream.UpstreamStatus.Totals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** What the server is at this moment, looked at whenever somebody asks. */
final class ServerCollector implements MultiCollector {
  private final Sight sight;
  private final Server server;

  ServerCollector(Sight sight) {
    this.sight = sight;
    this.server = sight.server();
  }

  @Override
  public MetricSnapshots collect() {
    List<MetricSnapshot> all = new ArrayList<>();
    process(all);
    services(all);
    upstreams(all);
    return new MetricSnapshots(all);
  }

  private void process(List<MetricSnapshot> all) {
    Net net = server.net();
    all.add(
        info(
            "weft",
            "The version of the server, and of its JDK",
            Labels.of("version", sight.version(), "jdk", Runtime.version().toString())));
    all.add(
        info(
            "weft_poller",
            "Which poller serves the connections, what carries the virtual threads, and why",
            Labels.of(
                "poller",
                net.poller().name(),
                "reason",
                net.poller().reason(),
                "scheduling",
                net.scheduling().toString(),
                "scheduling_reason",
                net.schedulingReason())));
    all.add(gauge("weft_loops", "Event loops", Map.of(Labels.EMPTY, (long) net.loops())));
    all.add(
        gauge(
            "weft_ready",
            "Whether the server should be sent connections: what /readyz says",
            Map.of(Labels.EMPTY, sight.readiness().obstacles().isEmpty() ? 1L : 0L)));
    loops(all, net.loopCounts());
    Map<Labels, Long> failures = new TreeMap<>();
    sight
        .watch()
        .acceptFailures()
        .forEach(
            (failure, count) ->
                failures.put(
                    Labels.of("listener", failure.listener(), "error", failure.error()),
                    count.sum()));
    all.add(counter("weft_accept_failures", "Accepts that failed", failures));
    Map<Labels, Long> stalls = new TreeMap<>();
    sight
        .watch()
        .stalls()
        .forEach((loop, count) -> stalls.put(Labels.of("loop", loop), count.sum()));
    all.add(
        counter("weft_loop_stalls", "How often a loop made no turn for a second or more", stalls));
  }

  private static void loops(List<MetricSnapshot> all, List<LoopCounts> counts) {
    Map<Labels, LoopCounts> loops = new TreeMap<>();
    Map<Labels, Long> shortages = new TreeMap<>();
    for (LoopCounts loop : counts) {
      Labels name = Labels.of("loop", loop.loop());
      loops.put(name, loop);
      loop.shortages().forEach((what, count) -> shortages.put(name.add("of", what), count));
    }
    all.add(
        counter(
            "weft_loop_polls",
            "Looks at the poller, waiting or not",
            each(loops, LoopCounts::polls)));
    all.add(
        counter(
            "weft_loop_events",
            "Events that a loop was given, wake-ups among them",
            each(loops, LoopCounts::events)));
    all.add(
        counter("weft_poller_shortages", "How often a poller was short of something", shortages));
  }

  private void services(List<MetricSnapshot> all) {
    Map<Labels, Long> open = new TreeMap<>();
    Map<Labels, Long> waiting = new TreeMap<>();
    for (Service service : server.leaving()) {
      open.merge(typed(service), (long) service.openCount(), Long::sum);
    }
    for (Service service : server.services()) {
      open.merge(typed(service), (long) service.openCount(), Long::sum);
      for (RouteStatus route : Views.routes(service)) {
        waiting.put(
            Labels.of("service", service.name(), "sni", route.serverName()),
            (long) route.waiting());
      }
    }
    all.add(gauge("weft_sessions_open", "Sessions, or connections, that go on", open));
    all.add(gauge("weft_sessions_waiting", "Sessions that wait for a slot", waiting));
  }

  private static Labels typed(Service service) {
    return Labels.of("service", service.name(), "type", service.type());
  }

  private void upstreams(List<MetricSnapshot> all) {
    Map<Labels, UpstreamStatus> found = new TreeMap<>();
    for (Service service : server.services()) {
      for (RouteStatus route : Views.routes(service)) {
        for (UpstreamStatus each : route.upstreams()) {
          found.put(
              Labels.of(
                  "service",
                  service.name(),
                  "sni",
                  route.serverName(),
                  "upstream",
                  each.spec().name(),
                  "address",
                  each.spec().network() + "://" + each.spec().address()),
              each);
        }
      }
    }
    Map<Labels, Long> states = new TreeMap<>();
    found.forEach(
        (labels, status) ->
            Stream.of(State.values())
                .forEach(
                    state ->
                        states.put(
                            labels.add("state", Views.word(state)),
                            status.state() == state ? 1L : 0L)));
    all.add(gauge("weft_upstream_state", "1 for the state that an upstream is in", states));
    all.add(
        gauge(
            "weft_upstream_sessions_open",
            "Sessions with an upstream",
            each(found, UpstreamStatus::active)));
    all.add(
        gauge(
            "weft_upstream_weight",
            "An upstream's share of the sessions",
            each(found, status -> status.spec().weight())));
    Map<Labels, Totals> totals = new TreeMap<>();
    found.forEach((labels, status) -> totals.put(labels, status.totals()));
    all.add(
        counter(
            "weft_upstream_connects",
            "Connections made for sessions",
            each(totals, Totals::connects)));
    all.add(
        counter(
            "weft_upstream_connect_failures",
            "Dials for sessions that failed",
            each(totals, Totals::connectFailures)));
    all.add(
        counter(
            "weft_upstream_early_resets",
            "Connections reset before they brought a byte",
            each(totals, Totals::earlyResets)));
    all.add(
        counter(
            "weft_upstream_ejections",
            "How often an upstream was left alone for a while",
            each(totals, Totals::ejections)));
  }

  private static <T> Map<Labels, Long> each(Map<Labels, T> all, ToLongFunction<T> value) {
    Map<Labels, Long> values = new TreeMap<>();
    all.forEach((labels, one) -> values.put(labels, value.applyAsLong(one)));
    return values;
  }

  private static MetricSnapshot info(String name, String help, Labels labels) {
    return InfoSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(InfoDataPointSnapshot.builder().labels(labels).build())
        .build();
  }

  private static MetricSnapshot gauge(String name, String help, Map<Labels, Long> values) {
    GaugeSnapshot.Builder family = GaugeSnapshot.builder().name(name).help(help);
    values.forEach(
        (labels, value) ->
            family.dataPoint(GaugeDataPointSnapshot.builder().labels(labels).value(value).build()));
    return family.build();
  }

  private static MetricSnapshot counter(String name, String help, Map<Labels, Long> values) {
    CounterSnapshot.Builder family = CounterSnapshot.builder().name(name).help(help);
    values.forEach(
        (labels, value) ->
            family.dataPoint(
                CounterDataPointSnapshot.builder().labels(labels).value(value).build()));
    return family.build();
  }
}
