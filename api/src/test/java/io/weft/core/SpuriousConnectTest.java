package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.DialConfig;
import io.weft.NetError;
import io.weft.spi.Errno;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;

/** Goal: a port that the kernel chose badly is not the caller's trouble. */
@Timeout(60)
class SpuriousConnectTest {
  private static final Target TARGET = DialRig.target("192.0.2.1");
  private static final int NOT_AVAILABLE = -Errno.EADDRNOTAVAIL.number();

  @CoreTest
  void aSocketConnectedWithItselfIsTriedAgain(Variant variant) throws Exception {
    try (DialRig rig = new DialRig(variant)) {
      rig.poller().selfConnects(2);
      AtomicInteger controls = new AtomicInteger();
      DialConfig config = DialConfig.DEFAULT.withControl(socket -> controls.incrementAndGet());
      PolledConn conn = rig.dial(config, TARGET).result();
      assertThat(conn.localAddress()).isEqualTo(CoreRig.address(4000));
      assertThat(rig.poller().streams()).hasSize(3);
      assertThat(rig.poller().streams().subList(0, 2)).allMatch(FakeHandle::isReleased);
      assertThat(controls).as("once for each socket").hasValue(3);
    }
  }

  @CoreTest
  void theThirdTimeItIsTakenForMeant(Variant variant) throws Exception {
    try (DialRig rig = new DialRig(variant)) {
      rig.poller().selfConnects(3);
      PolledConn conn = rig.dial(DialConfig.DEFAULT, TARGET).result();
      assertThat(conn.localAddress()).isEqualTo(conn.remoteAddress());
      assertThat(rig.poller().streams()).hasSize(3);
    }
  }

  @CoreTest
  void aPortThatWasAskedForIsMeant(Variant variant) throws Exception {
    try (DialRig rig = new DialRig(variant)) {
      rig.poller().selfConnects(1);
      DialConfig config =
          DialConfig.DEFAULT.withLocalAddress(new InetSocketAddress("192.0.2.1", 5000));
      PolledConn conn = rig.dial(config, TARGET).result();
      assertThat(conn.localAddress()).isEqualTo(conn.remoteAddress());
      assertThat(rig.poller().streams()).hasSize(1);
    }
  }

  @CoreTest
  void anAddressThatIsNotAvailableIsTriedAgain(Variant variant) throws Exception {
    try (DialRig rig = new DialRig(variant)) {
      rig.poller().connects(TARGET.address(), NOT_AVAILABLE, NOT_AVAILABLE, 0);
      assertThat(rig.dial(DialConfig.DEFAULT, TARGET).result()).isNotNull();
      assertThat(rig.poller().streams()).hasSize(3);
    }
  }

  @CoreTest
  void afterThreeTimesItIsReported(Variant variant) throws Exception {
    try (DialRig rig = new DialRig(variant)) {
      rig.poller().connects(TARGET.address(), NOT_AVAILABLE, NOT_AVAILABLE, NOT_AVAILABLE, 0);
      BindException failure = rig.dial(DialConfig.DEFAULT, TARGET).failure(BindException.class);
      assertThat(((NetError) failure).errnoName()).isEqualTo("EADDRNOTAVAIL");
      assertThat(rig.poller().streams()).hasSize(3).allMatch(FakeHandle::isReleased);
    }
  }

  @CoreTest
  void otherFailuresAndOwnPortsAreReportedAtOnce(Variant variant) throws Exception {
    try (DialRig rig = new DialRig(variant)) {
      rig.poller().connects(TARGET.address(), -Errno.EADDRINUSE.number(), NOT_AVAILABLE, 0);
      rig.dial(DialConfig.DEFAULT, TARGET).failure(BindException.class);
      DialConfig config =
          DialConfig.DEFAULT.withLocalAddress(new InetSocketAddress("192.0.2.9", 6000));
      assertThat(rig.dial(config, TARGET).failure(BindException.class))
          .hasMessageStartingWith("dial tcp 192.0.2.9:6000->192.0.2.1:5000: ")
          .hasMessageEndingWith("(EADDRNOTAVAIL)");
      assertThat(rig.poller().streams()).hasSize(2);
    }
  }
}
