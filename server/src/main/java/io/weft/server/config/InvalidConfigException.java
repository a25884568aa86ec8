package io.weft.server.config;

import java.util.List;

/** A configuration file says what it may not say. */
public final class InvalidConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<String> errors;

  InvalidConfigException(List<String> errors) {
    super(String.join("\n", errors));
    this.errors = List.copyOf(errors);
  }

  /** All that is wrong, a line each, in the order of the file: {@code FILE:LINE:COLUMN: what}. */
  public List<String> errors() {
    return errors;
  }
}
