package io.weft.core;

/** Ports as text, read the way Go reads them. */
final class PortText {
  /** The text is a number, but no port's. */
  static final int OUT_OF_RANGE = -1;

  /** The text is no number. */
  static final int NAME = -2;

  private static final int MAX = 65_535;
  private static final long ENOUGH = 1 << 30;

  private PortText() {}

  /** The port, OUT_OF_RANGE or NAME. A sign and leading zeros are allowed; no digit at all is 0. */
  static int number(String text) {
    boolean isSigned = text.startsWith("+") || text.startsWith("-");
    long value = 0;
    for (int i = isSigned ? 1 : 0; i < text.length() && value < ENOUGH; i++) {
      char digit = text.charAt(i);
      if (digit < '0' || digit > '9') {
        return NAME;
      }
      value = value * 10 + digit - '0';
    }
    boolean isNegative = text.startsWith("-") && value > 0;
    return isNegative || value > MAX ? OUT_OF_RANGE : (int) value;
  }
}
