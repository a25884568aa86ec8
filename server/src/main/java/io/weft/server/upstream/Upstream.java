package io.weft.server.upstream;

import io.weft.Network;
import io.weft.server.upstream.UpstreamStatus.State;
import io.weft.server.upstream.UpstreamStatus.Totals;
import java.nio.charset.StandardCharsets;

/** A server that sessions are forwarded to. Two of them are equal only when they are the same. */
public final class Upstream {
  private final String name;
  private final Network network;
  private final String address;
  private final long hash;

  // from here on all is guarded by the pool's lock
  private final HealthState health;
  private final Ejection ejection;
  private UpstreamSpec spec;
  private boolean enabled = true;
  private boolean removed;
  private int active;
  private Totals totals = Totals.ZERO;

  /** What {@link RoundRobin} remembers. */
  long turn;

  Upstream(UpstreamSpec spec, HealthState health, Ejection ejection) {
    this.name = spec.name();
    this.network = spec.network();
    this.address = spec.address();
    this.hash = SourceHash.of(name.getBytes(StandardCharsets.UTF_8));
    this.spec = spec;
    this.health = health;
    this.ejection = ejection;
  }

  /** The name that it was given. */
  public String name() {
    return name;
  }

  /** What it is dialled by. */
  public Network network() {
    return network;
  }

  /** Where it is dialled. */
  public String address() {
    return address;
  }

  @Override
  public String toString() {
    return name;
  }

  long hash() {
    return hash;
  }

  HealthState health() {
    return health;
  }

  Ejection ejection() {
    return ejection;
  }

  UpstreamSpec spec() {
    return spec;
  }

  void configure(UpstreamSpec changed) {
    spec = changed;
  }

  int weight() {
    return spec.weight();
  }

  void enable(boolean wanted) {
    enabled = wanted;
  }

  void remove(boolean gone) {
    removed = gone;
  }

  /** Whether it is to have sessions, by hand and by its weight. */
  boolean isEnabled() {
    return enabled && spec.weight() > 0;
  }

  /** Whether sessions may go there, if need be. */
  boolean isUsable() {
    return isEnabled() && !removed && health.isUp();
  }

  /** Whether sessions should go there. */
  boolean isAvailable() {
    return isUsable() && !ejection.isEjected();
  }

  boolean hasRoom() {
    return active < spec.sessionsMax();
  }

  boolean isIdle() {
    return active == 0;
  }

  void enter() {
    active++;
  }

  void leave() {
    active--;
  }

  /** Compares what each of them would have, for its weight, with one session more. */
  boolean isLessLoadedThan(Upstream other) {
    return (active + 1L) * other.weight() < (other.active + 1L) * weight();
  }

  void count(Totals more) {
    totals = totals.plus(more);
  }

  UpstreamStatus status(long nowNanos) {
    State state = state();
    String reason =
        switch (state) {
          case DOWN -> health.reason();
          case EJECTED -> ejection.reason(nowNanos);
          default -> "";
        };
    return new UpstreamStatus(spec, state, reason, active, totals);
  }

  private State state() {
    if (removed) {
      return State.REMOVED;
    }
    if (!isEnabled()) {
      return State.DISABLED;
    }
    if (!health.isUp()) {
      return State.DOWN;
    }
    return ejection.isEjected() ? State.EJECTED : State.UP;
  }
}
