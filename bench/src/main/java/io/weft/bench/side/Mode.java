package io.weft.bench.side;

import io.weft.bench.load.Plan;
import io.weft.bench.load.Workload;
import io.weft.bench.report.Scenario;
import java.util.List;

/**
 * A kind of load, on one or more numbers of connections.
 *
 * @param name on the command line
 * @param description what it is
 * @param workload what the load does
 * @param sizeBytes of a request
 * @param depth requests at once on a connection
 * @param connections how many, unless the command line says otherwise
 * @param work what the figures are per
 */
record Mode(
    String name,
    String description,
    Workload workload,
    int sizeBytes,
    int depth,
    List<Integer> connections,
    String work) {
  private static final List<Integer> SCALE = List.of(1, 64, 1_000, 10_000);

  static final List<Mode> ALL =
      List.of(
          new Mode(
              "pingpong-64B",
              "requests of 64 bytes, each after the answer to the last",
              Workload.CLOSED_LOOP,
              64,
              1,
              SCALE,
              "request"),
          new Mode(
              "pingpong-4KiB",
              "the same with 4 KiB",
              Workload.CLOSED_LOOP,
              4_096,
              1,
              SCALE,
              "request"),
          new Mode(
              "pipeline-16",
              "sixteen requests of 64 bytes at once",
              Workload.CLOSED_LOOP,
              64,
              16,
              List.of(64),
              "request"),
          new Mode(
              "rate-64B",
              "requests of 64 bytes at a fixed rate; latency from the instant fixed",
              Workload.FIXED_RATE,
              64,
              1,
              List.of(64),
              "request"),
          new Mode(
              "fanout-64B",
              "64 bytes to all connections at one instant; latency from that instant",
              Workload.BURST,
              64,
              1,
              List.of(1_000),
              "request"),
          new Mode(
              "stream-64KiB",
              "64 KiB after 64 KiB, both ways at once",
              Workload.STREAM,
              64 * 1024,
              1,
              List.of(16),
              "MB"),
          new Mode(
              "churn-64B",
              "connect, one request of 64 bytes, reset",
              Workload.CHURN,
              64,
              1,
              List.of(64),
              "connection"),
          new Mode(
              "idle",
              "connections that have had one request, and are silent",
              Workload.IDLE,
              64,
              1,
              List.of(10_000),
              ""));

  Plan plan(int connectionCount, int ratePerSecond) {
    return new Plan(workload, 1, connectionCount, sizeBytes, depth, ratePerSecond);
  }

  Scenario scenario(int connectionCount) {
    return new Scenario(name, connectionCount, work, workload == Workload.FIXED_RATE);
  }
}
