package io.weft.core;

import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.Network;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Connects to one of several targets: in order, or those of both IP families in a race. */
final class Dialer {
  private final LoopGroup loops;
  private final Threads threads;
  private final Sockets sockets;

  Dialer(LoopGroup loops, Threads threads, Sockets sockets) {
    this.loops = loops;
    this.threads = threads;
    this.sockets = sockets;
  }

  /** When a dial that starts now has to be done, in the clock's time. */
  long deadlineNanos(DialConfig.Limits limits) {
    Clock clock = loops.clock();
    long afterTimeout =
        limits.timeout().isZero() ? Clock.NEVER : clock.nanosAfter(limits.timeout());
    return limits.deadline() == null
        ? afterTimeout
        : Math.min(afterTimeout, clock.nanosAt(limits.deadline()));
  }

  /** A connection on the caller's own loop if that carries it, else on the next in turn. */
  Conn dial(Network network, List<Target> targets, DialConfig config, long deadlineNanos)
      throws IOException {
    List<Target> reachable = LocalAddress.reaching(network, targets, config.route().localAddress());
    Attempts.Dial dial = new Attempts.Dial(network, config, loops.own(), deadlineNanos);
    if (network == Network.TCP && !config.route().fallbackDelay().isZero()) {
      List<Target> fallbacks = otherFamily(reachable);
      if (!fallbacks.isEmpty()) {
        List<Target> primaries = new ArrayList<>(reachable);
        primaries.removeAll(fallbacks);
        return new Race(
                threads,
                dial,
                new Attempts(sockets, dial, primaries),
                new Attempts(sockets, dial, fallbacks))
            .run();
      }
    }
    return new Attempts(sockets, dial, reachable).run();
  }

  // not of the family that is preferred, which is the first one's
  private static List<Target> otherFamily(List<Target> targets) {
    if (targets.size() == 1) {
      return List.of();
    }
    Network preferred = targets.getFirst().family();
    return targets.stream().filter(target -> target.family() != preferred).toList();
  }
}
