package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.ListenConfig;
import io.weft.NetError;
import io.weft.Network;
import io.weft.SocketControl;
import io.weft.WeftOptions;
import io.weft.spi.Errno;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: options and control come to every socket once, in the right order, before it is bound or
 * connected; and when they fail, nothing is left open.
 */
@Timeout(60)
class SocketControlTest {
  private static final String TO = "127.0.0.1:5000";

  @CoreTest
  void aDialSetsOptionsThenControlsThenBindsThenConnects(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      DialConfig config =
          DialConfig.DEFAULT
              .withLocalAddress(new InetSocketAddress("127.0.0.1", 0))
              .withOption(StandardSocketOptions.SO_SNDBUF, 9)
              .withOption(WeftOptions.TCP_USER_TIMEOUT, 7)
              .withControl(socket -> socket.setOption(StandardSocketOptions.SO_RCVBUF, 8));
      rig.call(() -> rig.net.dial("tcp", TO, config)).result();
      assertThat(rig.poller().lastStream().calls)
          .containsExactly(
              "SO_SNDBUF=9",
              "TCP_USER_TIMEOUT=7",
              "SO_RCVBUF=8",
              "bind 127.0.0.1:0",
              "connect",
              "TCP_NODELAY=true",
              "SO_KEEPALIVE=true",
              "TCP_KEEPIDLE=15",
              "TCP_KEEPINTERVAL=15",
              "TCP_KEEPCOUNT=9");
    }
  }

  @CoreTest
  void aListenReusesTheAddressThenSetsOptionsThenControlsThenBinds(Variant variant)
      throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      ListenConfig config =
          ListenConfig.DEFAULT
              .withOption(StandardSocketOptions.SO_REUSEPORT, true)
              .withControl(socket -> socket.setOption(WeftOptions.IPV6_V6ONLY, false));
      rig.call(() -> rig.net.listen("tcp", "127.0.0.1:4000", config)).result();
      assertThat(rig.listening().calls)
          .containsExactly(
              "SO_REUSEADDR=true",
              "SO_REUSEPORT=true",
              "IPV6_V6ONLY=false",
              "listen 127.0.0.1:4000");
    }
  }

  @CoreTest
  void theControlLearnsTheConcreteNetworkAndTheAddress(Variant variant) throws Exception {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    SocketControl control =
        socket -> seen.add(socket.network() + " " + AddressText.of(socket.address()));
    DialConfig dial = DialConfig.DEFAULT.withControl(control);
    ListenConfig listen = ListenConfig.DEFAULT.withControl(control);
    try (NetRig rig = new NetRig(variant)) {
      rig.call(() -> rig.net.dial("tcp", TO, dial)).result();
      rig.call(() -> rig.net.dial("tcp", "[::1]:5000", dial)).result();
      rig.call(() -> rig.net.dial("unix", "/run/s", dial)).result();
      rig.call(() -> rig.net.dial("unixpacket", "/run/s", dial)).result();
      rig.call(() -> rig.net.listen("tcp4", ":4000", listen)).result();
      rig.call(() -> rig.net.listen("tcp6", ":4000", listen)).result();
    }
    assertThat(seen)
        .containsExactly(
            "tcp4 " + TO,
            "tcp6 [::1]:5000",
            "unix /run/s",
            "unixpacket /run/s",
            "tcp4 0.0.0.0:4000",
            "tcp6 [::]:4000");
  }

  @CoreTest
  void aSocketOfBothFamiliesIsShownAsWhatItIs(Variant variant) throws Exception {
    AtomicReference<Network> seen = new AtomicReference<>();
    ListenConfig config = ListenConfig.DEFAULT.withControl(socket -> seen.set(socket.network()));
    try (NetRig rig = new NetRig(variant)) {
      rig.call(() -> rig.net.listen("tcp", ":4000", config)).result();
    }
    assertThat(seen.get()).isIn(Network.TCP4, Network.TCP6);
  }

  @CoreTest
  void theControlReadsWhatItHasSet(Variant variant) throws Exception {
    AtomicReference<Integer> seen = new AtomicReference<>();
    SocketControl control =
        socket ->
            seen.set(
                socket
                    .setOption(StandardSocketOptions.SO_RCVBUF, 8)
                    .getOption(StandardSocketOptions.SO_RCVBUF));
    try (NetRig rig = new NetRig(variant)) {
      DialConfig config = DialConfig.DEFAULT.withControl(control);
      rig.call(() -> rig.net.dial("tcp", TO, config)).result();
    }
    assertThat(seen).hasValue(8);
  }

  @CoreTest
  void whatTheControlRefusesIsTheCauseAndNothingStaysOpen(Variant variant) throws Exception {
    IOException cause = new IOException("not on my machine");
    SocketControl control =
        socket -> {
          throw cause;
        };
    try (NetRig rig = new NetRig(variant)) {
      DialConfig dial = DialConfig.DEFAULT.withControl(control);
      SocketException dialled =
          rig.call(() -> rig.net.dial("tcp", TO, dial)).failure(SocketException.class);
      assertThat(dialled).hasMessage("dial tcp " + TO + ": not on my machine").hasCause(cause);
      assertThat(((NetError) dialled).op()).isEqualTo("dial");
      ListenConfig listen = ListenConfig.DEFAULT.withControl(control);
      assertThat(
              rig.call(() -> rig.net.listen("tcp", "127.0.0.1:4000", listen))
                  .failure(SocketException.class))
          .hasMessage("listen tcp 127.0.0.1:4000: not on my machine")
          .hasCause(cause);
      assertThat(rig.poller().handles).hasSize(2).allMatch(FakeHandle::isReleased);
    }
  }

  @CoreTest
  void aMistakeInTheControlComesAsItIsAndNothingStaysOpen(Variant variant) throws Exception {
    for (Throwable mistake :
        List.of(
            new IllegalStateException("so"),
            new UnsupportedOperationException("so"),
            new AssertionError("so"))) {
      try (NetRig rig = new NetRig(variant)) {
        SocketControl control =
            socket -> {
              if (mistake instanceof RuntimeException e) {
                throw e;
              }
              throw (Error) mistake;
            };
        DialConfig dial = DialConfig.DEFAULT.withControl(control);
        assertThat(rig.call(() -> rig.net.dial("tcp", TO, dial)).failure(mistake.getClass()))
            .isSameAs(mistake);
        ListenConfig listen = ListenConfig.DEFAULT.withControl(control);
        assertThat(
                rig.call(() -> rig.net.listen("tcp", "127.0.0.1:4000", listen))
                    .failure(mistake.getClass()))
            .isSameAs(mistake);
        assertThat(rig.poller().handles).hasSize(2).allMatch(FakeHandle::isReleased);
      }
    }
  }

  @CoreTest
  void anOptionThatTheKernelRefusesFailsTheDialAndTheListen(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      rig.poller().refuseOption(WeftOptions.TCP_USER_TIMEOUT, Errno.EPERM);
      DialConfig dial = DialConfig.DEFAULT.withOption(WeftOptions.TCP_USER_TIMEOUT, 7);
      SocketException dialled =
          rig.call(() -> rig.net.dial("tcp", TO, dial)).failure(SocketException.class);
      assertThat(dialled)
          .hasMessage("dial tcp " + TO + ": set tcp4: operation not permitted (EPERM)");
      assertThat(((NetError) dialled).errnoName()).isEqualTo("EPERM");
      ListenConfig listen = ListenConfig.DEFAULT.withOption(WeftOptions.TCP_USER_TIMEOUT, 7);
      rig.call(() -> rig.net.listen("tcp", "127.0.0.1:4000", listen))
          .failure(SocketException.class);
      assertThat(rig.poller().handles).hasSize(2).allMatch(FakeHandle::isReleased);
    }
  }

  @CoreTest
  void anOptionThatTheAdapterLacksSaysForWhat(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      DialConfig config =
          DialConfig.DEFAULT.withControl(
              socket -> {
                rig.poller().lack("no such option");
                socket.setOption(WeftOptions.TCP_USER_TIMEOUT, 7);
              });
      assertLacking(
          rig.call(() -> rig.net.dial("tcp", TO, config)), "dial tcp " + TO + ": no such option");
      assertThat(rig.poller().handles).hasSize(1).allMatch(FakeHandle::isReleased);
    }
    try (NetRig rig = new NetRig(variant)) {
      ListenConfig config =
          ListenConfig.DEFAULT.withControl(
              socket -> {
                rig.poller().lack("no such option");
                socket.getOption(WeftOptions.TCP_USER_TIMEOUT);
              });
      assertLacking(
          rig.call(() -> rig.net.listen("tcp", "127.0.0.1:4000", config)),
          "listen tcp 127.0.0.1:4000: no such option");
      assertThat(rig.poller().handles).hasSize(1).allMatch(FakeHandle::isReleased);
    }
  }

  private static void assertLacking(Call<?> call, String message) throws Exception {
    assertThat(call.failure(UnsupportedOperationException.class))
        .isInstanceOf(NetError.class)
        .hasMessage(message);
  }

  @CoreTest
  void aRefusedDefaultOptionOfAConnectionIsLeftAsItIs(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      rig.poller().refuseOption(StandardSocketOptions.TCP_NODELAY, Errno.EPERM);
      assertThat(rig.call(rig::dial).result().isOpen()).isTrue();
    }
  }

  /** Its descriptor may be another socket's by then. */
  @CoreTest
  void theSocketRefusesEveryUseAfterTheControl(Variant variant) throws Exception {
    AtomicReference<SocketControl.Unconnected> kept = new AtomicReference<>();
    try (NetRig rig = new NetRig(variant)) {
      DialConfig config = DialConfig.DEFAULT.withControl(kept::set);
      rig.call(() -> rig.net.dial("tcp", TO, config)).result();
      assertThatIllegalStateException()
          .isThrownBy(() -> kept.get().setOption(StandardSocketOptions.SO_RCVBUF, 8));
      assertThatIllegalStateException()
          .isThrownBy(() -> kept.get().getOption(StandardSocketOptions.SO_RCVBUF));
      assertThat(kept.get()).hasToString("tcp4 " + TO);
    }
  }

  @CoreTest
  void closingTheNetWaitsForTheControlAndThenEndsTheDial(Variant variant) throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch held = new CountDownLatch(1);
    SocketControl control =
        socket -> {
          entered.countDown();
          Waiting.untilOpen(held);
        };
    try (NetRig rig = new NetRig(variant)) {
      DialConfig config = DialConfig.DEFAULT.withControl(control);
      Call<Conn> dial = rig.call(() -> rig.net.dial("tcp", TO, config));
      Waiting.untilOpen(entered);
      FakeStreamHandle stream = rig.poller().lastStream();
      Call<Void> close = new Call<>(Thread.ofPlatform().daemon(), () -> close(rig));
      Waiting.untilParked(close.thread());
      assertThat(stream.isReleased()).isFalse();
      held.countDown();
      dial.failure(ClosedChannelException.class);
      close.result();
      assertThat(stream.calls).isEmpty();
    }
  }

  private static Void close(NetRig rig) {
    rig.net.close();
    return null;
  }

  @CoreTest
  void theTimeThatTheControlTakesIsPartOfTheTimeout(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      DialConfig config =
          DialConfig.DEFAULT
              .withTimeout(Duration.ofSeconds(1))
              .withLocalAddress(CoreRig.address(0))
              .withControl(socket -> rig.clock.advance(Duration.ofSeconds(2)));
      rig.call(() -> rig.net.dial("tcp", TO, config)).failure(SocketTimeoutException.class);
      assertThat(rig.poller().lastStream().calls).isEmpty();
    }
  }

  @CoreTest
  void aLocalNameOfAUnixDialIsBound(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      DialConfig config = DialConfig.DEFAULT.withLocalAddress(UnixDomainSocketAddress.of("/run/c"));
      rig.call(() -> rig.net.dial("unix", "/run/s", config)).result();
      assertThat(rig.poller().lastStream().calls).containsExactly("bind /run/c", "connect");
    }
  }

  @CoreTest
  void aMismatchedLocalAddressIsRefusedBeforeASocketIsMade(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      DialConfig config = DialConfig.DEFAULT.withLocalAddress(CoreRig.address(0));
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> rig.net.dial("unix", "/run/s", config))
          .withMessageEndingWith("mismatched local address type");
      assertThat(rig.poller().handles).isEmpty();
    }
  }
}
