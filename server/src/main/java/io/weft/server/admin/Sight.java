package io.weft.server.admin;

import io.weft.server.service.Server;

/**
 * All that there is to see.
 *
 * @param server the services, and the net that they share
 * @param readiness whether it should be sent connections
 * @param metrics what was counted of sessions
 * @param watch what was counted of the net
 * @param version of the server, for people
 */
record Sight(Server server, Readiness readiness, Metrics metrics, NetWatch watch, String version) {}
