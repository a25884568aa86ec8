package io.weft.server.wire;

import java.nio.ByteBuffer;

/** How a PROXY header is written. */
public enum ProxyVersion {
  /**
   * A line of text, of TCP over IPv4 or IPv6; {@code PROXY UNKNOWN} for everything else. It has no
   * TLVs.
   */
  V1 {
    @Override
    public ByteBuffer encode(ProxyHeader header) {
      return ProxyV1.encode(header);
    }
  },

  /** Bytes, of whatever a header may tell. */
  V2 {
    @Override
    public ByteBuffer encode(ProxyHeader header) {
      return ProxyV2.encode(header);
    }
  };

  /**
   * Writes a header. Send it at once, together with the first bytes of the connection: some
   * receivers want it in one piece.
   *
   * @param header the header
   * @return its bytes
   */
  public abstract ByteBuffer encode(ProxyHeader header);
}
