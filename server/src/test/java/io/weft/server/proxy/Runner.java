package io.weft.server.proxy;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.weft.Net;
import io.weft.NetConfig;
import io.weft.Scheduling;
import java.io.IOException;
import java.util.stream.Stream;

/** What the proxy of a test runs on: every poller, in both schedulings. */
public record Runner(String poller, Scheduling scheduling) {
  public static Stream<Runner> all() {
    return Stream.of("nio", "epoll", "io_uring")
        .flatMap(
            poller ->
                Stream.of(Scheduling.ON_LOOP, Scheduling.JDK)
                    .map(scheduling -> new Runner(poller, scheduling)));
  }

  /** One poller each, on loops. */
  public static Stream<Runner> pollers() {
    return all().filter(runner -> runner.scheduling == Scheduling.ON_LOOP);
  }

  public Net open() throws IOException {
    require();
    return Net.open(NetConfig.DEFAULT.withPoller(poller).withScheduling(scheduling).withLoops(1));
  }

  /** Skips the test where the poller does not work; with CI=true opening a net fails instead. */
  public void require() {
    if (!"true".equals(System.getenv("CI"))) {
      assumeThat(Net.probe())
          .anyMatch(report -> report.name().equals(poller) && report.available());
    }
  }

  /** Whether a reset is noticed of a side that is not read just now, for the other is full. */
  boolean noticesResetsWhileItWrites() {
    return !poller.equals("nio");
  }

  @Override
  public String toString() {
    return poller + ", " + scheduling;
  }
}
