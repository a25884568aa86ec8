package io.weft.server.proxy;

import io.weft.server.wire.PeerNetwork;
import io.weft.server.wire.ProxyVersion;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What connections begin with, before the first byte that is relayed.
 *
 * @param acceptProxy the peers that have to send a PROXY header; those of others is not looked for
 * @param headerTimeout how long a PROXY header may take
 * @param sniTimeout how long a TLS ClientHello may take
 * @param sendProxy the version of the header that upstreams get; null for none
 */
public record Introduction(
    List<PeerNetwork> acceptProxy,
    Duration headerTimeout,
    Duration sniTimeout,
    @Nullable ProxyVersion sendProxy) {
  /** No headers; 5 s for each wait. */
  public static final Introduction DEFAULT =
      new Introduction(List.of(), Duration.ofSeconds(5), Duration.ofSeconds(5), null);

  /** Checks the values. */
  public Introduction {
    acceptProxy = List.copyOf(acceptProxy);
    requirePositive("accept-proxy-timeout", headerTimeout);
    requirePositive("sni-timeout", sniTimeout);
  }

  /** Whether a peer has to send a PROXY header. */
  boolean isExpectedOf(SocketAddress peer) {
    return acceptProxy.stream().anyMatch(network -> network.contains(peer));
  }

  private static void requirePositive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " must be more than zero: " + value);
    }
  }
}
