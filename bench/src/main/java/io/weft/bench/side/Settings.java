package io.weft.bench.side;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How long and where.
 *
 * @param rounds how often each candidate runs in each scenario
 * @param warm the longest that is waited until requests cost no less than before
 * @param time that is measured
 * @param countTime in which system calls and allocations are counted, in the first round
 * @param ratePerSecond of fixed-rate loads
 * @param serverCpus of the server, as taskset writes them
 * @param loadCpus of the load
 */
record Settings(
    int rounds,
    Duration warm,
    Duration time,
    Duration countTime,
    int ratePerSecond,
    String serverCpus,
    String loadCpus) {
  /** For the report. */
  Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("rounds", String.valueOf(rounds));
    facts.put("warm-up", "until requests cost no less than before, at most " + seconds(warm));
    facts.put("measured", seconds(time));
    facts.put("fixed rate", ratePerSecond + "/s");
    facts.put("server's CPU", serverCpus);
    facts.put("load's CPU", loadCpus);
    return facts;
  }

  private static String seconds(Duration time) {
    return time.toMillis() / 1e3 + " s";
  }
}
