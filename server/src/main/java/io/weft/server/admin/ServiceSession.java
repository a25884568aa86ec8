package io.weft.server.admin;

import io.weft.server.proxy.OpenSession;

/**
 * A session that goes on, and whose it is.
 *
 * @param leaving whether the configuration has that service no more
 */
record ServiceSession(String service, boolean leaving, OpenSession session) {}
