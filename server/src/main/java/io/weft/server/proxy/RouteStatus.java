package io.weft.server.proxy;

import io.weft.server.upstream.UpstreamStatus;
import java.util.List;

/**
 * What is known at a moment of the upstreams for some of a proxy's sessions.
 *
 * @param serverName the name or pattern that these sessions ask for; empty for all others
 * @param waiting how many of them wait for a slot
 * @param upstreams the upstreams
 */
public record RouteStatus(String serverName, int waiting, List<UpstreamStatus> upstreams) {
  /** Whether sessions can go there. */
  boolean isUsable() {
    return upstreams.stream()
        .anyMatch(
            each ->
                each.state() == UpstreamStatus.State.UP
                    || each.state() == UpstreamStatus.State.EJECTED);
  }
}
