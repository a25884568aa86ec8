package io.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: configurations have Go's defaults, are checked with the bad value named, and never change.
 */
@Timeout(60)
class ConfigTest {
  private static final Duration QUARTER_MINUTE = Duration.ofSeconds(15);

  @Test
  void theDefaultsAreGos() {
    assertThat(KeepAlive.DEFAULT).isEqualTo(new KeepAlive(true, QUARTER_MINUTE, QUARTER_MINUTE, 9));
    assertThat(KeepAlive.OFF.enabled()).isFalse();
    assertThat(ListenConfig.DEFAULT).isEqualTo(new ListenConfig(0, KeepAlive.DEFAULT, true));
    assertThat(DialConfig.DEFAULT)
        .isEqualTo(new DialConfig(Duration.ZERO, KeepAlive.DEFAULT, true));
    assertThat(NetConfig.DEFAULT.poller().name()).isEqualTo("auto");
    assertThat(NetConfig.DEFAULT.poller().denied()).isEmpty();
    assertThat(NetConfig.DEFAULT.loops()).isEqualTo(new NetConfig.Loops(0, Scheduling.AUTO));
    assertThat(NetConfig.DEFAULT.bufferBytes()).isEqualTo(65536);
  }

  @Test
  void aChangeIsACopyAndKeepsTheRest() {
    ErrorListener listener = (conn, cause) -> {};
    NetConfig changed =
        NetConfig.DEFAULT
            .withPoller("nio")
            .withDenied("epoll", "io_uring")
            .withLoops(3)
            .withScheduling(Scheduling.JDK)
            .withBufferBytes(1024)
            .withOnError(listener);
    assertThat(changed.poller())
        .isEqualTo(new NetConfig.PollerChoice("nio", Set.of("epoll", "io_uring")));
    assertThat(changed.loops()).isEqualTo(new NetConfig.Loops(3, Scheduling.JDK));
    assertThat(changed.bufferBytes()).isEqualTo(1024);
    assertThat(changed.onError()).isSameAs(listener);
    assertThat(NetConfig.DEFAULT.poller().name()).isEqualTo("auto");
    assertThat(changed.withPoller("auto").poller().denied())
        .containsExactlyInAnyOrder("epoll", "io_uring");
  }

  @Test
  void theDialAndListenCopiesKeepTheRest() {
    DialConfig dial =
        DialConfig.DEFAULT.withTimeout(Duration.ofSeconds(1)).withKeepAlive(KeepAlive.OFF);
    assertThat(dial).isEqualTo(new DialConfig(Duration.ofSeconds(1), KeepAlive.OFF, true));
    ListenConfig listen = ListenConfig.DEFAULT.withBacklogMax(7).withKeepAlive(KeepAlive.OFF);
    assertThat(listen).isEqualTo(new ListenConfig(7, KeepAlive.OFF, true));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1025, Integer.MIN_VALUE})
  void aBadNumberOfLoopsIsNamed(int count) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetConfig.DEFAULT.withLoops(count))
        .withMessageContaining("loops")
        .withMessageContaining(Integer.toString(count));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1023})
  void aBadBufferSizeIsNamed(int bytes) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetConfig.DEFAULT.withBufferBytes(bytes))
        .withMessageContaining("bufferBytes")
        .withMessageContaining(Integer.toString(bytes));
  }

  @Test
  void negativeTimesAndCountsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DialConfig.DEFAULT.withTimeout(Duration.ofSeconds(-3)))
        .withMessage("timeout must not be negative: PT-3S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ListenConfig.DEFAULT.withBacklogMax(-2))
        .withMessage("backlogMax must not be negative: -2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KeepAlive(true, Duration.ZERO, QUARTER_MINUTE, 9))
        .withMessage("idle must be positive: PT0S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KeepAlive(true, QUARTER_MINUTE, Duration.ofMillis(-1), 9))
        .withMessageStartingWith("interval must be positive: PT-0.001S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KeepAlive(true, QUARTER_MINUTE, QUARTER_MINUTE, 0))
        .withMessage("count must be at least 1: 0");
  }

  @Test
  void nullIsRefusedByName() {
    assertThatNullPointerException()
        .isThrownBy(() -> NetConfig.DEFAULT.withOnError(nothing()))
        .withMessage("onError");
    assertThatNullPointerException()
        .isThrownBy(() -> NetConfig.DEFAULT.withScheduling(nothing()))
        .withMessage("scheduling");
    assertThatNullPointerException()
        .isThrownBy(() -> DialConfig.DEFAULT.withTimeout(nothing()))
        .withMessage("timeout");
    assertThatNullPointerException()
        .isThrownBy(() -> ListenConfig.DEFAULT.withKeepAlive(nothing()))
        .withMessage("keepAlive");
    assertThatNullPointerException()
        .isThrownBy(() -> new PollerReport("nio", true, nothing(), ""))
        .withMessage("reason");
  }

  @Test
  void networksAreFoundByName() throws Exception {
    for (Network network : Network.values()) {
      assertThat(Network.of(network.toString())).isSameAs(network);
    }
    assertThat(Network.TCP6.isTcp()).isTrue();
    assertThat(Network.UNIXPACKET.isTcp()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "udp", "TCP", "tcp5", "unixgram"})
  void anUnknownNetworkIsNamed(String name) {
    assertThatExceptionOfType(AddressException.class)
        .isThrownBy(() -> Network.of(name))
        .withMessageStartingWith("unknown network " + name)
        .withMessageEndingWith(" (use tcp, tcp4, tcp6, unix or unixpacket)");
  }

  @Test
  void noNetworkAtAllIsAMistakeOfTheProgram() {
    assertThatNullPointerException().isThrownBy(() -> Network.of(nothing())).withMessage("network");
  }

  @SuppressWarnings("NullAway")
  private static <T> T nothing() {
    return null;
  }
}
