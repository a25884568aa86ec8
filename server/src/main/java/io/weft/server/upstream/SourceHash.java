package io.weft.server.upstream;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;

/**
 * Weighted rendezvous hashing: client and upstream together give each upstream a number, and the
 * best number wins. An upstream that goes takes only its own clients' choice away; one that comes
 * wins clients from all others, and no client moves between these.
 */
final class SourceHash implements Policy {
  private static final long FNV_BASIS = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  @Override
  public Upstream choose(List<Upstream> candidates, Pick pick) {
    long client = clientHash(pick.client());
    Upstream best = candidates.getFirst();
    double bestCost = Double.POSITIVE_INFINITY;
    for (Upstream each : candidates) {
      double cost = cost(client, each);
      if (cost < bestCost) {
        best = each;
        bestCost = cost;
      }
    }
    return best;
  }

  /** The hash of some bytes. */
  static long of(byte[] bytes) {
    long hash = FNV_BASIS;
    for (byte each : bytes) {
      hash = (hash ^ (each & 0xff)) * FNV_PRIME;
    }
    return mixed(hash);
  }

  private static long clientHash(SocketAddress client) {
    return client instanceof InetSocketAddress inet && inet.getAddress() != null
        ? of(inet.getAddress().getAddress())
        : FNV_BASIS;
  }

  /** Exponentially distributed with the weight as its rate: the least one wins by weight. */
  private static double cost(long client, Upstream upstream) {
    long hash = mixed(client ^ Long.rotateLeft(upstream.hash(), 32));
    double uniform = ((hash >>> 11) + 0.5) * 0x1p-53;
    return -Math.log(uniform) / upstream.weight();
  }

  /** Spreads every bit over all of them (the last steps of SplitMix64). */
  private static long mixed(long bits) {
    long mixed = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
