package io.weft.poller.iouring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.weft.WeftOptions;
import io.weft.spi.ErrnoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Map;

/** A socket option by level and number: socket(7), tcp(7), ipv6(7). */
record SockOpt(int level, int number) {
  static final SockOpt IPV6_V6ONLY = new SockOpt(41, 26);
  private static final int SOL_SOCKET = 1;
  private static final int IPPROTO_TCP = 6;
  private static final Map<SocketOption<?>, SockOpt> ALL =
      Map.of(
          StandardSocketOptions.SO_REUSEADDR, new SockOpt(SOL_SOCKET, 2),
          StandardSocketOptions.SO_SNDBUF, new SockOpt(SOL_SOCKET, 7),
          StandardSocketOptions.SO_RCVBUF, new SockOpt(SOL_SOCKET, 8),
          StandardSocketOptions.SO_KEEPALIVE, new SockOpt(SOL_SOCKET, 9),
          StandardSocketOptions.SO_LINGER, new SockOpt(SOL_SOCKET, 13),
          StandardSocketOptions.SO_REUSEPORT, new SockOpt(SOL_SOCKET, 15),
          StandardSocketOptions.TCP_NODELAY, new SockOpt(IPPROTO_TCP, 1),
          WeftOptions.TCP_KEEPIDLE, new SockOpt(IPPROTO_TCP, 4),
          WeftOptions.TCP_KEEPINTERVAL, new SockOpt(IPPROTO_TCP, 5),
          WeftOptions.TCP_KEEPCOUNT, new SockOpt(IPPROTO_TCP, 6));

  private static SockOpt of(SocketOption<?> option) {
    SockOpt found = ALL.get(option);
    if (found == null) {
      throw new UnsupportedOperationException("socket option " + option.name() + " (io_uring)");
    }
    return found;
  }

  static <T> void set(int fd, SocketOption<T> option, T value) throws ErrnoException {
    int number = value instanceof Boolean flag ? (flag ? 1 : 0) : (Integer) value;
    if (option == StandardSocketOptions.SO_LINGER) {
      of(option).set(fd, number < 0 ? 0 : 1, Math.max(number, 0));
    } else {
      of(option).set(fd, number);
    }
  }

  static <T> T get(int fd, SocketOption<T> option) throws ErrnoException {
    int[] value = of(option).get(fd);
    Object result = value[0];
    if (option.type() == Boolean.class) {
      result = value[0] != 0;
    } else if (option == StandardSocketOptions.SO_LINGER) {
      result = value[0] == 0 ? -1 : value[1];
    }
    return option.type().cast(result);
  }

  /** One int, or two for struct linger. */
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
