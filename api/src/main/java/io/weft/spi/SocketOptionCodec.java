package io.weft.spi;

import io.weft.WeftOptions;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Map;
import java.util.function.Function;

/**
 * A socket option as Linux knows it, for adapters that make the system calls themselves: its level
 * and number, and the ints that stand for a value. socket(7), tcp(7), ipv6(7).
 *
 * @param <T> the value's type
 */
public final class SocketOptionCodec<T> {
  /** How many ints the kernel's value of any option takes at most. */
  public static final int INTS_MAX = 2;

  private static final int SOL_SOCKET = 1;
  private static final int IPPROTO_TCP = 6;
  private static final int IPPROTO_IPV6 = 41;

  private static final Map<SocketOption<?>, SocketOptionCodec<?>> ALL =
      Map.ofEntries(
          Map.entry(StandardSocketOptions.SO_REUSEADDR, flag(SOL_SOCKET, 2)),
          Map.entry(StandardSocketOptions.SO_SNDBUF, bufferSize(7)),
          Map.entry(StandardSocketOptions.SO_RCVBUF, bufferSize(8)),
          Map.entry(StandardSocketOptions.SO_KEEPALIVE, flag(SOL_SOCKET, 9)),
          Map.entry(StandardSocketOptions.SO_LINGER, linger()),
          Map.entry(StandardSocketOptions.SO_REUSEPORT, flag(SOL_SOCKET, 15)),
          Map.entry(StandardSocketOptions.TCP_NODELAY, flag(IPPROTO_TCP, 1)),
          Map.entry(WeftOptions.TCP_KEEPIDLE, number(IPPROTO_TCP, 4)),
          Map.entry(WeftOptions.TCP_KEEPINTERVAL, number(IPPROTO_TCP, 5)),
          Map.entry(WeftOptions.TCP_KEEPCOUNT, number(IPPROTO_TCP, 6)),
          Map.entry(WeftOptions.TCP_USER_TIMEOUT, number(IPPROTO_TCP, 18)),
          Map.entry(WeftOptions.IPV6_V6ONLY, flag(IPPROTO_IPV6, 26)));

  private final int level;
  private final int number;
  private final Function<T, int[]> encoder;
  private final Function<int[], T> decoder;

  private SocketOptionCodec(
      int level, int number, Function<T, int[]> encoder, Function<int[], T> decoder) {
    this.level = level;
    this.number = number;
    this.encoder = encoder;
    this.decoder = decoder;
  }

  private static SocketOptionCodec<Boolean> flag(int level, int number) {
    return new SocketOptionCodec<>(
        level, number, on -> new int[] {on ? 1 : 0}, ints -> ints[0] != 0);
  }

  private static SocketOptionCodec<Integer> number(int level, int number) {
    return new SocketOptionCodec<>(level, number, value -> new int[] {value}, ints -> ints[0]);
  }

  /**
   * Linux reserves as much again for itself, and tells the sum; the JDK tells what was asked for.
   */
  private static SocketOptionCodec<Integer> bufferSize(int number) {
    return new SocketOptionCodec<>(
        SOL_SOCKET, number, value -> new int[] {value}, ints -> ints[0] / 2);
  }

  /** Struct linger: whether, and how many seconds. */
  private static SocketOptionCodec<Integer> linger() {
    return new SocketOptionCodec<>(
        SOL_SOCKET,
        13,
        seconds -> new int[] {seconds < 0 ? 0 : 1, Math.max(seconds, 0)},
        ints -> ints[0] == 0 ? -1 : ints[1]);
  }

  /**
   * Finds the codec of an option.
   *
   * @param option a standard option or one of {@link WeftOptions}
   * @param <T> the value's type
   * @return its codec
   * @throws UnsupportedOperationException stream sockets do not have it
   */
  @SuppressWarnings("unchecked") // each is filed under an option of its own type
  public static <T> SocketOptionCodec<T> of(SocketOption<T> option) {
    SocketOptionCodec<?> found = ALL.get(option);
    if (found == null) {
      throw new UnsupportedOperationException(
          "the socket option " + option.name() + " is not supported");
    }
    return (SocketOptionCodec<T>) found;
  }

  /**
   * The protocol level, as setsockopt(2) takes it.
   *
   * @return the level
   */
  public int level() {
    return level;
  }

  /**
   * The option within its level, as setsockopt(2) takes it.
   *
   * @return the number
   */
  public int number() {
    return number;
  }

  /**
   * What to give to setsockopt(2).
   *
   * @param value the value
   * @return as many ints as the option has
   */
  public int[] encode(T value) {
    return encoder.apply(value);
  }

  /**
   * What getsockopt(2) told.
   *
   * @param ints what it wrote, in an array of {@link #INTS_MAX}
   * @return the value
   */
  public T decode(int[] ints) {
    return decoder.apply(ints);
  }
}
