package io.weft.bench.load;

/**
 * What to load, and how.
 *
 * @param workload what is done
 * @param port where an echo server listens, on 127.0.0.1
 * @param connections how many connections at a time
 * @param sizeBytes of a request
 * @param depth requests that a connection sends at once, in a closed loop
 * @param ratePerSecond requests per second over all connections, at a fixed rate
 */
public record Plan(
    Workload workload, int port, int connections, int sizeBytes, int depth, int ratePerSecond) {
  /** A longer request would not fit in one turn of the pattern's buffer. */
  public static final int SIZE_BYTES_MAX = 64 * 1024;

  /** Checks the numbers. */
  public Plan {
    check("port", port, 65_535);
    check("connections", connections, 1_000_000);
    check("sizeBytes", sizeBytes, SIZE_BYTES_MAX);
    check("depth", depth, 1_024);
    check("ratePerSecond", ratePerSecond, 100_000_000);
  }

  /** What was done in a sample: requests, or megabytes of a stream. */
  public double work(Sample sample) {
    return workload == Workload.STREAM ? sample.bytes() / 1e6 : sample.requests();
  }

  private static void check(String name, int value, int max) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException("%s: %d is not in 1 to %d".formatted(name, value, max));
    }
  }

  /** The same on another port. */
  public Plan on(int otherPort) {
    return new Plan(workload, otherPort, connections, sizeBytes, depth, ratePerSecond);
  }
}
