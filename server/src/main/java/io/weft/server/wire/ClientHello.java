package io.weft.server.wire;

import org.jspecify.annotations.Nullable;

/**
 * What a client says of itself before TLS begins.
 *
 * @param isTls whether it speaks TLS; SSL of before version 3.0 is none
 * @param serverName the host that it wants to talk to (SNI), in lower case and without the dot that
 *     may end it, or null when it names none
 */
public record ClientHello(boolean isTls, @Nullable String serverName) {
  static final ClientHello NOT_TLS = new ClientHello(false, null);
}
