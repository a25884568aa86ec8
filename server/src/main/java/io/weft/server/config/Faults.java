package io.weft.server.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects all that is wrong with a file. */
final class Faults {
  private static final Comparator<Fault> IN_ORDER =
      Comparator.comparingInt((Fault each) -> each.place.line())
          .thenComparingInt(each -> each.place.column());

  private static final int LENGTH_MAX = 1000;

  private final String file;
  private final List<Fault> faults = new ArrayList<>();

  Faults(String file) {
    this.file = file;
  }

  /**
   * Something is wrong.
   *
   * @param path to the value, {@code services[0].balance}; empty for the file
   */
  void add(Place place, String path, String text) {
    faults.add(new Fault(place, path, text));
  }

  int count() {
    return faults.size();
  }

  /** Throws them, if there are any. */
  void check() throws InvalidConfigException {
    if (!faults.isEmpty()) {
      throw new InvalidConfigException(faults.stream().sorted(IN_ORDER).map(this::line).toList());
    }
  }

  private String line(Fault fault) {
    String text = fault.path.isEmpty() ? fault.text : fault.path + ": " + fault.text;
    StringBuilder line = new StringBuilder(file + ":" + fault.place + ": ");
    text.codePoints()
        .limit(LENGTH_MAX)
        .forEach(
            each -> {
              if (Character.isISOControl(each)) {
                line.append("\\x%02x".formatted(each));
              } else {
                line.appendCodePoint(each);
              }
            });
    return line.append(text.length() > LENGTH_MAX ? "..." : "").toString();
  }

  private record Fault(Place place, String path, String text) {}
}
