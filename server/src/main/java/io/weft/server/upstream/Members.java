package io.weft.server.upstream;

import io.weft.server.upstream.NoUpstreamException.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The upstreams of a pool, and which of them a session may go to. Guarded by the pool's lock. */
final class Members {
  private PoolConfig config;
  // in the order of the configuration
  private Map<UpstreamSpec, Upstream> live = Map.of();
  // removed ones that have sessions
  private final Map<UpstreamSpec, Upstream> removed = new LinkedHashMap<>();

  Members(PoolConfig config) {
    this.config = config;
  }

  /** All of the configuration. */
  Collection<Upstream> live() {
    return live.values();
  }

  /** All of the configuration, and those that have sessions still. */
  Stream<Upstream> all() {
    return Stream.concat(live.values().stream(), removed.values().stream());
  }

  /**
   * Those that a session may go to: the available ones; without any, those that are merely ejected:
   * what sessions met there is less than the certainty of being refused. The list is the caller's.
   */
  List<Upstream> candidates(Pick pick) {
    // every session comes here: loops, as streams cost several times as much
    List<Upstream> available = new ArrayList<>();
    List<Upstream> ejected = new ArrayList<>();
    for (Upstream each : live.values()) {
      if (each.isUsable() && !pick.tried().contains(each)) {
        (each.isAvailable() ? available : ejected).add(each);
      }
    }
    return available.isEmpty() ? ejected : available;
  }

  /** Throws why there is no candidate, if there is none. */
  void requireCandidate(Pick pick) throws NoUpstreamException {
    if (!candidates(pick).isEmpty()) {
      return;
    }
    if (live.values().stream().anyMatch(Upstream::isUsable)) {
      throw new NoUpstreamException(
          Reason.ALL_TRIED, "every upstream that is up has been tried: " + pick.tried());
    }
    long disabled = live.values().stream().filter(each -> !each.isEnabled()).count();
    throw new NoUpstreamException(
        Reason.NONE_UP,
        "no upstream is up: of %d, %d are down and %d disabled"
            .formatted(live.size(), live.size() - disabled, disabled));
  }

  /** Whether enough others are left when this one is ejected. */
  boolean mayEject(Upstream upstream) {
    long ejected = live.values().stream().filter(each -> each.ejection().isEjected()).count();
    return upstream.isAvailable()
        && ejected < config.ejection().countMax(live.size())
        && live.values().stream().anyMatch(each -> each != upstream && each.isAvailable());
  }

  /** When the next ejection ends; {@link Long#MAX_VALUE} for none. */
  long nextReturnNanos() {
    return live.values().stream()
        .map(Upstream::ejection)
        .filter(Ejection::isEjected)
        .mapToLong(Ejection::endNanos)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  Upstream named(String name) {
    return live.values().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no upstream is named %s; there are %s".formatted(name, live.values())));
  }

  /** Takes over how upstreams are checked and ejected. */
  void configure(PoolConfig changed) {
    config = changed;
    all()
        .forEach(
            each -> {
              each.health().configure(changed.health().thresholds());
              each.ejection().configure(changed.ejection());
            });
  }

  /** Takes over a configuration: what stays, or comes back before its last session, is kept. */
  void update(List<UpstreamSpec> specs) {
    requireDistinct(specs);
    Map<UpstreamSpec, Upstream> next = new LinkedHashMap<>();
    for (UpstreamSpec spec : specs) {
      UpstreamSpec identity = spec.identity();
      Upstream known = live.getOrDefault(identity, removed.remove(identity));
      Upstream upstream = known == null ? create(spec) : known;
      upstream.configure(spec);
      upstream.remove(false);
      next.put(identity, upstream);
    }
    live.forEach(
        (identity, upstream) -> {
          if (!next.containsKey(identity)) {
            upstream.remove(true);
            removed.put(identity, upstream);
          }
        });
    live = next;
    forgetIdle();
  }

  /** Forgets the removed ones whose last session has ended. */
  void forgetIdle() {
    removed.values().removeIf(Upstream::isIdle);
  }

  private Upstream create(UpstreamSpec spec) {
    return new Upstream(
        spec, new HealthState(config.health().thresholds()), new Ejection(config.ejection()));
  }

  private static void requireDistinct(List<UpstreamSpec> specs) {
    Set<String> names = new HashSet<>();
    for (UpstreamSpec spec : specs) {
      if (!names.add(spec.name())) {
        throw new IllegalArgumentException(
            "two upstreams are named %s: give each its own name".formatted(spec.name()));
      }
    }
  }
}
