package io.weft.bench.load;

import java.io.IOException;
import java.time.Duration;

/** A load on one server: opened once, then any number of phases. Belongs to one thread. */
public final class Load implements AutoCloseable {
  private final Crowd crowd;
  private final Traffic traffic;

  /**
   * Prepares a load, and connects nothing yet.
   *
   * @param plan what to load, and how
   * @throws IOException no selector can be opened
   */
  public Load(Plan plan) throws IOException {
    crowd = new Crowd(plan);
    traffic = Traffic.of(crowd);
  }

  /**
   * Opens all connections, each with one request and its answer.
   *
   * @return how many bytes of the answers were wrong
   * @throws IOException the server refused, closed or went silent
   */
  public long open() throws IOException {
    crowd.open();
    return crowd.tally().corruptBytes;
  }

  /**
   * Runs one phase.
   *
   * @param time for which requests are sent
   * @return what was seen until the last answer
   * @throws IOException the server closed, went silent, or sent what nobody asked for
   */
  public Sample run(Duration time) throws IOException {
    return traffic.run(time.toNanos());
  }

  @Override
  public void close() throws IOException {
    crowd.close();
  }
}
