package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.AddressException;
import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.KeepAlive;
import io.weft.NetError;
import io.weft.WeftOptions;
import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Timeout;

/** Goal: a dial gives a connection with its options, or the error, and then leaves nothing open. */
@Timeout(60)
class DialTest {
  /** A dial whose connect does not end by itself, and its handle. */
  private record Hanging(Call<Conn> call, FakeStreamHandle handle) {}

  private static Hanging hangingDial(NetRig rig, DialConfig config) throws Exception {
    rig.poller().beforeConnect(Completion.PENDING);
    Call<Conn> call = rig.call(() -> rig.net.dial("tcp", "127.0.0.1:5000", config));
    Waiting.until("a socket is made", () -> !rig.poller().handles.isEmpty());
    FakeStreamHandle handle = rig.poller().lastStream();
    NetRig.awaitPending(handle, Direction.WRITE);
    return new Hanging(call, handle);
  }

  @CoreTest
  void aDialledConnectionHasItsOptionsAndItsAddresses(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Conn conn = rig.call(rig::dial).result();
      FakeStreamHandle handle = rig.poller().lastStream();
      assertThat(handle.options)
          .containsEntry(StandardSocketOptions.TCP_NODELAY, true)
          .containsEntry(StandardSocketOptions.SO_KEEPALIVE, true)
          .containsEntry(WeftOptions.TCP_KEEPIDLE, 15)
          .containsEntry(WeftOptions.TCP_KEEPINTERVAL, 15)
          .containsEntry(WeftOptions.TCP_KEEPCOUNT, 9);
      assertThat(conn.localAddress()).isEqualTo(CoreRig.address(4000));
      assertThat(conn.remoteAddress()).isEqualTo(CoreRig.address(5000));
      assertThat(rig.call(() -> conn.write(new byte[5])).result()).isEqualTo(5);
    }
  }

  @CoreTest
  void keepAliveTimesAreRoundedUpToSeconds(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      KeepAlive odd =
          new KeepAlive(true, Duration.ofNanos(1), Duration.ofDays(365_000).plusNanos(1), 3);
      DialConfig config = DialConfig.DEFAULT.withKeepAlive(odd);
      rig.call(() -> rig.net.dial("tcp", "127.0.0.1:5000", config)).result();
      assertThat(rig.poller().lastStream().options)
          .containsEntry(WeftOptions.TCP_KEEPIDLE, 1)
          .containsEntry(WeftOptions.TCP_KEEPINTERVAL, Integer.MAX_VALUE);
    }
  }

  @CoreTest
  void negativeKeepAliveValuesLeaveTheKernelsAlone(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      KeepAlive alone = new KeepAlive(true, Duration.ofNanos(-1), Duration.ofSeconds(-1), -1);
      DialConfig config = DialConfig.DEFAULT.withKeepAlive(alone);
      rig.call(() -> rig.net.dial("tcp", "127.0.0.1:5000", config)).result();
      assertThat(rig.poller().lastStream().options)
          .containsEntry(StandardSocketOptions.SO_KEEPALIVE, true)
          .doesNotContainKeys(
              WeftOptions.TCP_KEEPIDLE, WeftOptions.TCP_KEEPINTERVAL, WeftOptions.TCP_KEEPCOUNT);
    }
  }

  @CoreTest
  void keepAliveOffIsSetAndNothingElseOfIt(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      DialConfig config = DialConfig.DEFAULT.withKeepAlive(KeepAlive.OFF).withNoDelay(false);
      rig.call(() -> rig.net.dial("tcp", "127.0.0.1:5000", config)).result();
      assertThat(rig.poller().lastStream().options)
          .containsOnly(
              Map.entry(StandardSocketOptions.TCP_NODELAY, false),
              Map.entry(StandardSocketOptions.SO_KEEPALIVE, false));
    }
  }

  @CoreTest
  void aConnectThatTakesTimeIsAwaited(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Hanging dial = hangingDial(rig, DialConfig.DEFAULT);
      dial.handle.connectResult(0);
      Conn conn = dial.call.result();
      dial.handle.feed(Bytes.pattern(2));
      assertThat(rig.call(() -> conn.read(new byte[8])).result()).isEqualTo(2);
    }
  }

  @CoreTest
  void aRefusedDialLeavesNothingOpen(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Hanging dial = hangingDial(rig, DialConfig.DEFAULT);
      dial.handle.connectResult(-Errno.ECONNREFUSED.number());
      assertThat(dial.call.failure(ConnectException.class))
          .hasMessage("dial tcp 127.0.0.1:5000: connection refused (ECONNREFUSED)");
      assertThat(dial.handle.isReleased()).isTrue();
    }
  }

  @CoreTest
  void aFullUnixQueueIsATimeout(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      rig.poller().beforeConnect(-Errno.EAGAIN.number());
      SocketTimeoutException timeout =
          rig.call(() -> rig.net.dial("unix", "/run/app.sock"))
              .failure(SocketTimeoutException.class);
      assertThat(((NetError) timeout).errnoName()).isEqualTo("EAGAIN");
    }
  }

  @CoreTest
  void aLackOfDescriptorsIsReportedAndTheNextDialSucceeds(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      rig.poller().refuseSocket(Errno.EMFILE.number());
      SocketException failure = rig.call(rig::dial).failure(SocketException.class);
      assertThat(((NetError) failure).errnoName()).isEqualTo("EMFILE");
      assertThat(rig.call(rig::dial).result()).isNotNull();
    }
  }

  @CoreTest
  void theTimeoutEndsADialAndItsHandleIsReleasedAfterTheConnect(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      DialConfig config = DialConfig.DEFAULT.withTimeout(Duration.ofSeconds(3));
      Hanging dial = hangingDial(rig, config);
      dial.handle.holdCancels(true);
      rig.clock.advance(Duration.ofSeconds(4));
      if (!variant.anyThread) {
        Waiting.until("cancel is asked for", () -> dial.handle.isCancelAsked(Direction.WRITE));
        assertThat(dial.handle.isReleased()).isFalse();
        dial.handle.holdCancels(false);
      }
      dial.call.failure(SocketTimeoutException.class);
      assertThat(dial.handle.isReleased()).isTrue();
    }
  }

  @CoreTest
  void aTimeoutThatHasPassedNoLongerConcernsTheConnection(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      DialConfig config = DialConfig.DEFAULT.withTimeout(Duration.ofSeconds(3));
      Conn conn = rig.call(() -> rig.net.dial("tcp", "127.0.0.1:5000", config)).result();
      FakeStreamHandle handle = rig.poller().lastStream();
      handle.room(0);
      Call<Integer> write = rig.call(() -> conn.write(new byte[5]));
      NetRig.awaitPending(handle, Direction.WRITE);
      rig.clock.advance(Duration.ofSeconds(10));
      handle.room(5);
      assertThat(write.result()).isEqualTo(5);
      assertThat(handle.cancels).hasValue(0);
    }
  }

  @CoreTest
  void anInterruptEndsADial(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Hanging dial = hangingDial(rig, DialConfig.DEFAULT);
      dial.call.thread().interrupt();
      dial.call.failure(InterruptedIOException.class);
      assertThat(dial.call.endedInterrupted()).isTrue();
      assertThat(dial.handle.isReleased()).isTrue();
    }
  }

  /** The connect is still the kernel's when the net closes: its handle must wait for the result. */
  @CoreTest
  void closingTheNetEndsADialAfterItsConnectHasEnded(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Hanging dial = hangingDial(rig, DialConfig.DEFAULT);
      dial.handle.holdCancels(true);
      Call<Void> close = new Call<>(Thread.ofPlatform().daemon(), () -> close(rig));
      if (!variant.anyThread) {
        Waiting.until("cancel is asked for", () -> dial.handle.isCancelAsked(Direction.WRITE));
        assertThat(dial.handle.isReleased()).isFalse();
        dial.handle.holdCancels(false);
      }
      dial.call.failure(ClosedChannelException.class);
      close.result();
      assertThat(dial.handle.isReleased()).isTrue();
    }
  }

  private static Void close(NetRig rig) {
    rig.net.close();
    return null;
  }

  @CoreTest
  void aConnectionThatIsGoneAtOnceLeavesNothingOpen(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Hanging dial = hangingDial(rig, DialConfig.DEFAULT);
      dial.handle.failAddresses(Errno.ENOTCONN.number());
      dial.handle.connectResult(0);
      SocketException failure = dial.call.failure(SocketException.class);
      assertThat(((NetError) failure).errnoName()).isEqualTo("ENOTCONN");
      assertThat(dial.handle.isReleased()).isTrue();
    }
  }

  @CoreTest
  void namesOfHostsServicesAndInterfacesAreLookedUp(Variant variant) throws Exception {
    String zone = NetworkInterface.getByInetAddress(InetAddress.ofLiteral("127.0.0.1")).getName();
    try (NetRig rig = new NetRig(variant)) {
      rig.poller().beforeConnect(-Errno.ECONNREFUSED.number());
      assertThat(rig.call(() -> rig.net.dial("tcp4", "localhost:http")).failure(Exception.class))
          .hasMessage("dial tcp4 127.0.0.1:80: connection refused (ECONNREFUSED)");
      rig.poller().beforeConnect(-Errno.ECONNREFUSED.number());
      Exception scoped =
          rig.call(() -> rig.net.dial("tcp", "[fe80::1%" + zone + "]:80")).failure(Exception.class);
      InetSocketAddress remote =
          (InetSocketAddress) Objects.requireNonNull(((NetError) scoped).remote());
      assertThat(((Inet6Address) remote.getAddress()).getScopeId())
          .isEqualTo(NetworkInterface.getByName(zone).getIndex());
    }
  }

  @CoreTest
  void wrongTextsAreRefusedBeforeASocketIsMade(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      for (String[] row :
          new String[][] {
            {"foo", ":1", "foo: unknown network foo (use tcp, tcp4, tcp6, unix or unixpacket)"},
            {"tcp", "nowhere", "tcp: address nowhere: missing port in address"},
            {"tcp", "127.0.0.1:65536", "tcp: address 65536: invalid port"},
            {"tcp4", "127.0.0.1:foobar", "tcp4: lookup tcp/foobar: unknown port"},
            {"tcp6", "127.0.0.1:1", "tcp6: address 127.0.0.1: no suitable address found"},
            {
              "tcp",
              "[fe80::1%none]:1",
              "tcp: address fe80::1%none: unknown zone none (no such interface)"
            },
          }) {
        AddressException dial =
            rig.call(() -> rig.net.dial(row[0], row[1])).failure(AddressException.class);
        assertThat(dial).hasMessage("dial " + row[2]);
        assertThat(dial.op()).isEqualTo("dial");
        assertThat(dial.network()).isEqualTo(row[0]);
        AddressException listen =
            rig.call(() -> rig.net.listen(row[0], row[1])).failure(AddressException.class);
        assertThat(listen).hasMessage("listen " + row[2]);
        assertThat(listen.op()).isEqualTo("listen");
        assertThat(listen.network()).isEqualTo(row[0]);
      }
      assertThat(rig.call(() -> rig.net.dial("tcp", "")).failure(AddressException.class))
          .hasMessage("dial tcp: missing address");
      assertThat(rig.call(() -> rig.net.dial("unix", "")).failure(AddressException.class))
          .hasMessage("dial unix: missing address");
      assertThat(rig.poller().handles).isEmpty();
    }
  }
}
