package io.weft.server.wire;

import io.weft.server.wire.Decoded.Malformed;
import io.weft.server.wire.Decoded.More;
import java.nio.ByteBuffer;

/**
 * Reads PROXY headers of version 1 and 2, as strictly as the specification permits (haproxy.org,
 * proxy-protocol.txt). What does not begin like a header is refused at its first byte that differs:
 * a listener that expects a header takes nothing else.
 *
 * <p>Of version 1, addresses are literals in canonical form, ports have no leading zeros, and the
 * line ends with CR LF within 107 bytes. Of version 2, addresses and TLVs have to fill the length
 * exactly, and a CRC32C is verified. LOCAL and UNKNOWN headers tell no address, whatever they
 * contain; those of version 2 with TLVs keep them, but LOCAL ones.
 *
 * <p>Has no state: one decoder serves all connections.
 */
public final class ProxyHeaderDecoder {
  /**
   * How long a header may be if nothing else is said. Real ones have less than 1 KiB, or a few KiB
   * with a client's certificate; nginx takes 4 KiB, HAProxy a buffer of 16 KiB.
   */
  public static final int BYTES_MAX = 16 * 1024;

  private static final int BYTES_MAX_MIN = 536;
  private static final int BYTES_MAX_MAX = 32 * 1024;

  private final int bytesMax;

  /** A decoder that takes headers of up to {@link #BYTES_MAX} bytes. */
  public ProxyHeaderDecoder() {
    this(BYTES_MAX);
  }

  /**
   * A decoder with a limit of its own.
   *
   * @param bytesMax how long a header of version 2 may be, 536 to 32768; the specification allows
   *     no less
   */
  public ProxyHeaderDecoder(int bytesMax) {
    if (bytesMax < BYTES_MAX_MIN || bytesMax > BYTES_MAX_MAX) {
      throw new IllegalArgumentException(
          "bytesMax " + bytesMax + " is not in " + BYTES_MAX_MIN + "-" + BYTES_MAX_MAX);
    }
    this.bytesMax = bytesMax;
  }

  /**
   * Looks at what has arrived.
   *
   * @param bytes all bytes since the first one, from position to limit; not moved
   * @return the header and its length in bytes, that more is needed, or what is wrong
   */
  public Decoded<ProxyHeader> decode(ByteBuffer bytes) {
    ByteBuffer from = bytes.slice();
    int same1 = ProxyV1.SIGNATURE.mismatch(from);
    int same2 = ProxyV2.SIGNATURE.mismatch(from);
    if (isBegun(same1, ProxyV1.SIGNATURE, from)) {
      return from.limit() == 0 ? new More<>(bytesMax) : ProxyV1.decode(from);
    }
    if (isBegun(same2, ProxyV2.SIGNATURE, from)) {
      return ProxyV2.decode(from, bytesMax);
    }
    return new Malformed<>(
        "PROXY header missing: the connection begins with "
            + Quoted.of(from, Math.max(same1, same2) + 1));
  }

  // a mismatch at the end of the shorter one is none
  private static boolean isBegun(int mismatch, ByteBuffer signature, ByteBuffer from) {
    return mismatch < 0 || mismatch == Math.min(signature.limit(), from.limit());
  }
}
