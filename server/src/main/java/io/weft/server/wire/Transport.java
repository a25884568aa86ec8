package io.weft.server.wire;

import org.jspecify.annotations.Nullable;

/** What the connection that a PROXY header tells of runs on. */
public enum Transport {
  /** Unknown, or something that the protocol has no name for: the header tells no address. */
  UNSPEC(0x00, 0),
  /** TCP over IPv4. */
  TCP4(0x11, 12),
  /** UDP over IPv4. */
  UDP4(0x12, 12),
  /** TCP over IPv6. */
  TCP6(0x21, 36),
  /** UDP over IPv6. */
  UDP6(0x22, 36),
  /** A unix stream. */
  UNIX_STREAM(0x31, 216),
  /** Unix datagrams. */
  UNIX_DGRAM(0x32, 216);

  private static final int FAMILY_MAX = 3;
  private static final int PROTOCOL_MAX = 2;

  private final int code;
  private final int addressBytes;

  Transport(int code, int addressBytes) {
    this.code = code;
    this.addressBytes = addressBytes;
  }

  /** The byte of version 2. */
  int code() {
    return code;
  }

  /** How much version 2 needs for both addresses. */
  int addressBytes() {
    return addressBytes;
  }

  boolean isUnix() {
    return this == UNIX_STREAM || this == UNIX_DGRAM;
  }

  /** What a byte of version 2 says, or null when it says nothing. */
  static @Nullable Transport of(int code) {
    if (code >> 4 > FAMILY_MAX || (code & 0xf) > PROTOCOL_MAX) {
      return null;
    }
    for (Transport transport : values()) {
      if (transport.code == code) {
        return transport;
      }
    }
    // one half says something, the other that it is not known
    return UNSPEC;
  }
}
