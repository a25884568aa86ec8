package io.weft;

/** What carries the virtual threads of connections. */
public enum Scheduling {
  /** {@link #ON_LOOP} where it is possible, else {@link #JDK}. */
  AUTO("auto"),
  /**
   * The loop's own platform thread carries them: a completed operation resumes its thread without a
   * wake-up. Needs {@code --add-opens java.base/java.lang}; handlers must not burn CPU.
   */
  ON_LOOP("on-loop"),
  /** The JDK's scheduler carries them; loops only wait and unpark. Needs no flag. */
  JDK("jdk");

  private final String text;

  Scheduling(String text) {
    this.text = text;
  }

  /** Returns the name as the command line writes it: {@code on-loop}. */
  @Override
  public String toString() {
    return text;
  }
}
