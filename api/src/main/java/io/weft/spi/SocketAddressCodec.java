package io.weft.spi;

import io.weft.Network;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Socket addresses as Linux lays them out in memory, for adapters that make the system calls
 * themselves: ip(7), ipv6(7), unix(7).
 *
 * <p>Both ways use a buffer's bytes from index 0 on, below its limit, set its order to the native
 * one, and leave its position alone. Unix names are paths: {@code @name} is an abstract one,
 * {@code @} stands for none.
 */
public final class SocketAddressCodec {
  /** The family of unix sockets. */
  public static final int AF_UNIX = 1;

  /** The family of IPv4. */
  public static final int AF_INET = 2;

  /** The family of IPv6, which also reaches IPv4. */
  public static final int AF_INET6 = 10;

  /** Room for an address of any family (struct sockaddr_storage). */
  public static final int BYTES_MAX = 128;

  private static final Path IF_INET6 = Path.of("/proc/net/if_inet6");
  private static final int PORT_AT = 2;
  private static final int INET_AT = 4;
  private static final int INET_BYTES = 16;
  private static final int INET6_AT = 8;
  private static final int SCOPE_AT = 24;
  private static final int INET6_BYTES = 28;
  private static final int PATH_AT = 2;
  private static final int PATH_BYTES_MAX = 108;

  private SocketAddressCodec() {}

  /**
   * The family of a network's sockets.
   *
   * @param network the network
   * @return one of the constants above; for {@link Network#TCP} AF_INET6 where the kernel has it
   */
  public static int family(Network network) {
    return switch (network) {
      case UNIX, UNIXPACKET -> AF_UNIX;
      case TCP4 -> AF_INET;
      case TCP6 -> AF_INET6;
      case TCP -> Files.exists(IF_INET6) ? AF_INET6 : AF_INET;
    };
  }

  /**
   * Writes an address for a socket of a family.
   *
   * @param address the address; an IPv4 one is mapped for AF_INET6, but for the wildcard, which is
   *     that of both there
   * @param family the socket's family
   * @param to where to, at least {@link #BYTES_MAX}; the rest of these becomes zero
   * @return the address's length in bytes
   * @throws ErrnoException EAFNOSUPPORT: the family has no such address, or the address is not
   *     resolved; EINVAL: the path is too long
   */
  public static int encode(SocketAddress address, int family, ByteBuffer to) throws ErrnoException {
    to.order(ByteOrder.nativeOrder());
    for (int at = 0; at < BYTES_MAX; at += Long.BYTES) {
      to.putLong(at, 0);
    }
    to.putShort(0, (short) family);
    if (family == AF_UNIX && address instanceof UnixDomainSocketAddress unix) {
      return encodePath(unix.getPath().toString(), to);
    }
    if (address instanceof InetSocketAddress inet) {
      InetAddress ip = inet.getAddress();
      to.put(PORT_AT, (byte) (inet.getPort() >> 8)).put(PORT_AT + 1, (byte) inet.getPort());
      if (family == AF_INET && ip instanceof Inet4Address) {
        to.put(INET_AT, ip.getAddress());
        return INET_BYTES;
      }
      if (family == AF_INET6 && ip != null) {
        encode6(ip, to);
        return INET6_BYTES;
      }
    }
    throw new ErrnoException(Errno.EAFNOSUPPORT.number(), null);
  }

  private static void encode6(InetAddress ip, ByteBuffer to) {
    if (ip instanceof Inet6Address inet6) {
      to.put(INET6_AT, ip.getAddress()).putInt(SCOPE_AT, inet6.getScopeId());
    } else if (!ip.isAnyLocalAddress()) {
      // ::ffff:a.b.c.d; but everywhere is ::, as ::ffff:0.0.0.0 would be everywhere of IPv4 only
      to.putShort(INET6_AT + 10, (short) -1).put(INET6_AT + 12, ip.getAddress());
    }
  }

  /** A path ends with a zero; an abstract name begins with one, and its length is its end. */
  private static int encodePath(String path, ByteBuffer to) throws ErrnoException {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    boolean isAbstract = bytes.length == 0 || bytes[0] == '@';
    if (bytes.length + (isAbstract ? 0 : 1) > PATH_BYTES_MAX) {
      throw new ErrnoException(Errno.EINVAL.number(), null);
    }
    to.put(PATH_AT, bytes);
    if (!isAbstract) {
      return PATH_AT + bytes.length + 1;
    }
    to.put(PATH_AT, (byte) 0);
    // the family alone asks bind(2) for a name
    return bytes.length <= 1 ? PATH_AT : PATH_AT + bytes.length;
  }

  /**
   * Reads an address that the kernel wrote.
   *
   * @param from where from
   * @param lengthBytes the length that the kernel told
   * @return the address; an IPv4 one where an IPv6 socket has it mapped; for a unix socket without
   *     a name the path {@code @}; a zero within an abstract name becomes an {@code @}, as a path
   *     cannot hold it
   */
  public static SocketAddress decode(ByteBuffer from, int lengthBytes) {
    from.order(ByteOrder.nativeOrder());
    int family = lengthBytes < PATH_AT ? AF_UNIX : from.getShort(0);
    if (family == AF_UNIX) {
      return UnixDomainSocketAddress.of(decodePath(from, lengthBytes - PATH_AT));
    }
    boolean four = family == AF_INET;
    byte[] bytes = new byte[four ? 4 : 16];
    from.get(four ? INET_AT : INET6_AT, bytes);
    int port = ((from.get(PORT_AT) & 0xff) << 8) | (from.get(PORT_AT + 1) & 0xff);
    try {
      InetAddress ip = InetAddress.getByAddress(bytes);
      if (ip instanceof Inet6Address && from.getInt(SCOPE_AT) != 0) {
        ip = Inet6Address.getByAddress(null, bytes, from.getInt(SCOPE_AT));
      }
      return new InetSocketAddress(ip, port);
    } catch (UnknownHostException e) {
      throw new AssertionError("an address of 4 or 16 bytes", e);
    }
  }

  private static String decodePath(ByteBuffer from, int lengthBytes) {
    if (lengthBytes <= 0) {
      return "@";
    }
    byte[] bytes = new byte[lengthBytes];
    from.get(PATH_AT, bytes);
    String path = new String(bytes, StandardCharsets.UTF_8);
    int end = path.indexOf(0);
    if (end == 0) {
      return path.replace('\0', '@');
    }
    return end < 0 ? path : path.substring(0, end);
  }
}
