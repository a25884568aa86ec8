package io.weft.bench.micro;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many times as long one benchmark takes as another one of the same run. Times differ from
 * machine to machine, and from hour to hour; ratios do less.
 *
 * @param subject the benchmark that is guarded, without {@code io.weft.}
 * @param base what it is compared with
 * @param baseline the ratio that was found good
 * @param tolerance by which factor a ratio may be worse and still be noise
 */
record Ratio(String subject, String base, double baseline, double tolerance) {
  /** What a measurement says of a ratio. */
  enum Verdict {
    OK,
    /** So much that the baseline would not notice its loss. */
    BETTER,
    WORSE,
    NOT_MEASURED
  }

  Ratio {
    if (!(baseline > 0 && tolerance > 1)) {
      throw new IllegalArgumentException(
          "a ratio must be positive and a tolerance more than 1, not "
              + baseline
              + " and "
              + tolerance);
    }
  }

  /** Takes a line apart that {@link #line} has put together. */
  static Ratio parse(String line) {
    String[] words = line.strip().split("\\s+", -1);
    if (words.length != 4) {
      throw malformed(line, null);
    }
    try {
      return new Ratio(
          words[0], words[1], Double.parseDouble(words[2]), Double.parseDouble(words[3]));
    } catch (IllegalArgumentException e) {
      throw malformed(line, e);
    }
  }

  private static IllegalArgumentException malformed(
      String line, @Nullable IllegalArgumentException cause) {
    String reason = cause == null ? "" : " (" + cause.getMessage() + ")";
    return new IllegalArgumentException(
        "expected a benchmark, another one, a ratio and a tolerance: " + line + reason, cause);
  }

  String line() {
    return row(subject, base, number(baseline), number(tolerance), "").stripTrailing();
  }

  /** A row of a table, from the time of each benchmark in a run. */
  String row(Map<String, Double> nanos) {
    String measured = number(measured(nanos));
    return row(subject, base, number(baseline), measured, verdict(nanos).toString());
  }

  /** A row of five columns. */
  static String row(Object... columns) {
    return String.format("%-52s %-48s %9s %9s %s", columns);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }

  Verdict verdict(Map<String, Double> nanos) {
    double measured = measured(nanos);
    if (Double.isNaN(measured)) {
      return Verdict.NOT_MEASURED;
    }
    if (measured > baseline * tolerance) {
      return Verdict.WORSE;
    }
    return measured < baseline / tolerance ? Verdict.BETTER : Verdict.OK;
  }

  /** The same with what was measured as its baseline, if it was. */
  Ratio updated(Map<String, Double> nanos) {
    double measured = measured(nanos);
    return Double.isNaN(measured) ? this : new Ratio(subject, base, measured, tolerance);
  }

  private double measured(Map<String, Double> nanos) {
    return nanos.getOrDefault(subject, Double.NaN) / nanos.getOrDefault(base, Double.NaN);
  }
}
