package io.weft.server.config;

import io.weft.server.options.Closest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keys with values, each of which is known and there once; what is not, is a fault.
 *
 * @param path to it, with a dot at its end; empty for the file
 */
record Section(Faults faults, Place place, String path, Map<String, Yaml> values) {
  static Section of(Faults faults, Yaml.Mapping mapping, String path, List<String> known) {
    Map<String, Place> seen = new LinkedHashMap<>();
    Map<String, Yaml> values = new LinkedHashMap<>();
    for (Yaml.Entry entry : mapping.entries()) {
      String key = entry.key().text();
      Place place = entry.key().place();
      Place first = seen.putIfAbsent(key, place);
      if (!known.contains(key)) {
        faults.add(place, path + key, "unknown key (" + advice(key, known) + ")");
      } else if (first != null) {
        faults.add(place, path + key, "there twice (first at " + first + ")");
      } else {
        values.put(key, entry.value());
      }
    }
    return new Section(faults, mapping.place(), path, values);
  }

  private static String advice(String key, List<String> known) {
    return Closest.to(key, known)
        .map(each -> "did you mean " + each + "?")
        .orElseGet(() -> "use " + String.join(", ", known));
  }

  /** The value of a key; when it is not there, that is a fault. */
  @Nullable Yaml required(String key, String meaning) {
    Yaml value = values.get(key);
    if (value == null) {
      faults.add(place, path + key, "missing (" + meaning + ")");
    }
    return value;
  }

  /** The text of a key that must be there; null when that is a fault. */
  @Nullable String word(String key, String meaning) {
    Yaml value = required(key, meaning);
    if (value instanceof Yaml.Scalar scalar && !scalar.isNothing()) {
      return scalar.text();
    }
    if (value != null) {
      faults.add(value.place(), path + key, value.kind() + " instead of a value");
    }
    return null;
  }

  /** Where the value of a key stands. */
  Place placeOf(String key) {
    Yaml value = values.get(key);
    return value == null ? place : value.place();
  }
}
