package io.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
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
    assertThat(KeepAlive.of(Duration.ZERO)).isEqualTo(KeepAlive.DEFAULT);
    assertThat(ListenConfig.DEFAULT)
        .isEqualTo(new ListenConfig(0, KeepAlive.DEFAULT, true, true, SocketSetup.NONE));
    assertThat(DialConfig.DEFAULT.timeout()).isZero();
    assertThat(DialConfig.DEFAULT.deadline()).isNull();
    assertThat(DialConfig.DEFAULT.keepAlive()).isEqualTo(KeepAlive.DEFAULT);
    assertThat(DialConfig.DEFAULT.noDelay()).isTrue();
    assertThat(DialConfig.DEFAULT.route().localAddress()).isNull();
    assertThat(DialConfig.DEFAULT.route().fallbackDelay()).hasMillis(300);
    assertThat(DialConfig.DEFAULT.setup()).isEqualTo(SocketSetup.NONE);
    assertThat(NetConfig.DEFAULT.poller().name()).isEqualTo("auto");
    assertThat(NetConfig.DEFAULT.poller().denied()).isEmpty();
    assertThat(NetConfig.DEFAULT.loops()).isEqualTo(new NetConfig.Loops(0, Scheduling.AUTO));
    assertThat(NetConfig.DEFAULT.bufferBytes()).isEqualTo(65536);
    assertThat(NetConfig.DEFAULT.observer()).isSameAs(NetObserver.NONE);
  }

  @Test
  void aChangeIsACopyAndKeepsTheRest() {
    ErrorListener listener = (conn, cause) -> {};
    NetObserver observer = new NetObserver() {};
    NetConfig changed =
        NetConfig.DEFAULT
            .withObserver(observer)
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
    assertThat(changed.observer()).isSameAs(observer);
    assertThat(changed.withObserver(NetObserver.NONE).onError()).isSameAs(listener);
    assertThat(NetConfig.DEFAULT.poller().name()).isEqualTo("auto");
    assertThat(changed.withPoller("auto").poller().denied())
        .containsExactlyInAnyOrder("epoll", "io_uring");
  }

  @Test
  void theDialAndListenCopiesKeepTheRest() {
    Instant deadline = Instant.parse("2026-01-01T00:00:00Z");
    SocketAddress local = new InetSocketAddress("127.0.0.1", 0);
    SocketControl control = socket -> {};
    DialConfig dial =
        DialConfig.DEFAULT
            .withTimeout(Duration.ofSeconds(1))
            .withDeadline(deadline)
            .withKeepAlive(KeepAlive.OFF)
            .withNoDelay(false)
            .withLocalAddress(local)
            .withFallbackDelay(Duration.ZERO)
            .withOption(StandardSocketOptions.SO_RCVBUF, 4096)
            .withControl(control);
    SocketSetup setup = new SocketSetup(Map.of(StandardSocketOptions.SO_RCVBUF, 4096), control);
    assertThat(dial)
        .isEqualTo(
            new DialConfig(
                new DialConfig.Limits(Duration.ofSeconds(1), deadline),
                KeepAlive.OFF,
                false,
                new DialConfig.Route(local, Duration.ZERO),
                setup));
    assertThat(dial.timeout()).hasSeconds(1);
    assertThat(dial.deadline()).isEqualTo(deadline);
    ListenConfig listen =
        ListenConfig.DEFAULT
            .withBacklogMax(7)
            .withKeepAlive(KeepAlive.OFF)
            .withNoDelay(false)
            .withUnlinkOnClose(false)
            .withControl(control)
            .withOption(StandardSocketOptions.SO_RCVBUF, 4096);
    assertThat(listen).isEqualTo(new ListenConfig(7, KeepAlive.OFF, false, false, setup));
  }

  @Test
  void keepAliveTakesDefaultsForZerosAndLeavesNegativesAlone() {
    assertThat(new KeepAlive(true, Duration.ZERO, Duration.ZERO, 0)).isEqualTo(KeepAlive.DEFAULT);
    KeepAlive alone = new KeepAlive(true, Duration.ofMillis(-1), Duration.ofDays(-3), -7);
    assertThat(alone.idle()).isNegative();
    assertThat(alone.interval()).isNegative();
    assertThat(alone.count()).isEqualTo(-7);
    assertThat(KeepAlive.of(Duration.ofSeconds(5)))
        .isEqualTo(new KeepAlive(true, Duration.ofSeconds(5), QUARTER_MINUTE, 9));
    assertThat(KeepAlive.of(Duration.ofNanos(-1))).isEqualTo(KeepAlive.OFF);
  }

  @Test
  void optionsKeepTheirOrderAndTheLastValueOfEach() {
    SocketSetup setup =
        SocketSetup.NONE
            .withOption(StandardSocketOptions.SO_SNDBUF, 1)
            .withOption(WeftOptions.TCP_USER_TIMEOUT, 2)
            .withOption(StandardSocketOptions.SO_SNDBUF, 3);
    assertThat(setup.options())
        .containsExactly(
            Map.entry(StandardSocketOptions.SO_SNDBUF, 3),
            Map.entry(WeftOptions.TCP_USER_TIMEOUT, 2));
    assertThat(SocketSetup.NONE.options()).isEmpty();
  }

  @Test
  void anOptionsValueOfAnotherTypeIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new SocketSetup(
                    Map.of(StandardSocketOptions.SO_RCVBUF, "large"), SocketControl.NONE))
        .withMessage("value of SO_RCVBUF must be of type Integer: large");
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
  void negativeValuesAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DialConfig.DEFAULT.withFallbackDelay(Duration.ofSeconds(-3)))
        .withMessage("fallbackDelay must not be negative: PT-3S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ListenConfig.DEFAULT.withBacklogMax(-2))
        .withMessage("backlogMax must not be negative: -2");
  }

  @Test
  void aLocalAddressMustBeResolved() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                DialConfig.DEFAULT.withLocalAddress(
                    InetSocketAddress.createUnresolved("a.invalid", 1)))
        .withMessageStartingWith("localAddress must be resolved: a.invalid");
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
        .isThrownBy(() -> ListenConfig.DEFAULT.withControl(nothing()))
        .withMessage("control");
    assertThatNullPointerException()
        .isThrownBy(() -> DialConfig.DEFAULT.withOption(StandardSocketOptions.SO_RCVBUF, nothing()))
        .withMessage("SO_RCVBUF");
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
