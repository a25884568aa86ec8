package io.weft.server.proxy;

import io.weft.Conn;
import io.weft.server.upstream.Preamble;
import io.weft.server.wire.ProxyHeader;
import io.weft.server.wire.ProxyVersion;
import java.nio.ByteBuffer;

/**
 * The PROXY header of a check: the connection is nobody's but the proxy's own.
 *
 * @param version how it is written
 */
record CheckHeader(ProxyVersion version) implements Preamble {
  @Override
  public byte[] bytes(Conn check) {
    ByteBuffer header =
        version.encode(ProxyHeader.local(check.localAddress(), check.remoteAddress()));
    byte[] bytes = new byte[header.remaining()];
    header.get(bytes);
    return bytes;
  }
}
