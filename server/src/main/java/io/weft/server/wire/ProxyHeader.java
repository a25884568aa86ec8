package io.weft.server.wire;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a PROXY header tells of the connection that it stands in front of. Without addresses the
 * connection's own count.
 *
 * <p>Unix addresses are paths, {@code @name} for abstract ones and {@code @} for none. An IPv4
 * address that IPv6 carries ({@code ::ffff:192.0.2.1}) is an IPv4 address here; that it was carried
 * so is kept in the transport.
 *
 * @param command whether the connection is somebody's
 * @param transport what it runs on
 * @param source where it comes from, or null
 * @param destination where it went to, or null; there exactly when the source is
 * @param tlvs what else version 2 tells, as it is on the wire; a copy, and read-only
 */
public record ProxyHeader(
    Command command,
    Transport transport,
    @Nullable SocketAddress source,
    @Nullable SocketAddress destination,
    ByteBuffer tlvs) {
  /** How many bytes the rest of version 2 may have, so that every address fits beside it. */
  public static final int TLV_BYTES_MAX = 0xffff - Transport.UNIX_STREAM.addressBytes();

  static final ByteBuffer NO_TLVS = ByteBuffer.allocate(0);

  /** On whose behalf a connection was made. */
  public enum Command {
    /** The sender's own, for a health check. */
    LOCAL,
    /** That of the client whom the header names. */
    PROXY
  }

  /** Checks that the addresses are such as the transport has. */
  public ProxyHeader {
    requireFit(transport, source);
    requireFit(transport, destination);
    String fault =
        tlvs.remaining() > TLV_BYTES_MAX ? tlvs.remaining() + " bytes" : Tlvs.fault(tlvs.slice());
    if (fault != null) {
      throw new IllegalArgumentException("TLVs: " + fault);
    }
    tlvs = ByteBuffer.allocate(tlvs.remaining()).put(tlvs.slice()).flip().asReadOnlyBuffer();
  }

  /**
   * The header for a client's connection, as this process sees it. Where the two ends are not both
   * IPv4 or both IPv6 it tells no address: many receivers refuse those of unix sockets.
   *
   * @param source the client
   * @param destination where it connected to
   * @return the header
   */
  public static ProxyHeader proxied(SocketAddress source, SocketAddress destination) {
    return of(Command.PROXY, source, destination);
  }

  /**
   * The header for a health check. Version 2 says that there is no client; version 1, which cannot,
   * names the two ends of the connection itself.
   *
   * @param source this end
   * @param destination the other end
   * @return the header
   */
  public static ProxyHeader local(SocketAddress source, SocketAddress destination) {
    return of(Command.LOCAL, source, destination);
  }

  private static ProxyHeader of(Command command, SocketAddress from, SocketAddress to) {
    if (from instanceof InetSocketAddress from4or6 && to instanceof InetSocketAddress to4or6) {
      InetSocketAddress source = plain(from4or6);
      InetSocketAddress destination = plain(to4or6);
      boolean four = source.getAddress() instanceof Inet4Address;
      if (four == (destination.getAddress() instanceof Inet4Address)) {
        Transport transport = four ? Transport.TCP4 : Transport.TCP6;
        return new ProxyHeader(command, transport, source, destination, NO_TLVS);
      }
    }
    return unknown(command);
  }

  /** A header without addresses. */
  static ProxyHeader unknown(Command command) {
    return new ProxyHeader(command, Transport.UNSPEC, null, null, NO_TLVS);
  }

  // a mapped address is what it maps, and a zone says nothing to others
  private static InetSocketAddress plain(InetSocketAddress address) {
    InetAddress ip = IpLiteral.of(address.getAddress().getAddress());
    return new InetSocketAddress(ip, address.getPort());
  }

  /**
   * The same header with these TLVs; version 2 writes them, and a CRC32C among them anew.
   *
   * @param raw well-formed TLVs, at most {@link #TLV_BYTES_MAX}; not moved
   * @return the header
   */
  public ProxyHeader withTlvs(ByteBuffer raw) {
    return new ProxyHeader(command, transport, source, destination, raw);
  }

  /**
   * What else version 2 tells.
   *
   * @return a view of its own, which may be moved
   */
  @Override
  public ByteBuffer tlvs() {
    return tlvs.duplicate();
  }

  private static void requireFit(Transport transport, @Nullable SocketAddress address) {
    boolean fits =
        switch (address) {
          case null -> transport == Transport.UNSPEC;
          case InetSocketAddress inet ->
              switch (transport) {
                case TCP4, UDP4 -> inet.getAddress() instanceof Inet4Address;
                case TCP6, UDP6 -> inet.getAddress() != null;
                default -> false;
              };
          case UnixDomainSocketAddress unix -> transport.isUnix() && ProxyV2.hasRoom(unix);
          default -> false;
        };
    if (!fits) {
      throw new IllegalArgumentException(address + " is no address of " + transport);
    }
  }
}
