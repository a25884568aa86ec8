package io.weft.bench.side;

import io.weft.bench.load.Plan;
import io.weft.bench.load.Sample;
import io.weft.bench.load.Workload;
import io.weft.bench.report.Figure;
import io.weft.bench.report.Measurement;
import io.weft.bench.report.Scenario;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;

/**
 * One candidate under one load, once: a fresh server and a fresh load, so that no compiled code and
 * no heap is older than another's.
 *
 * @param scenario what it is called
 * @param plan the load
 * @param settings how long, on which CPUs
 * @param countsSyscalls whether perf works here
 */
record Trial(Scenario scenario, Plan plan, Settings settings, boolean countsSyscalls) {
  private static final double MICROS = 1e3;
  private static final double MEGA = 1e6;
  private static final double MEBI = 1024 * 1024;
  private static final int CONNECTIONS_THAT_WEIGH = 1_000;

  /** Runs it. A candidate that fails is a result, too. */
  Measurement run(Candidate candidate, int round) throws InterruptedException {
    try (ServerProcess server = new ServerProcess(candidate, settings.serverCpus())) {
      warmUp().beforehand(server);
      try (LoadProcess load = new LoadProcess(plan.on(server.port()), settings.loadCpus())) {
        return measure(candidate, round, server, load);
      }
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.toString() : e.getMessage();
      return Measurement.failed(scenario, candidate.name(), round, reason);
    }
  }

  private Measurement measure(
      Candidate candidate, int round, ServerProcess server, LoadProcess load)
      throws IOException, InterruptedException {
    Usage start = Usage.of(server.pid());
    load.open();
    if (plan.workload() != Workload.IDLE) {
      warmUp().run(server, load);
    }
    Usage before = Usage.of(server.pid());
    Sample sample = load.run(settings.time());
    Usage after = Usage.of(server.pid());
    Map<Figure, Double> figures = figures(sample, before, after);
    if (plan.connections() >= CONNECTIONS_THAT_WEIGH) {
      figures.put(
          Figure.RSS_PER_CONNECTION,
          (after.residentBytes() - start.residentBytes()) / (double) plan.connections());
    }
    if (round == 1 && plan.workload() != Workload.IDLE) {
      count(candidate, server, load, figures);
    }
    return new Measurement(
        scenario, candidate.name(), round, figures, sample.latencyMicros(), null);
  }

  private Map<Figure, Double> figures(Sample sample, Usage before, Usage after) {
    Map<Figure, Double> figures = new EnumMap<>(Figure.class);
    double micros = sample.elapsedNanos() / MICROS;
    double cpu = after.cpuMicrosSince(before);
    double user = after.userMicros() - before.userMicros();
    figures.put(Figure.RSS, after.residentBytes() / MEBI);
    figures.put(Figure.SERVER_LOAD, cpu / micros);
    figures.put(Figure.LOAD_LOAD, sample.cpuNanos() / MICROS / micros);
    double work = plan.work(sample);
    if (work > 0) {
      figures.put(Figure.RATE, work / micros * MEGA);
      figures.put(Figure.USER, user / work);
      figures.put(Figure.SYSTEM, (cpu - user) / work);
      figures.put(Figure.CPU, cpu / work);
      figures.put(Figure.SWITCHES, (after.switches() - before.switches()) / work);
    }
    if (!sample.latencyMicros().isEmpty()) {
      figures.put(Figure.P50, latency(sample, 50.0));
      figures.put(Figure.P99, latency(sample, 99.0));
      figures.put(Figure.P999, latency(sample, 99.9));
    }
    return figures;
  }

  private static double latency(Sample sample, double percentile) {
    return sample.latencyMicros().get(Sample.PERCENTILES.indexOf(percentile));
  }

  private WarmUp warmUp() {
    return new WarmUp(plan, settings);
  }

  /** What counting disturbs is counted apart: these figures change little from round to round. */
  private void count(
      Candidate candidate, ServerProcess server, LoadProcess load, Map<Figure, Double> figures)
      throws IOException, InterruptedException {
    if (countsSyscalls) {
      try (SyscallCount count = new SyscallCount(server.pid(), settings.loadCpus())) {
        double work = plan.work(load.run(settings.countTime()));
        figures.put(Figure.SYSCALLS, count.end() / work);
      }
    }
    if (candidate.java()) {
      try (Allocation allocation = new Allocation(server.pid())) {
        long first = allocation.bytes();
        long before = allocation.bytes();
        double work = plan.work(load.run(settings.countTime()));
        // what asking itself allocates is known from asking twice
        figures.put(
            Figure.ALLOCATED, Math.max(0, allocation.bytes() - before - (before - first)) / work);
      }
    }
  }
}
