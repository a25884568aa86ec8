package io.weft.server.config;

import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * A place in the file, as editors count.
 *
 * @param line from 1 on
 * @param column from 1 on
 */
record Place(int line, int column) {
  static final Place BEGIN = new Place(1, 1);

  static Place of(Mark mark) {
    return new Place(mark.getLine() + 1, mark.getColumn() + 1);
  }

  /** Where a text ends. */
  static Place after(String text) {
    String[] lines = text.split("\n", -1);
    return new Place(lines.length, lines[lines.length - 1].length() + 1);
  }

  @Override
  public String toString() {
    return line + ":" + column;
  }
}
