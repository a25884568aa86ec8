package io.weft.server.config;

import java.util.List;

/** What a file says, before it means anything. */
sealed interface Yaml {
  /** Where it begins. */
  Place place();

  /** What it is, for messages. */
  String kind();

  /**
   * A value.
   *
   * @param text as it is written, without quotes
   * @param isNothing whether there is none: {@code listen:}
   */
  record Scalar(Place place, String text, boolean isNothing) implements Yaml {
    @Override
    public String kind() {
      return isNothing ? "nothing" : '"' + text + '"';
    }
  }

  /** A list. */
  record Sequence(Place place, List<Yaml> items) implements Yaml {
    @Override
    public String kind() {
      return "a list";
    }
  }

  /** Keys with values, in the order of the file; a key may be there twice. */
  record Mapping(Place place, List<Entry> entries) implements Yaml {
    /** Whether the first value of this key is this word. */
    boolean has(String key, String word) {
      return entries.stream()
          .filter(entry -> entry.key().text().equals(key))
          .findFirst()
          .filter(entry -> entry.value() instanceof Scalar scalar && scalar.text().equals(word))
          .isPresent();
    }

    @Override
    public String kind() {
      return "keys with values";
    }
  }

  /** A key and its value. */
  record Entry(Scalar key, Yaml value) {}
}
