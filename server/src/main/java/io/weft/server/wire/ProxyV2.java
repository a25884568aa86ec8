package io.weft.server.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weft.server.wire.Decoded.Done;
import io.weft.server.wire.Decoded.Malformed;
import io.weft.server.wire.Decoded.More;
import io.weft.server.wire.ProxyHeader.Command;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.InvalidPathException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Version 2 of the PROXY header: 16 bytes, two addresses, TLVs. */
final class ProxyV2 {
  static final ByteBuffer SIGNATURE =
      ByteBuffer.wrap(HexFormat.of().parseHex("0d0a0d0a000d0a515549540a")).asReadOnlyBuffer();

  private static final int COMMAND_AT = 12;
  private static final int TRANSPORT_AT = 13;
  private static final int LENGTH_AT = 14;
  private static final int ADDRESSES_AT = 16;
  // the version, and the command in the lower half
  private static final int LOCAL = 0x20;
  private static final int PROXY = 0x21;
  private static final int PATH_BYTES = 108;

  private ProxyV2() {}

  /** Reads a header that begins with as much of the signature as there is. */
  static Decoded<ProxyHeader> decode(ByteBuffer from, int bytesMax) {
    int command = from.limit() > COMMAND_AT ? from.get(COMMAND_AT) & 0xff : LOCAL;
    if (command >> 4 != LOCAL >> 4) {
      return malformed("the version is " + (command >> 4));
    }
    boolean local = command == LOCAL;
    if (!local && command != PROXY) {
      return malformed("command " + (command & 0xf) + " is neither LOCAL (0) nor PROXY (1)");
    }
    int code = from.limit() > TRANSPORT_AT ? from.get(TRANSPORT_AT) & 0xff : 0;
    Transport told = Transport.of(code);
    if (told == null && !local) {
      return malformed("0x%02x is no address family and transport".formatted(code));
    }
    Transport transport = told == null ? Transport.UNSPEC : told;
    if (from.limit() < ADDRESSES_AT) {
      return new More<>(bytesMax);
    }
    int bytes = ADDRESSES_AT + (from.getShort(LENGTH_AT) & 0xffff);
    if (bytes > bytesMax) {
      return malformed("it has " + bytes + " bytes, and at most " + bytesMax + " are taken");
    }
    if (bytes < ADDRESSES_AT + transport.addressBytes() && !local) {
      return malformed(
          "its length is %d, and the addresses of %s have %d bytes"
              .formatted(bytes - ADDRESSES_AT, transport, transport.addressBytes()));
    }
    return from.limit() < bytes
        ? new More<>(bytes)
        : complete(from.slice(0, bytes), local, transport);
  }

  private static Decoded<ProxyHeader> complete(
      ByteBuffer header, boolean local, Transport transport) {
    int tlvsAt = ADDRESSES_AT + transport.addressBytes();
    int tlvBytes = Math.max(0, header.limit() - tlvsAt);
    ByteBuffer tlvs = header.slice(header.limit() - tlvBytes, tlvBytes);
    boolean addressed = !local && transport != Transport.UNSPEC;
    String fault = Tlvs.fault(tlvs);
    if (fault != null) {
      if (addressed) {
        return malformed(fault);
      }
      // where no address counts, what is there need not be TLVs
      tlvs.limit(0);
    }
    int checksumAt = Tlvs.checksumAt(tlvs);
    if (checksumAt >= 0 && tlvs.getInt(checksumAt) != checksum(header, tlvsAt + checksumAt)) {
      return malformed("its CRC32C does not match");
    }
    if (!addressed) {
      ProxyHeader unknown = ProxyHeader.unknown(local ? Command.LOCAL : Command.PROXY);
      return new Done<>(local ? unknown : unknown.withTlvs(tlvs), header.limit());
    }
    SocketAddress source = address(header, transport, 0);
    SocketAddress destination = address(header, transport, 1);
    if (source == null || destination == null) {
      return malformed("a unix path is not UTF-8, or has a zero within an abstract name");
    }
    return new Done<>(
        new ProxyHeader(Command.PROXY, transport, source, destination, tlvs), header.limit());
  }

  /** The source (0) or the destination (1); null when it is a path that cannot be told. */
  private static @Nullable SocketAddress address(ByteBuffer header, Transport transport, int side) {
    int ipBytes = transport.addressBytes() / 2 - Short.BYTES;
    byte[] bytes = new byte[transport.isUnix() ? PATH_BYTES : ipBytes];
    header.get(ADDRESSES_AT + side * bytes.length, bytes);
    if (transport.isUnix()) {
      return path(bytes);
    }
    int portAt = ADDRESSES_AT + 2 * ipBytes + side * Short.BYTES;
    return new InetSocketAddress(IpLiteral.of(bytes), header.getShort(portAt) & 0xffff);
  }

  /** A path ends with a zero, or its room; an abstract name begins with one, and ends before. */
  private static @Nullable UnixDomainSocketAddress path(byte[] room) {
    boolean isAbstract = room[0] == 0;
    int end = isAbstract ? room.length : 1;
    while (isAbstract && end > 1 && room[end - 1] == 0) {
      end--;
    }
    while (!isAbstract && end < room.length && room[end] != 0) {
      end++;
    }
    byte[] bytes = Arrays.copyOf(room, end);
    if (isAbstract) {
      bytes[0] = '@';
    }
    String text = new String(bytes, UTF_8);
    try {
      return Arrays.equals(text.getBytes(UTF_8), bytes) ? UnixDomainSocketAddress.of(text) : null;
    } catch (InvalidPathException _) {
      return null;
    }
  }

  private static Decoded<ProxyHeader> malformed(String problem) {
    return new Malformed<>("PROXY header of version 2: " + problem);
  }

  /** Writes a header; one without a client has no addresses. */
  static ByteBuffer encode(ProxyHeader header) {
    boolean local = header.command() == Command.LOCAL;
    Transport transport = local ? Transport.UNSPEC : header.transport();
    ByteBuffer tlvs = header.tlvs();
    int checksumAt = Tlvs.checksumAt(tlvs);
    int tlvsAt = ADDRESSES_AT + transport.addressBytes();
    ByteBuffer to = ByteBuffer.allocate(tlvsAt + tlvs.limit());
    to.put(SIGNATURE.duplicate());
    to.put((byte) (local ? LOCAL : PROXY));
    to.put((byte) transport.code());
    to.putShort((short) (to.limit() - ADDRESSES_AT));
    if (transport != Transport.UNSPEC) {
      addresses(header, to);
    }
    to.put(tlvs);
    if (checksumAt >= 0) {
      to.putInt(tlvsAt + checksumAt, checksum(to, tlvsAt + checksumAt));
    }
    return to.flip();
  }

  private static void addresses(ProxyHeader header, ByteBuffer to) {
    boolean six = header.transport() == Transport.TCP6 || header.transport() == Transport.UDP6;
    if (header.source() instanceof InetSocketAddress source
        && header.destination() instanceof InetSocketAddress destination) {
      to.put(ip(six, source)).put(ip(six, destination));
      to.putShort((short) source.getPort()).putShort((short) destination.getPort());
    } else if (header.source() instanceof UnixDomainSocketAddress source
        && header.destination() instanceof UnixDomainSocketAddress destination) {
      to.put(room(source)).put(room(destination));
    }
  }

  private static byte[] ip(boolean six, InetSocketAddress address) {
    return six ? IpLiteral.mapped(address.getAddress()) : address.getAddress().getAddress();
  }

  private static byte[] room(UnixDomainSocketAddress address) {
    byte[] room = Arrays.copyOf(bytes(address), PATH_BYTES);
    if (room[0] == '@') {
      room[0] = 0;
    }
    return room;
  }

  static boolean hasRoom(UnixDomainSocketAddress address) {
    return bytes(address).length <= PATH_BYTES;
  }

  private static byte[] bytes(UnixDomainSocketAddress address) {
    return address.getPath().toString().getBytes(UTF_8);
  }

  /** The CRC32C of a header whose checksum, at this index, is zero. */
  private static int checksum(ByteBuffer header, int at) {
    CRC32C crc = new CRC32C();
    crc.update(header.slice(0, at));
    crc.update(new byte[Tlvs.CHECKSUM_BYTES]);
    int behind = at + Tlvs.CHECKSUM_BYTES;
    crc.update(header.slice(behind, header.limit() - behind));
    return (int) crc.getValue();
  }
}
