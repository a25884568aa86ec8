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
  /** AF_UNIX. */
  static final int UNIX = 1;

  /** AF_INET. */
  static final int INET = 2;

  /** AF_INET6. */
  static final int INET6 = 10;

  /** Room for each of them (struct sockaddr_storage). */
  static final int BYTES = 128;

  private static final int INET_BYTES = 16;
  private static final int INET6_BYTES = 28;
  private static final int PATH_AT = 2;
  private static final int PATH_BYTES_MAX = 108;
  private static final ValueLayout.OfShort PORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

  private SockAddr() {}

  /**
   * Writes an address.
   *
   * @param address what to write
   * @param family of the socket that it is for
   * @param to {@link #BYTES} of zeroed memory
   * @return how many bytes it takes
   * @throws ErrnoException the address is none for a socket of this family
   */
  static int write(SocketAddress address, int family, MemorySegment to) throws ErrnoException {
    to.set(JAVA_SHORT, 0, (short) family);
    if (family == UNIX && address instanceof UnixDomainSocketAddress unix) {
      return writePath(unix.getPath().toString(), to);
    }
    if (family != UNIX && address instanceof InetSocketAddress inet && !inet.isUnresolved()) {
      to.set(PORT, 2, (short) inet.getPort());
      return family == INET ? write4(inet.getAddress(), to) : write6(inet.getAddress(), to);
    }
    throw new ErrnoException(Errno.EAFNOSUPPORT.number(), null);
  }

  private static int write4(InetAddress address, MemorySegment to) throws ErrnoException {
    if (!(address instanceof Inet4Address)) {
      throw new ErrnoException(Errno.EAFNOSUPPORT.number(), null);
    }
    MemorySegment.copy(address.getAddress(), 0, to, JAVA_BYTE, 4, 4);
    return INET_BYTES;
  }

  private static int write6(InetAddress address, MemorySegment to) {
    byte[] bytes = address.getAddress();
    int at = 8;
    if (address instanceof Inet6Address inet6) {
      to.set(JAVA_INT, 24, inet6.getScopeId());
    } else {
      to.set(JAVA_SHORT, 18, (short) -1);
      at = 20;
    }
    MemorySegment.copy(bytes, 0, to, JAVA_BYTE, at, bytes.length);
    return INET6_BYTES;
  }

  /** {@code @name} is abstract, {@code @} alone asks the kernel for a name. */
  private static int writePath(String path, MemorySegment to) throws ErrnoException {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    boolean named = bytes.length > 0 && bytes[0] != '@';
    if (bytes.length + (named ? 1 : 0) > PATH_BYTES_MAX) {
      throw new ErrnoException(Errno.EINVAL.number(), null);
    }
    MemorySegment.copy(bytes, 0, to, JAVA_BYTE, PATH_AT, bytes.length);
    if (named) {
      return PATH_AT + bytes.length + 1;
    }
    to.set(JAVA_BYTE, PATH_AT, (byte) 0);
    return bytes.length <= 1 ? PATH_AT : PATH_AT + bytes.length;
  }

  /**
   * Reads an address.
   *
   * @param from what the kernel wrote
   * @param lengthBytes how much of it
   * @return the address; {@code @} for a unix socket without a name
   */
  static SocketAddress read(MemorySegment from, int lengthBytes) {
    int family = lengthBytes < 2 ? UNIX : from.get(JAVA_SHORT, 0);
    if (family == UNIX) {
      return UnixDomainSocketAddress.of(readPath(from, lengthBytes - PATH_AT));
    }
    int port = Short.toUnsignedInt(from.get(PORT, 2));
    byte[] bytes = new byte[family == INET ? 4 : 16];
    MemorySegment.copy(from, JAVA_BYTE, family == INET ? 4 : 8, bytes, 0, bytes.length);
    try {
      InetAddress address = InetAddress.getByAddress(bytes);
      int scope = family == INET ? 0 : from.get(JAVA_INT, 24);
      if (scope != 0 && address instanceof Inet6Address) {
        address = Inet6Address.getByAddress(null, bytes, scope);
      }
      return new InetSocketAddress(address, port);
    } catch (UnknownHostException e) {
      throw new AssertionError("an address of 4 or 16 bytes", e);
    }
  }

  private static String readPath(MemorySegment from, int lengthBytes) {
    if (lengthBytes <= 0) {
      return "@";
    }
    byte[] bytes = from.asSlice(PATH_AT, lengthBytes).toArray(JAVA_BYTE);
    if (bytes[0] == 0) {
      return "@" + new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_8);
    }
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }
}
