package io.weft.server.admin;

import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The counts of a service's sessions at a moment.
 *
 * @param nanos when, by the clock that has no zero
 * @param sessions how many have ended
 * @param unusual how many of them otherwise than by the end of the stream
 * @param bytes how much they relayed, both ways together
 * @param connects how long they dialled
 */
record SessionCounts(
    long nanos, long sessions, long unusual, long bytes, HistogramSnapshot connects) {
  /** Something per second since an earlier moment. */
  static double perSecond(long now, long then, long nanos) {
    return nanos <= 0 ? 0 : (now - then) * 1e9 / nanos;
  }

  /**
   * Within what time a share of the connects since an earlier moment were made; nothing when there
   * were none, or when it took longer than any time that is counted.
   */
  Optional<Duration> connectWithin(double share, SessionCounts earlier) {
    long total = connects.count() - earlier.connects.count();
    CountAtBucket[] now = connects.histogramCounts();
    CountAtBucket[] then = earlier.connects.histogramCounts();
    for (int i = 0; total > 0 && i < now.length; i++) {
      double before = i < then.length ? then[i].count() : 0;
      if (now[i].count() - before >= share * total) {
        return Optional.of(Duration.ofNanos((long) now[i].bucket(TimeUnit.NANOSECONDS)));
      }
    }
    return Optional.empty();
  }
}
