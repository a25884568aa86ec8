package io.weft.server.notation;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as the command line writes them: a number of at most eight digits and ms, s or m. */
public final class Durations {
  private static final Pattern FORM = Pattern.compile("(\\d{1,8})(ms|s|m)");
  private static final Map<String, ChronoUnit> UNITS =
      Map.of("ms", ChronoUnit.MILLIS, "s", ChronoUnit.SECONDS, "m", ChronoUnit.MINUTES);

  private Durations() {}

  public static Optional<Duration> parse(String text) {
    Matcher form = FORM.matcher(text);
    return form.matches()
        ? Optional.of(Duration.of(Long.parseLong(form.group(1)), UNITS.get(form.group(2))))
        : Optional.empty();
  }

  /** Writes what {@link #parse} reads, in the largest unit that loses nothing. */
  public static String format(Duration duration) {
    long millis = duration.toMillis();
    if (millis == 0 || millis % 1000 != 0) {
      return millis + "ms";
    }
    return millis % 60_000 == 0 ? millis / 60_000 + "m" : millis / 1000 + "s";
  }
}
