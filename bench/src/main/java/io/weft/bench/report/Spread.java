package io.weft.bench.report;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What several rounds had.
 *
 * @param median the middle, or between the two that are
 * @param min the least
 * @param max the most
 * @param count how many rounds
 */
public record Spread(double median, double min, double max, int count) {
  /** Of any order; null of none. */
  public static @Nullable Spread of(double... values) {
    if (values.length == 0) {
      return null;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int count = sorted.length;
    double median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    return new Spread(median, sorted[0], sorted[count - 1], count);
  }

  /** A ratio for tables: {@code 1.25 [1.20..1.31]}, or the median alone when there is no more. */
  public String asRatio() {
    return count == 1
        ? String.format(Locale.ROOT, "%.2f", median)
        : String.format(Locale.ROOT, "%.2f [%.2f..%.2f]", median, min, max);
  }
}
