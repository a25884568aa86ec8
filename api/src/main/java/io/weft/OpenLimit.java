package io.weft;

/**
 * How many connections are open at most, of one listener or of several together; see {@link
 * Net#serve(Listener, ConnHandler, OpenLimit)}. Any thread may call its methods at any time.
 */
public interface OpenLimit {
  /**
   * Makes a limit.
   *
   * @param openMax how many connections are open at most
   * @return the limit, of which no place is taken
   * @throws IllegalArgumentException {@code openMax} is less than 1
   */
  static OpenLimit of(int openMax) {
    return NetProvider.load().limit(openMax);
  }

  /**
   * How many connections are open at most.
   *
   * @return the number, at least 1
   */
  int openMax();

  /**
   * How many connections are open, or are being accepted at this moment.
   *
   * @return the number, at most {@link #openMax()}
   */
  int open();
}
