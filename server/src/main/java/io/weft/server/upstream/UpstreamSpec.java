package io.weft.server.upstream;

import io.weft.Network;
import java.util.Objects;

/**
 * An upstream as it is configured.
 *
 * @param name in logs and metrics, for changes at run time, and what the source hash goes by
 * @param network what {@link io.weft.Net#dial} takes
 * @param address likewise; a name is looked up again at each dial
 * @param weight its share of the sessions, in relation to the others' weights: to 1000; 0 for no
 *     new ones
 * @param sessionsMax how many sessions it has at a time; {@link #UNLIMITED} for any number
 */
public record UpstreamSpec(
    String name, Network network, String address, int weight, int sessionsMax) {
  /** The limit of sessions that is none. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  private static final int WEIGHT_MAX = 1000;

  /** Checks the values. */
  public UpstreamSpec {
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(address, "address");
    if (name.isBlank()) {
      throw new IllegalArgumentException("upstream " + address + ": the name is empty");
    }
    if (weight < 0 || weight > WEIGHT_MAX) {
      throw new IllegalArgumentException(
          "upstream %s: weight must be between 0 (no new sessions) and %d: %d"
              .formatted(name, WEIGHT_MAX, weight));
    }
    if (sessionsMax < 1) {
      throw new IllegalArgumentException(
          "upstream %s: sessionsMax must be at least 1: %d".formatted(name, sessionsMax));
    }
  }

  /** An upstream of weight 1 without a limit of sessions. */
  public static UpstreamSpec of(String name, Network network, String address) {
    return new UpstreamSpec(name, network, address, 1, UNLIMITED);
  }

  /** Returns a copy with another weight. */
  public UpstreamSpec withWeight(int changed) {
    return new UpstreamSpec(name, network, address, changed, sessionsMax);
  }

  /** Returns a copy with another limit of sessions. */
  public UpstreamSpec withSessionsMax(int changed) {
    return new UpstreamSpec(name, network, address, weight, changed);
  }

  /** Returns a copy for one of the addresses of its name. */
  public UpstreamSpec at(String host, String changed) {
    return new UpstreamSpec(name + "@" + host, network, changed, weight, sessionsMax);
  }

  /** What makes it the same upstream after a change: all but weight and limit. */
  UpstreamSpec identity() {
    return of(name, network, address);
  }
}
