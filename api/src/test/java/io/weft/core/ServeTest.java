package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weft.Conn;
import io.weft.ErrorListener;
import io.weft.Listener;
import io.weft.Net;
import io.weft.NetConfig;
import io.weft.NetError;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Goal: serve accepts until the listener closes, survives what passes, and never dies quietly. */
@Timeout(60)
@ExtendWith(QuietLog.class)
class ServeTest {
  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @CoreTest
  void everyConnectionGetsAHandlerAndIsClosedAfterIt(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Listener listener = rig.listen();
      FakeListenHandle handle = rig.listening();
      Call<Void> serve = rig.serve(listener, conn -> conn.write(new byte[] {1, 2, 3}));
      for (int i = 0; i < 5; i++) {
        handle.connect();
      }
      Waiting.until("all are accepted", () -> handle.accepted.size() == 5);
      for (FakeStreamHandle stream : handle.accepted) {
        Waiting.until("the connection is closed", stream::isReleased);
        assertThat(stream.sent()).containsExactly(1, 2, 3);
      }
      listener.close();
      serve.result();
      assertThat(rig.errors).isEmpty();
    }
  }

  @CoreTest
  void whatAHandlerThrowsIsReportedAndItsConnectionClosed(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Listener listener = rig.listen();
      FakeListenHandle handle = rig.listening();
      AssertionError bug = new AssertionError("a bug of the handler");
      rig.serve(
          listener,
          conn -> {
            throw bug;
          });
      handle.connect();
      Waiting.until("the error is reported", () -> !rig.errors.isEmpty());
      assertThat(rig.errors).containsExactly(bug);
      Waiting.until("the connection is closed", () -> handle.accepted.element().isReleased());
    }
  }

  @CoreTest
  void aLackOfDescriptorsIsReportedAndServedLater(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Listener listener = rig.listen();
      FakeListenHandle handle = rig.listening();
      for (int i = 0; i < 4; i++) {
        handle.failAccept(Errno.EMFILE);
      }
      handle.connect();
      CountDownLatch served = new CountDownLatch(1);
      long start = System.nanoTime();
      rig.serve(listener, conn -> served.countDown());
      await(served);
      // 5, 10, 20 and 40 ms
      assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(75));
      assertThat(rig.errors).hasSize(4);
      assertThat(rig.errors)
          .allSatisfy(e -> assertThat(((NetError) e).errnoName()).isEqualTo("EMFILE"));
    }
  }

  @CoreTest
  void anInterruptEndsServeAndLeavesTheListenerOpen(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Listener listener = rig.listen();
      FakeListenHandle handle = rig.listening();
      Call<Void> serve = rig.serve(listener, conn -> {});
      NetRig.awaitPending(handle, Direction.READ);
      serve.thread().interrupt();
      serve.failure(InterruptedIOException.class);
      assertThat(serve.endedInterrupted()).isTrue();
      assertThat(listener.isOpen()).isTrue();
      handle.connect();
      assertThat(rig.call(listener::accept).result()).isNotNull();
    }
  }

  @CoreTest
  void closingTheNetEndsServe(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Listener listener = rig.listen();
      Call<Void> serve = rig.serve(listener, Conn::awaitReadable);
      NetRig.awaitPending(rig.listening(), Direction.READ);
      rig.net.close();
      serve.result();
      rig.serve(listener, conn -> {}).result();
    }
  }

  @CoreTest
  void theDeathOfTheListenersLoopIsNoQuietEnd(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Listener listener = rig.listen();
      Call<Void> serve = rig.serve(listener, conn -> {});
      NetRig.awaitPending(rig.listening(), Direction.READ);
      IOException cause = new IOException("the kernel has gone");
      rig.poller().breakWith(cause);
      assertThat(serve.failure(SocketException.class)).hasCause(cause);
    }
  }

  @CoreTest
  void anErrorListenerThatThrowsIsNoQuietEnd(Variant variant) throws Exception {
    IllegalStateException bug = new IllegalStateException("a bug of the error listener");
    ErrorListener throwing =
        (conn, cause) -> {
          throw bug;
        };
    FakeClock clock = new FakeClock();
    FakePollerProvider provider = new FakePollerProvider(variant.anyThread, clock);
    NetConfig config =
        NetConfig.DEFAULT.withLoops(1).withScheduling(variant.scheduling()).withOnError(throwing);
    try (Net net = PolledNet.open(config, List.of(provider), clock)) {
      Listener listener = net.listen("tcp", "127.0.0.1:4000");
      provider.pollers.getFirst().lastListener().failAccept(Errno.EMFILE);
      Call<Void> serve =
          new Call<>(
              Thread.ofPlatform().daemon(),
              () -> {
                net.serve(listener, conn -> {});
                return null;
              });
      assertThat(serve.failure(IllegalStateException.class)).isSameAs(bug);
    }
  }

  @CoreTest
  void handlersRunOnTheLoopOfTheirConnection(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant, 2)) {
      Listener listener = new Call<>(Thread.ofPlatform(), rig::listen).result();
      FakeListenHandle handle =
          (FakeListenHandle)
              rig.provider.pollers.stream()
                  .flatMap(poller -> poller.handles.stream())
                  .findFirst()
                  .orElseThrow();
      CountDownLatch served = new CountDownLatch(4);
      boolean carried = variant.caller == Variant.Caller.CARRIED;
      rig.serve(
          listener,
          conn -> {
            assertThat(((PolledConn) conn).loop().isCurrent()).isEqualTo(carried);
            served.countDown();
          });
      for (int i = 0; i < 4; i++) {
        handle.connect();
      }
      await(served);
      assertThat(rig.errors).isEmpty();
    }
  }

  @CoreTest
  void strangersAreRefusedByName(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant);
        NetRig other = new NetRig(variant)) {
      Listener foreign = other.listen();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> rig.net.serve(foreign, conn -> {}))
          .withMessageContaining("not a listener of this net")
          .withMessageContaining(foreign.toString());
      Conn conn = other.call(other::dial).result();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> rig.net.go(conn, c -> {}))
          .withMessageContaining("not a connection of this net");
    }
  }
}
