package io.weft.server.upstream;

import java.time.Duration;
import java.util.Locale;

/** Durations of a configuration: a day at most, so that sums fit everywhere. */
final class Spans {
  private static final Duration MAX = Duration.ofDays(1);

  private Spans() {}

  static void positive(String name, Duration value) {
    if (value.isZero()) {
      throw new IllegalArgumentException(name + " must be more than zero");
    }
    notNegative(name, value);
  }

  static void notNegative(String name, Duration value) {
    if (value.isNegative() || value.compareTo(MAX) > 0) {
      throw new IllegalArgumentException(
          "%s must be between zero and a day: %s".formatted(name, value));
    }
  }

  /** As people write it: 0.5s, 10s, 1m30s. */
  static String text(Duration value) {
    return value.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
  }
}
