package io.weft.bench.load;

import java.lang.management.ManagementFactory;
import java.util.List;
import org.HdrHistogram.Histogram;

/** What is counted while a phase runs. Belongs to the load's thread. */
final class Tally {
  private static final long NANOS_MAX = 60_000_000_000L;
  private static final int DIGITS = 3;

  long requests;
  long bytes;
  long corruptBytes;

  private final com.sun.management.ThreadMXBean threads =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Histogram latencies = new Histogram(1, NANOS_MAX, DIGITS);
  private long startNanos;
  private long startCpuNanos;
  private long startAllocatedBytes;

  void begin(long nowNanos) {
    requests = 0;
    bytes = 0;
    corruptBytes = 0;
    latencies.reset();
    startNanos = nowNanos;
    startCpuNanos = threads.getCurrentThreadCpuTime();
    startAllocatedBytes = threads.getCurrentThreadAllocatedBytes();
  }

  /** Counts one answer that took so long. */
  void answered(long latencyNanos) {
    requests++;
    latencies.recordValue(Math.clamp(latencyNanos, 1, NANOS_MAX));
  }

  Sample end(long nowNanos) {
    long allocatedBytes = threads.getCurrentThreadAllocatedBytes() - startAllocatedBytes;
    long cpuNanos = threads.getCurrentThreadCpuTime() - startCpuNanos;
    List<Double> micros =
        latencies.getTotalCount() == 0
            ? List.of()
            : Sample.PERCENTILES.stream()
                .map(percent -> latencies.getValueAtPercentile(percent) / 1e3)
                .toList();
    return new Sample(
        requests, bytes, corruptBytes, nowNanos - startNanos, micros, cpuNanos, allocatedBytes);
  }
}
