package io.weft.server.admin;

import io.weft.server.proxy.OpenSession;

/** A session that goes on, and whose it is. */
record ServiceSession(String service, OpenSession session) {}
