package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.NetError;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: what an adapter lacks is told with operation, network and addresses; nothing stays open.
 */
@Timeout(60)
class UnsupportedTest {
  private static final String WHAT = "what it is is not supported by fake (others have it)";

  @CoreTest
  void aNetworkThatTheAdapterLacks(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      rig.poller().lack(WHAT);
      Throwable listen = lack(rig.call(rig::listen));
      assertFacts(listen, "listen", CoreRig.address(4000), null);
      assertThat(listen).hasMessage("listen tcp 127.0.0.1:4000: " + WHAT);
      Throwable dial = lack(rig.call(rig::dial));
      assertFacts(dial, "dial", null, CoreRig.address(5000));
      assertThat(dial).hasMessage("dial tcp 127.0.0.1:5000: " + WHAT);
      assertThat(rig.poller().handles).isEmpty();
    }
  }

  @CoreTest
  void anAddressThatTheAdapterLacks(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      rig.poller().lackAddresses(WHAT);
      assertThat(lack(rig.call(rig::listen)))
          .hasMessage("listen tcp 127.0.0.1:4000: " + WHAT)
          .hasRootCauseMessage(WHAT);
      assertThat(rig.poller().lastListener().isReleased()).isTrue();
      assertThat(lack(rig.call(rig::dial)))
          .hasMessage("dial tcp 127.0.0.1:5000: " + WHAT)
          .hasRootCauseMessage(WHAT);
      assertThat(rig.poller().lastStream().isReleased()).isTrue();
    }
  }

  @CoreTest
  void anOptionThatTheAdapterLacks(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Conn conn = rig.call(rig::dial).result();
      rig.poller().lack(WHAT);
      Throwable get = lack(rig.call(() -> conn.getOption(StandardSocketOptions.SO_RCVBUF)));
      assertFacts(get, "get", conn.localAddress(), conn.remoteAddress());
      assertThat(get).hasMessage("get tcp 127.0.0.1:4000->127.0.0.1:5000: " + WHAT);
      Call<Void> set =
          rig.call(
              () -> {
                conn.setOption(StandardSocketOptions.SO_RCVBUF, 1);
                return null;
              });
      assertFacts(lack(set), "set", conn.localAddress(), conn.remoteAddress());
    }
  }

  private static Throwable lack(Call<?> call) throws Exception {
    return call.failure(UnsupportedOperationException.class);
  }

  private static void assertFacts(
      Throwable thrown, String op, @Nullable SocketAddress local, @Nullable SocketAddress remote) {
    NetError error = (NetError) thrown;
    assertThat(error.op()).isEqualTo(op);
    assertThat(error.network()).isEqualTo("tcp");
    assertThat(error.local()).isEqualTo(local);
    assertThat(error.remote()).isEqualTo(remote);
    assertThat(error.errno()).isZero();
    assertThat(error.errnoName()).isEmpty();
  }
}
