package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.ListenConfig;
import io.weft.Listener;
import io.weft.NetError;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;

/** Goal: each connection goes to one accept, and no error of one loses another. */
@Timeout(60)
class AcceptTest {
  @CoreTest
  void anAcceptedConnectionHasItsOptions(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Listener listener = rig.listen();
      FakeListenHandle handle = rig.listening();
      assertThat(handle.options).containsEntry(StandardSocketOptions.SO_REUSEADDR, true);
      assertThat(handle.backlogMax()).isPositive();
      Call<Conn> accept = rig.call(listener::accept);
      NetRig.awaitPending(handle, Direction.READ);
      handle.connect();
      Conn conn = accept.result();
      assertThat(handle.accepted.element().options)
          .containsEntry(StandardSocketOptions.TCP_NODELAY, true)
          .containsEntry(StandardSocketOptions.SO_KEEPALIVE, true);
      assertThat(conn.remoteAddress()).isEqualTo(CoreRig.address(5000));
    }
  }

  @CoreTest
  void theBacklogIsTheConfiguredOne(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      rig.net.listen("tcp", "127.0.0.1:4000", ListenConfig.DEFAULT.withBacklogMax(7));
      assertThat(rig.listening().backlogMax()).isEqualTo(7);
    }
  }

  @CoreTest
  void manyAcceptsGetOneConnectionEach(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Listener listener = rig.listen();
      FakeListenHandle handle = rig.listening();
      List<Call<Conn>> accepts = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        accepts.add(rig.call(listener::accept));
        handle.connect();
      }
      for (Call<Conn> accept : accepts) {
        assertThat(accept.result().isOpen()).isTrue();
      }
      assertThat(handle.accepted).hasSize(10);
      assertThat(handle.queued()).isZero();
    }
  }

  @CoreTest
  void connectionsThatWereAbortedInTheQueueArePassedOver(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Listener listener = rig.listen();
      FakeListenHandle handle = rig.listening();
      for (int i = 0; i < 5; i++) {
        handle.failAccept(Errno.ECONNABORTED);
      }
      handle.connect();
      assertThat(rig.call(listener::accept).result()).isNotNull();
    }
  }

  @CoreTest
  void connectionsThatDieWhileTheyAreAdoptedArePassedOver(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Listener listener = rig.listen();
      FakeListenHandle handle = rig.listening();
      handle.failAcceptedAddress(Errno.ENOTCONN);
      handle.connect();
      handle.connect();
      assertThat(rig.call(listener::accept).result()).isNotNull();
      assertThat(handle.accepted).hasSize(2);
      assertThat(handle.accepted.element().isReleased()).isTrue();
    }
  }

  @CoreTest
  void aLackOfDescriptorsIsReportedAndLosesNoConnection(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Listener listener = rig.listen();
      FakeListenHandle handle = rig.listening();
      handle.failAccept(Errno.EMFILE);
      handle.connect();
      SocketException failure = rig.call(listener::accept).failure(SocketException.class);
      assertThat(((NetError) failure).errnoName()).isEqualTo("EMFILE");
      assertThat(failure).hasMessageStartingWith("accept tcp 127.0.0.1:4000: ");
      assertThat(rig.call(listener::accept).result()).isNotNull();
    }
  }

  @CoreTest
  void aConnectionThatCannotBeRegisteredIsReported(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Listener listener = rig.listen();
      FakeListenHandle handle = rig.listening();
      handle.failAccepted(Errno.ENOMEM);
      handle.connect();
      handle.connect();
      SocketException failure = rig.call(listener::accept).failure(SocketException.class);
      assertThat(((NetError) failure).errnoName()).isEqualTo("ENOMEM");
      assertThat(rig.call(listener::accept).result()).isNotNull();
    }
  }

  @CoreTest
  void aPastDeadlineFailsAndTheConnectionStaysQueued(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Listener listener = rig.listen();
      FakeListenHandle handle = rig.listening();
      handle.connect();
      listener.setTimeout(Duration.ZERO);
      rig.call(listener::accept).failure(SocketTimeoutException.class);
      assertThat(handle.starts).hasValue(0);
      assertThat(handle.queued()).isEqualTo(1);
      listener.setDeadline(null);
      assertThat(rig.call(listener::accept).result()).isNotNull();
    }
  }

  @CoreTest
  void aDeadlineEndsAPendingAccept(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Listener listener = rig.listen();
      FakeListenHandle handle = rig.listening();
      listener.setDeadline(rig.clock.in(Duration.ofSeconds(2)));
      Call<Conn> accept = rig.call(listener::accept);
      NetRig.awaitPending(handle, Direction.READ);
      rig.clock.advance(Duration.ofSeconds(3));
      accept.failure(SocketTimeoutException.class);
      listener.setTimeout(null);
      handle.connect();
      assertThat(rig.call(listener::accept).result()).isNotNull();
    }
  }

  @CoreTest
  void closeEndsPendingAndQueuedAccepts(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Listener listener = rig.listen();
      List<Call<Conn>> accepts = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        accepts.add(rig.call(listener::accept));
      }
      for (Call<Conn> accept : accepts) {
        Waiting.untilParked(accept.thread());
      }
      listener.close();
      listener.close();
      assertThat(rig.listening().isReleased()).isTrue();
      for (Call<Conn> accept : accepts) {
        accept.failure(AsynchronousCloseException.class);
      }
      ClosedChannelException later =
          rig.call(listener::accept).failure(ClosedChannelException.class);
      assertThat(later).isNotInstanceOf(AsynchronousCloseException.class);
      assertThat(listener.address()).isEqualTo(CoreRig.address(4000));
    }
  }

  @CoreTest
  void connectionsGoToTheLoopsInTurn(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant, 3)) {
      Listener listener = new Call<>(Thread.ofPlatform(), rig::listen).result();
      FakeListenHandle handle =
          (FakeListenHandle)
              rig.provider.pollers.stream()
                  .flatMap(poller -> poller.handles.stream())
                  .findFirst()
                  .orElseThrow();
      for (int i = 0; i < 6; i++) {
        handle.connect();
        rig.call(listener::accept).result();
      }
      for (FakePoller poller : rig.provider.pollers) {
        long streams =
            poller.handles.stream().filter(made -> made instanceof FakeStreamHandle).count();
        assertThat(streams).isEqualTo(2);
      }
    }
  }
}
