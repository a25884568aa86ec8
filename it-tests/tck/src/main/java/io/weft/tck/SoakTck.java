package io.weft.tck;

import static io.weft.Network.TCP;
import static io.weft.tck.Placement.PLATFORM;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.tck.soak.Soak;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * Goal: whatever is done to connections, and in whatever order, no byte is wrong, lost or doubled,
 * and nothing is left when the net is closed: when all is quiet, and in the midst of it.
 */
@Tck
class SoakTck {
  private static final int LOOPS = 3;
  private static final Duration ROUND = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TckTest(networks = TCP, placements = PLATFORM, optIn = "weft.tck.soak")
  @Timeout(value = 1, unit = TimeUnit.HOURS, threadMode = ThreadMode.SEPARATE_THREAD)
  void nothingIsLostHoweverConnectionsAreDisturbed(TestingNet net) throws Exception {
    Map<String, Long> counts = new TreeMap<>();
    LeakCheck check = LeakCheck.baseline();
    long start = System.nanoTime();
    long nanos = TimeUnit.MILLISECONDS.toNanos(net.config().soakMillis());
    for (int round = 0; round == 0 || System.nanoTime() - start < nanos; round++) {
      round(net, round).forEach((event, count) -> counts.merge(event, count, Long::sum));
      check.verify();
    }
    Report.print("weft-tck: soak with seed " + net.config().seed() + ": " + counts);
    assertThat(counts)
        .as("what has happened")
        .allSatisfy((event, count) -> assertThat(count).as(event).isPositive());
  }

  private static Map<String, Long> round(TestingNet net, int round) throws Exception {
    long seed = net.config().seed() + round;
    NetOpener opener = net.config().opener();
    Soak soak;
    try (TestingNet own = net.another(config -> opener.open(config.withLoops(LOOPS)))) {
      soak = new Soak(own.net(), own::freeAddress, seed);
      try (soak) {
        soak.run(ROUND, PATIENCE);
        if (round % 2 == 0) {
          soak.drain(PATIENCE);
        }
        soak.verify();
      } catch (AssertionError e) {
        Report.print("weft-tck: the soak failed; all threads:\n" + ThreadDump.text());
        throw new AssertionError("soak with seed " + seed, e);
      }
    }
    soak.verify();
    return soak.counts();
  }
}
