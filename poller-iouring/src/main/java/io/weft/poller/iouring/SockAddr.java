package io.weft.poller.iouring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Socket addresses as the kernel writes them: ip(7), ipv6(7), unix(7). */
final class SockAddr {
  static final int AF_UNIX = 1;
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;

  /** Room for each of them (struct sockaddr_storage). */
  static final int BYTES = 128;

  private static final ValueLayout.OfShort PORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
  private static final int PATH_AT = 2;
  private static final int PATH_BYTES_MAX = 108;

  private SockAddr() {}

  /** Writes an address to {@link #BYTES} of zeros, for a socket of the family; its length. */
  static int write(SocketAddress address, int family, MemorySegment to) throws ErrnoException {
    to.set(JAVA_SHORT, 0, (short) family);
    if (family == AF_UNIX && address instanceof UnixDomainSocketAddress unix) {
      return writePath(unix.getPath().toString(), to);
    }
    if (address instanceof InetSocketAddress inet) {
      InetAddress ip = inet.getAddress();
      to.set(PORT, 2, (short) inet.getPort());
      if (family == AF_INET && ip instanceof Inet4Address) {
        MemorySegment.copy(ip.getAddress(), 0, to, JAVA_BYTE, 4, 4);
        return 16;
      }
      if (family == AF_INET6 && ip != null) {
        write6(ip, to);
        return 28;
      }
    }
    throw new ErrnoException(Errno.EAFNOSUPPORT.number(), null);
  }

  private static void write6(InetAddress ip, MemorySegment to) {
    if (ip instanceof Inet6Address inet6) {
      MemorySegment.copy(ip.getAddress(), 0, to, JAVA_BYTE, 8, 16);
      to.set(JAVA_INT, 24, inet6.getScopeId());
    } else {
      to.set(JAVA_SHORT, 18, (short) -1); // ::ffff:a.b.c.d
      MemorySegment.copy(ip.getAddress(), 0, to, JAVA_BYTE, 20, 4);
    }
  }

  /** {@code @name} is abstract, {@code @} alone asks the kernel for a name. */
  private static int writePath(String path, MemorySegment to) throws ErrnoException {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    boolean isAbstract = bytes.length == 0 || bytes[0] == '@';
    if (bytes.length + (isAbstract ? 0 : 1) > PATH_BYTES_MAX) {
      throw new ErrnoException(Errno.EINVAL.number(), null);
    }
    MemorySegment.copy(bytes, 0, to, JAVA_BYTE, PATH_AT, bytes.length);
    if (!isAbstract) {
      return PATH_AT + bytes.length + 1;
    }
    to.set(JAVA_BYTE, PATH_AT, (byte) 0);
    return bytes.length <= 1 ? PATH_AT : PATH_AT + bytes.length;
  }

  /** Reads an address of that length; {@code @} for a unix socket without a name. */
  static SocketAddress read(MemorySegment from, int lengthBytes) {
    int family = lengthBytes < PATH_AT ? AF_UNIX : from.get(JAVA_SHORT, 0);
    if (family == AF_UNIX) {
      return UnixDomainSocketAddress.of(readPath(from, lengthBytes - PATH_AT));
    }
    boolean four = family == AF_INET;
    byte[] bytes = from.asSlice(four ? 4 : 8, four ? 4 : 16).toArray(JAVA_BYTE);
    try {
      InetAddress ip = InetAddress.getByAddress(bytes);
      if (ip instanceof Inet6Address && from.get(JAVA_INT, 24) != 0) {
        ip = Inet6Address.getByAddress(null, bytes, from.get(JAVA_INT, 24));
      }
      return new InetSocketAddress(ip, Short.toUnsignedInt(from.get(PORT, 2)));
    } catch (UnknownHostException e) {
      throw new AssertionError("an address of 4 or 16 bytes", e);
    }
  }

  private static String readPath(MemorySegment from, int lengthBytes) {
    if (lengthBytes <= 0) {
      return "@";
    }
    if (from.get(JAVA_BYTE, PATH_AT) != 0) {
      return from.getString(PATH_AT);
    }
    byte[] name = from.asSlice(PATH_AT + 1, lengthBytes - 1).toArray(JAVA_BYTE);
    return "@" + new String(name, StandardCharsets.UTF_8);
  }
}
