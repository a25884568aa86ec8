package io.weft.server.upstream;

/**
 * What is known of an upstream at a moment.
 *
 * @param spec its configuration, with the weight as it is now
 * @param state whether sessions go there
 * @param reason why it is down or ejected; else empty
 * @param active how many slots of it are in use
 * @param totals what has happened so far
 */
public record UpstreamStatus(
    UpstreamSpec spec, State state, String reason, int active, Totals totals) {

  /** Whether sessions go to an upstream. Of several that apply the first one counts. */
  public enum State {
    /** Taken from the configuration; its last sessions go on. */
    REMOVED,
    /** Taken out by hand, or by a weight of 0. */
    DISABLED,
    /** Its health checks fail. */
    DOWN,
    /** Its sessions failed of late; it is used only when no other one is left. */
    EJECTED,
    /** Sessions go there. */
    UP
  }

  /**
   * Counts since the upstream became part of the pool.
   *
   * @param connects connections that were made for sessions
   * @param connectFailures dials for sessions that failed, for whatever reason
   * @param earlyResets connections that were reset before they brought a byte
   * @param ejections how often it was ejected
   */
  public record Totals(long connects, long connectFailures, long earlyResets, long ejections) {
    static final Totals ZERO = new Totals(0, 0, 0, 0);
    static final Totals CONNECT = new Totals(1, 0, 0, 0);
    static final Totals CONNECT_FAILURE = new Totals(0, 1, 0, 0);
    static final Totals EARLY_RESET = new Totals(0, 0, 1, 0);
    static final Totals EJECTION = new Totals(0, 0, 0, 1);

    Totals plus(Totals more) {
      return new Totals(
          connects + more.connects,
          connectFailures + more.connectFailures,
          earlyResets + more.earlyResets,
          ejections + more.ejections);
    }
  }
}
