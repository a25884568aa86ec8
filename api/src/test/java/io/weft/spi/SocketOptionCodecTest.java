package io.weft.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.WeftOptions;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** Goal: options have the kernel's numbers, and values are the same after both ways. */
@Timeout(60)
class SocketOptionCodecTest {
  private static final int SOL_SOCKET = 1;
  private static final int SOL_TCP = 6;
  private static final int SOL_IPV6 = 41;

  static final List<Arguments> FLAGS =
      List.of(
          Arguments.of(StandardSocketOptions.SO_REUSEADDR, SOL_SOCKET, 2),
          Arguments.of(StandardSocketOptions.SO_KEEPALIVE, SOL_SOCKET, 9),
          Arguments.of(StandardSocketOptions.SO_REUSEPORT, SOL_SOCKET, 15),
          Arguments.of(StandardSocketOptions.TCP_NODELAY, SOL_TCP, 1),
          Arguments.of(WeftOptions.IPV6_V6ONLY, SOL_IPV6, 26));

  static final List<Arguments> NUMBERS =
      List.of(
          Arguments.of(WeftOptions.TCP_KEEPIDLE, SOL_TCP, 4),
          Arguments.of(WeftOptions.TCP_KEEPINTERVAL, SOL_TCP, 5),
          Arguments.of(WeftOptions.TCP_KEEPCOUNT, SOL_TCP, 6),
          Arguments.of(WeftOptions.TCP_USER_TIMEOUT, SOL_TCP, 18));

  private static void assertPlace(SocketOptionCodec<?> codec, int level, int number) {
    assertThat(codec.level()).isEqualTo(level);
    assertThat(codec.number()).isEqualTo(number);
  }

  private static <T> void assertBothWays(SocketOptionCodec<T> codec, T value, int... ints) {
    assertThat(codec.encode(value)).containsExactly(ints);
    assertThat(codec.decode(Arrays.copyOf(ints, SocketOptionCodec.INTS_MAX))).isEqualTo(value);
  }

  @ParameterizedTest
  @FieldSource("FLAGS")
  void flags(SocketOption<Boolean> option, int level, int number) {
    SocketOptionCodec<Boolean> codec = SocketOptionCodec.of(option);
    assertPlace(codec, level, number);
    assertBothWays(codec, true, 1);
    assertBothWays(codec, false, 0);
    assertThat(codec.decode(new int[] {8, 0})).as("all but zero is on").isTrue();
  }

  @ParameterizedTest
  @FieldSource("NUMBERS")
  void numbers(SocketOption<Integer> option, int level, int number) {
    SocketOptionCodec<Integer> codec = SocketOptionCodec.of(option);
    assertPlace(codec, level, number);
    assertBothWays(codec, 0, 0);
    assertBothWays(codec, 65_536, 65_536);
    assertBothWays(codec, Integer.MAX_VALUE, Integer.MAX_VALUE);
  }

  @Test
  void sizesOfBuffersAreToldAsTheyWereAskedFor() {
    SocketOptionCodec<Integer> send = SocketOptionCodec.of(StandardSocketOptions.SO_SNDBUF);
    SocketOptionCodec<Integer> receive = SocketOptionCodec.of(StandardSocketOptions.SO_RCVBUF);
    assertPlace(send, SOL_SOCKET, 7);
    assertPlace(receive, SOL_SOCKET, 8);
    for (SocketOptionCodec<Integer> codec : List.of(send, receive)) {
      assertThat(codec.encode(16_384)).containsExactly(16_384);
      assertThat(codec.decode(new int[] {32_768, 0})).isEqualTo(16_384);
    }
  }

  @Test
  void lingerIsOffBelowZero() {
    SocketOptionCodec<Integer> codec = SocketOptionCodec.of(StandardSocketOptions.SO_LINGER);
    assertPlace(codec, SOL_SOCKET, 13);
    assertBothWays(codec, -1, 0, 0);
    assertBothWays(codec, 0, 1, 0);
    assertBothWays(codec, 7, 1, 7);
    assertThat(codec.encode(-5)).containsExactly(0, 0);
    assertThat(codec.decode(new int[] {0, 7})).as("seconds of a linger that is off").isEqualTo(-1);
  }

  @Test
  void anOptionOfOtherSocketsIsRefusedByName() {
    assertThatThrownBy(() -> SocketOptionCodec.of(StandardSocketOptions.IP_MULTICAST_TTL))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("the socket option IP_MULTICAST_TTL is not supported");
  }
}
