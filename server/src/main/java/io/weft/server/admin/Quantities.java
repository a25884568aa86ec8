package io.weft.server.admin;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
final class Quantities {
  private static final String[] BYTE_UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final int BYTE_STEP = 1024;

  private Quantities() {}

  static String bytes(long count) {
    return bytes((double) count);
  }

  private static String bytes(double count) {
    double value = count;
    int unit = 0;
    while (value >= BYTE_STEP && unit < BYTE_UNITS.length - 1) {
      value /= BYTE_STEP;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, BYTE_UNITS[unit]);
  }

  static String rate(double perSecond) {
    return String.format(Locale.ROOT, "%,.1f/s", perSecond);
  }

  static String byteRate(double perSecond) {
    return bytes(perSecond) + "/s";
  }

  static String time(Duration time) {
    long seconds = time.toSeconds();
    if (seconds >= 86_400) {
      return "%dd %dh".formatted(time.toDays(), time.toHoursPart());
    }
    if (seconds >= 3600) {
      return "%dh %dm".formatted(time.toHours(), time.toMinutesPart());
    }
    if (seconds >= 60) {
      return "%dm %ds".formatted(time.toMinutes(), time.toSecondsPart());
    }
    return seconds >= 10
        ? seconds + " s"
        : String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
  }

  static String shortTime(Duration time) {
    double millis = time.toNanos() / 1e6;
    return millis >= 1000 ? time(time) : String.format(Locale.ROOT, "%s ms", trimmed(millis));
  }

  private static String trimmed(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
