package io.weft.server;

import io.weft.Net;
import java.util.List;

/** What a net runs on, and why, as lines for people. */
final class Choice {
  private Choice() {}

  static List<String> lines(Net net) {
    return List.of(
        "poller:     " + net.poller().name() + " (" + net.poller().reason() + ")",
        "scheduling: " + net.scheduling() + " (" + net.schedulingReason() + ")",
        "loops:      " + net.loops());
  }
}
