package io.weft.server.admin;

import io.weft.server.proxy.ProxyService;
import io.weft.server.service.Server;
import java.util.List;
import java.util.stream.Stream;

/** Whether the server should be sent connections, and why not. */
final class Readiness {
  private final Server server;
  private final boolean upstreamsMatter;

  Readiness(Server server, boolean upstreamsMatter) {
    this.server = server;
    this.upstreamsMatter = upstreamsMatter;
  }

  /** What speaks against it; nothing when it is ready. */
  List<String> obstacles() {
    Stream<String> down =
        upstreamsMatter
            ? server.services().stream()
                .filter(each -> each instanceof ProxyService proxy && !proxy.hasUpstream())
                .map(each -> each.name() + ": no upstream is up")
            : Stream.empty();
    Stream<String> own = Stream.of(server.obstacle()).filter(why -> !why.isEmpty());
    return Stream.concat(own, down).toList();
  }

  Answer answer() {
    List<String> obstacles = obstacles();
    return obstacles.isEmpty()
        ? Answer.plain(Answer.OK, "ready")
        : Answer.plain(Answer.UNAVAILABLE, "not ready: " + String.join("; ", obstacles));
  }
}
