package io.weft.server.upstream;

import java.net.SocketAddress;
import java.util.Objects;
import java.util.Set;

/**
 * What a session looks for.
 *
 * @param client who it is for
 * @param tried upstreams that it has tried already
 */
public record Pick(SocketAddress client, Set<Upstream> tried) {
  /** Copies the set. */
  public Pick {
    Objects.requireNonNull(client, "client");
    tried = Set.copyOf(tried);
  }
}
