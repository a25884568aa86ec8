package io.weft.bench.side;

import io.weft.bench.load.Plan;
import io.weft.bench.load.Workload;
import java.io.IOException;
import java.time.Duration;

/**
 * Loads a server until requests cost no less CPU time than before: how long that takes depends on
 * what its virtual machine has to compile.
 *
 * @param plan the load that is measured afterwards
 * @param settings the longest that is waited, and where
 */
record WarmUp(Plan plan, Settings settings) {
  private static final Duration PHASE = Duration.ofMillis(500);
  private static final int STEADY_PHASES = 2;
  private static final double STEADY = 0.95;
  private static final int BUSY_CONNECTIONS = 64;

  /** Before a load that does not keep the server busy: its code would never be compiled. */
  void beforehand(ServerProcess server) throws IOException, InterruptedException {
    if (plan.workload() == Workload.CLOSED_LOOP && plan.connections() >= BUSY_CONNECTIONS) {
      return;
    }
    Plan busy =
        new Plan(
            Workload.CLOSED_LOOP,
            server.port(),
            BUSY_CONNECTIONS,
            plan.sizeBytes(),
            plan.depth(),
            plan.ratePerSecond());
    try (LoadProcess load = new LoadProcess(busy, settings.loadCpus())) {
      load.open();
      run(server, load);
    }
  }

  /** Runs a load until the server is steady, or the longest warm-up has passed. */
  void run(ServerProcess server, LoadProcess load) throws IOException, InterruptedException {
    double least = Double.MAX_VALUE;
    int steady = 0;
    Duration spent = Duration.ZERO;
    while (steady < STEADY_PHASES && spent.compareTo(settings.warm()) < 0) {
      Usage before = Usage.of(server.pid());
      double work = plan.work(load.run(PHASE));
      double cost = Usage.of(server.pid()).cpuMicrosSince(before) / work;
      steady = cost > least * STEADY ? steady + 1 : 0;
      least = Math.min(least, cost);
      spent = spent.plus(PHASE);
    }
  }
}
