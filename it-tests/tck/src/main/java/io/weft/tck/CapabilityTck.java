package io.weft.tck;

import static io.weft.Network.TCP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.weft.Conn;
import io.weft.Listener;
import io.weft.Network;
import io.weft.spi.Capability;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Goal: an adapter has what it does not declare to lack, and says so clearly where it lacks it. */
@Tck
class CapabilityTck {
  @TckTest(networks = TCP)
  void theNetworkUnixpacketKeepsMessagesOrIsRefused(TestingNet net) throws Exception {
    String path = net.freeAddress(Network.UNIX);
    if (lacks(net, Capability.UNIXPACKET)) {
      assertRefused(net, "unixpacket", () -> net.net().listen("unixpacket", path));
      assertRefused(net, "unixpacket", () -> net.net().dial("unixpacket", path));
      return;
    }
    try (Listener listener = net.net().listen("unixpacket", path);
        Conn client = net.net().dial("unixpacket", path);
        Conn server = listener.accept()) {
      client.write(new byte[3]);
      client.write(new byte[4]);
      assertThat(net.start(server, () -> server.read(new byte[16])).join()).isEqualTo(3);
      assertThat(net.start(server, () -> server.read(new byte[16])).join()).isEqualTo(4);
    }
  }

  @TckTest(networks = TCP)
  void abstractNamesWorkOrAreRefused(TestingNet net) throws Exception {
    String name = "@weft-tck-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    if (lacks(net, Capability.ABSTRACT_NAMES)) {
      assertRefused(net, "abstract", () -> net.net().listen("unix", name));
      assertRefused(net, "abstract", () -> net.net().dial("unix", name));
      return;
    }
    try (Listener listener = net.net().listen("unix", name);
        Conn client = net.net().dial("unix", name);
        Conn server = listener.accept()) {
      assertThat(TestingNet.addressOf(listener)).isEqualTo(name);
      net.start(client, () -> Traffic.roundTrip(client, server)).join();
    }
  }

  private static boolean lacks(TestingNet net, Capability capability) {
    return net.config().lacks().contains(capability);
  }

  /** The message says what is missing and which adapters have it. */
  private static void assertRefused(TestingNet net, String what, ThrowingCallable use)
      throws Exception {
    for (Throwable thrown :
        List.of(catchThrowable(use), net.start(() -> catchThrowable(use)).join())) {
      assertThat(thrown)
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining(what)
          .hasMessageContaining("epoll")
          .hasMessageContaining("io_uring");
    }
  }
}
