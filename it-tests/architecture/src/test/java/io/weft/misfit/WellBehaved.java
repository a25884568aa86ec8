package io.weft.misfit;

/** Breaks nothing: an exception of one's own, named, in a null-marked package. */
public class WellBehaved extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Creates it with what happened. */
  public WellBehaved(String message) {
    super(message);
  }

  static void check(int utilization) {
    if (utilization < 0) {
      throw new WellBehaved("utilization is " + utilization);
    }
  }
}
