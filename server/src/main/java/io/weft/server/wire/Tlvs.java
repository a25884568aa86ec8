package io.weft.server.wire;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The records of type, length and value behind the addresses of a PROXY header of version 2. */
final class Tlvs {
  static final int CHECKSUM_BYTES = 4;

  private static final int HEAD_BYTES = 3;
  private static final int TYPE_CRC32C = 3;

  private Tlvs() {}

  /** What is wrong with the records that fill a buffer from index 0 on, or null. */
  static @Nullable String fault(ByteBuffer tlvs) {
    boolean checked = false;
    for (int at = 0; at < tlvs.limit(); at = next(tlvs, at)) {
      int left = tlvs.limit() - at;
      if (left < HEAD_BYTES) {
        return left + " bytes are left, and a TLV has 3 at least";
      }
      int type = tlvs.get(at) & 0xff;
      int length = next(tlvs, at) - at - HEAD_BYTES;
      if (length > left - HEAD_BYTES) {
        return "the TLV of type 0x%02x has %d bytes, and %d are left"
            .formatted(type, length, left - HEAD_BYTES);
      }
      if (type == TYPE_CRC32C && length != CHECKSUM_BYTES) {
        return "the CRC32C has " + length + " bytes, not 4";
      }
      if (type == TYPE_CRC32C && checked) {
        return "there is a second CRC32C";
      }
      checked |= type == TYPE_CRC32C;
    }
    return null;
  }

  /** Where the checksum stands in well-formed records, or -1. */
  static int checksumAt(ByteBuffer tlvs) {
    for (int at = 0; at < tlvs.limit(); at = next(tlvs, at)) {
      if (tlvs.get(at) == TYPE_CRC32C) {
        return at + HEAD_BYTES;
      }
    }
    return -1;
  }

  private static int next(ByteBuffer tlvs, int at) {
    return at + HEAD_BYTES + (tlvs.getShort(at + 1) & 0xffff);
  }
}
