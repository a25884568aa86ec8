package io.weft.server.wire;

import io.weft.server.wire.Decoded.Done;
import io.weft.server.wire.Decoded.Malformed;
import io.weft.server.wire.Decoded.More;
import io.weft.server.wire.ProxyHeader.Command;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Version 1 of the PROXY header: {@code PROXY TCP4 192.0.2.1 192.0.2.2 49152 443}. */
final class ProxyV1 {
  static final ByteBuffer SIGNATURE = StandardCharsets.US_ASCII.encode("PROXY ").asReadOnlyBuffer();

  private static final int BYTES_MAX = 107;
  private static final int FIELDS = 5;
  private static final int PORT_MAX = 0xffff;
  private static final String UNKNOWN = "UNKNOWN";
  private static final String[] SIDES = {"source", "destination"};

  private ProxyV1() {}

  /** Reads a header that begins with as much of the signature as there is. */
  static Decoded<ProxyHeader> decode(ByteBuffer from) {
    int seen = Math.min(from.limit(), BYTES_MAX);
    boolean carriageReturn = false;
    for (int at = SIGNATURE.limit(); at < seen; at++) {
      byte b = from.get(at);
      if (carriageReturn != (b == '\n')) {
        return malformed(
            carriageReturn ? "a CR without an LF" : "the line ends with an LF without a CR");
      }
      if (carriageReturn) {
        return line(text(from, at - 1), at + 1);
      }
      carriageReturn = b == '\r';
    }
    return seen == BYTES_MAX ? malformed("no CR LF within 107 bytes") : new More<>(BYTES_MAX);
  }

  private static String text(ByteBuffer from, int end) {
    byte[] bytes = new byte[end - SIGNATURE.limit()];
    from.get(SIGNATURE.limit(), bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static Decoded<ProxyHeader> line(String text, int bytes) {
    if (text.equals(UNKNOWN) || text.startsWith(UNKNOWN + " ")) {
      return new Done<>(ProxyHeader.unknown(Command.PROXY), bytes);
    }
    String[] fields = text.split(" ", -1);
    boolean four = fields[0].equals("TCP4");
    if (!four && !fields[0].equals("TCP6")) {
      return malformed(Quoted.of(fields[0]) + " is not TCP4, TCP6 or UNKNOWN");
    }
    if (fields.length != FIELDS) {
      return malformed((fields.length - 1) + " fields behind " + fields[0] + ", not 4");
    }
    InetSocketAddress source = address(four, fields[1], fields[3]);
    InetSocketAddress destination = address(four, fields[2], fields[4]);
    if (source == null || destination == null) {
      return malformed(fault(four, fields));
    }
    Transport transport = four ? Transport.TCP4 : Transport.TCP6;
    return new Done<>(
        new ProxyHeader(Command.PROXY, transport, source, destination, ProxyHeader.NO_TLVS), bytes);
  }

  private static @Nullable InetSocketAddress address(boolean four, String ip, String port) {
    byte[] bytes = ip(four, ip);
    int number = IpLiteral.decimal(port, PORT_MAX);
    return bytes == null || number < 0 ? null : new InetSocketAddress(IpLiteral.of(bytes), number);
  }

  private static byte @Nullable [] ip(boolean four, String text) {
    return four ? IpLiteral.parse4(text) : IpLiteral.parse6(text);
  }

  private static String fault(boolean four, String[] fields) {
    for (int i = 1; i <= 2; i++) {
      if (ip(four, fields[i]) == null) {
        return "the %s address %s is not an IPv%d address as text"
            .formatted(SIDES[i - 1], Quoted.of(fields[i]), four ? 4 : 6);
      }
    }
    int i = IpLiteral.decimal(fields[3], PORT_MAX) < 0 ? 3 : 4;
    return "the %s port %s is not a number from 0 to 65535"
        .formatted(SIDES[i - 3], Quoted.of(fields[i]));
  }

  private static Decoded<ProxyHeader> malformed(String problem) {
    return new Malformed<>("PROXY header of version 1: " + problem);
  }

  /** Writes a header; one without addresses of TCP becomes UNKNOWN. */
  static ByteBuffer encode(ProxyHeader header) {
    if (header.source() instanceof InetSocketAddress source
        && header.destination() instanceof InetSocketAddress destination
        && (header.transport() == Transport.TCP4 || header.transport() == Transport.TCP6)) {
      int ipBytes = header.transport() == Transport.TCP4 ? 4 : 16;
      return line(
          String.join(
              " ",
              header.transport().toString(),
              IpLiteral.text(source.getAddress(), ipBytes),
              IpLiteral.text(destination.getAddress(), ipBytes),
              Integer.toString(source.getPort()),
              Integer.toString(destination.getPort())));
    }
    return line(UNKNOWN);
  }

  private static ByteBuffer line(String rest) {
    return StandardCharsets.US_ASCII.encode("PROXY " + rest + "\r\n");
  }
}
