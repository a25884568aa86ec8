package io.weft.tck.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.spi.Completion;
import io.weft.spi.Errno;
import io.weft.spi.ListenHandle;
import io.weft.spi.StreamHandle;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Goal: listen, accept and connect make connections, or say why not. */
interface ConnectProof {
  @PortTest
  default void acceptWaitsForAConnection(PortRig rig) throws Exception {
    ListenHandle listener = rig.listener();
    Outcome accept = rig.start("accept", listener::accept);
    assertThat(accept.wasPending()).isTrue();
    try (SocketChannel client = PortRig.dial(listener.localAddress())) {
      assertThat(accept.await()).isEqualTo(Completion.AGAIN);
      StreamHandle stream = rig.accept(listener);
      if (!rig.isUnix()) {
        assertThat(stream.remoteAddress()).isEqualTo(client.getLocalAddress());
        assertThat(stream.localAddress()).isEqualTo(client.getRemoteAddress());
      }
      assertThat(client.write(ByteBuffer.wrap(new byte[] {7}))).isOne();
      ByteBuffer buffer = ByteBuffer.allocateDirect(8);
      assertThat(rig.read(stream, buffer)).isOne();
      assertThat(buffer.get(0)).isEqualTo((byte) 7);
    }
  }

  @PortTest
  default void acceptTakesConnectionsThatCameBefore(PortRig rig) throws Exception {
    ListenHandle listener = rig.listener();
    try (SocketChannel first = PortRig.dial(listener.localAddress());
        SocketChannel second = PortRig.dial(listener.localAddress())) {
      StreamHandle one = rig.accept(listener);
      StreamHandle two = rig.accept(listener);
      rig.writeAll(one, Bytes.direct(new byte[] {1}));
      rig.writeAll(two, Bytes.direct(new byte[] {2}));
      assertThat(new PortPair(one, first).farReads(1)).containsExactly(1);
      assertThat(new PortPair(two, second).farReads(1)).containsExactly(2);
    }
  }

  @PortTest
  default void connectMakesAConnection(PortRig rig) throws Exception {
    try (ServerSocketChannel server = rig.plainServer()) {
      StreamHandle stream = rig.stream();
      SocketAddress address = server.getLocalAddress();
      assertThat(rig.perform("connect", done -> stream.connect(address, done))).isZero();
      assertThat(stream.remoteAddress()).isEqualTo(address);
      try (SocketChannel accepted = server.accept()) {
        if (!rig.isUnix()) {
          assertThat(stream.localAddress()).isEqualTo(accepted.getRemoteAddress());
        }
      }
    }
  }

  @PortTest
  default void connectToNobodyIsRefused(PortRig rig) throws Exception {
    SocketAddress address;
    try (ServerSocketChannel server = rig.plainServer()) {
      address = server.getLocalAddress();
    }
    StreamHandle stream = rig.stream();
    assertThat(rig.perform("connect", done -> stream.connect(address, done)))
        .isEqualTo(-Errno.ECONNREFUSED.number());
  }

  @PortTest
  default void aFullQueueOfAUnixListenerIsTold(PortRig rig) throws Exception {
    if (!rig.isUnix()) {
      return; // TCP drops the handshake in silence and tries again
    }
    ListenHandle listener = rig.listener(rig.anyAddress(), 1);
    SocketAddress address = listener.localAddress();
    int result = 0;
    for (int i = 0; i < 4 && result == 0; i++) {
      StreamHandle stream = rig.stream();
      result = rig.perform("connect", done -> stream.connect(address, done));
    }
    assertThat(result).isEqualTo(-Errno.EAGAIN.number());
  }
}
