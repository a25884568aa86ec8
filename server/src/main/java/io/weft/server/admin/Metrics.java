package io.weft.server.admin;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.weft.server.proxy.AccessLog;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What is counted, in Prometheus' words. Sessions are counted as their lines in the log are. */
public final class Metrics implements AutoCloseable {
  /** What Prometheus asks for, and gets. */
  static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics gc = new JvmGcMetrics();
  private final Map<String, SessionMeters> sessions = new ConcurrentHashMap<>();

  /** Counts from zero. */
  public Metrics() {
    List<MeterBinder> process =
        List.of(
            gc,
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new FileDescriptorMetrics(),
            new ProcessorMetrics(),
            new UptimeMetrics());
    process.forEach(each -> each.bindTo(registry));
  }

  /** Counts the sessions of a service on their way to its log, which stays open. */
  public AccessLog counting(String service, AccessLog log) {
    SessionMeters meters =
        sessions.computeIfAbsent(service, name -> new SessionMeters(registry, name));
    return session -> {
      meters.count(session);
      log.ended(session);
    };
  }

  /** Those of a service, if it has sessions that are counted. */
  Optional<SessionMeters> sessionsOf(String service) {
    return Optional.ofNullable(sessions.get(service));
  }

  /** From now on this is asked for more whenever somebody asks. */
  void add(MultiCollector more) {
    registry.getPrometheusRegistry().register(more);
  }

  String scrape() {
    return registry.scrape(TYPE);
  }

  @Override
  public void close() {
    gc.close();
    registry.close();
  }
}
