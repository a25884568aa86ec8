package io.weft.poller.iouring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.weft.WeftOptions;
import io.weft.spi.ErrnoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Map;

/**
 * A socket option as the kernel numbers it: socket(7), tcp(7), ipv6(7).
 *
 * @param level SOL_SOCKET, IPPROTO_TCP or IPPROTO_IPV6
 * @param number the option's own number
 */
record SockOpt(int level, int number) {
  /** IPV6_V6ONLY. */
  static final SockOpt V6ONLY = new SockOpt(41, 26);

  private static final int SOCKET = 1;
  private static final int TCP = 6;
  private static final Map<SocketOption<?>, SockOpt> ALL =
      Map.of(
          StandardSocketOptions.SO_REUSEADDR, new SockOpt(SOCKET, 2),
          StandardSocketOptions.SO_SNDBUF, new SockOpt(SOCKET, 7),
          StandardSocketOptions.SO_RCVBUF, new SockOpt(SOCKET, 8),
          StandardSocketOptions.SO_KEEPALIVE, new SockOpt(SOCKET, 9),
          StandardSocketOptions.SO_LINGER, new SockOpt(SOCKET, 13),
          StandardSocketOptions.SO_REUSEPORT, new SockOpt(SOCKET, 15),
          StandardSocketOptions.TCP_NODELAY, new SockOpt(TCP, 1),
          WeftOptions.TCP_KEEPIDLE, new SockOpt(TCP, 4),
          WeftOptions.TCP_KEEPINTERVAL, new SockOpt(TCP, 5),
          WeftOptions.TCP_KEEPCOUNT, new SockOpt(TCP, 6));

  private static SockOpt of(SocketOption<?> option) {
    SockOpt found = ALL.get(option);
    if (found == null) {
      throw new UnsupportedOperationException("socket option " + option.name() + " (io_uring)");
    }
    return found;
  }

  /** setsockopt(2) for an option of the JDK or of Weft. */
  static <T> void set(int fd, SocketOption<T> option, T value) throws ErrnoException {
    SockOpt opt = of(option);
    int number = value instanceof Boolean flag ? (flag ? 1 : 0) : (Integer) value;
    if (option == StandardSocketOptions.SO_LINGER) {
      opt.set(fd, number < 0 ? new int[] {0, 0} : new int[] {1, number});
    } else {
      opt.set(fd, number);
    }
  }

  /** getsockopt(2) for an option of the JDK or of Weft. */
  static <T> T get(int fd, SocketOption<T> option) throws ErrnoException {
    int[] value = of(option).get(fd);
    Object result;
    if (option.type() == Boolean.class) {
      result = value[0] != 0;
    } else if (option == StandardSocketOptions.SO_LINGER) {
      result = value[0] == 0 ? -1 : value[1];
    } else if (option == StandardSocketOptions.SO_SNDBUF
        || option == StandardSocketOptions.SO_RCVBUF) {
      // the kernel doubles what it was given, for its own bookkeeping
      result = value[0] / 2;
    } else {
      result = value[0];
    }
    return option.type().cast(result);
  }

  /**
   * setsockopt(2).
   *
   * @param fd the socket
   * @param value one int, or two for struct linger
   * @throws ErrnoException the kernel refused
   */
  void set(int fd, int... value) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocateFrom(JAVA_INT, value);
      Sys.SETSOCKOPT.need(fd, level, number, memory.address(), memory.byteSize());
    }
  }

  private int[] get(int fd) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(JAVA_INT, 2);
      MemorySegment length = arena.allocateFrom(JAVA_INT, (int) value.byteSize());
      Sys.GETSOCKOPT.need(fd, level, number, value.address(), length.address());
      return value.toArray(JAVA_INT);
    }
  }
}
