package io.weft;

import java.util.Map;
import java.util.Objects;

/**
 * What an event loop has done since it started, for metrics. {@code events / polls} is how many
 * events a look at the poller finds: it rises with the load, and what a loop spends on looking is
 * shared by so many.
 *
 * @param loop the name of its thread
 * @param polls how often it looked at its poller, waiting or not
 * @param events how many events it was given, wake-ups among them
 * @param shortages how often the poller was short of something, by what that is; no entry for what
 *     it cannot be short of
 */
public record LoopCounts(String loop, long polls, long events, Map<String, Long> shortages) {
  /** Checks that nothing is null, and copies the map. */
  public LoopCounts {
    Objects.requireNonNull(loop, "loop");
    shortages = Map.copyOf(shortages);
  }
}
