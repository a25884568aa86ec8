package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weft.Conn;
import io.weft.ConnHandler;
import io.weft.Listener;
import io.weft.NetConfig;
import io.weft.NetObserver;
import io.weft.spi.Errno;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: at the limit nothing is accepted, and nobody waits there longer than he has to. */
@Timeout(60)
@ExtendWith(QuietLog.class)
class ServeLimitTest {
  private static Call<Void> serve(NetRig rig, Listener listener, int openMax, ConnHandler handler) {
    return new Call<>(
        Thread.ofPlatform().daemon(),
        () -> {
          rig.net.serve(listener, handler, openMax);
          return null;
        });
  }

  private static ConnHandler until(Semaphore leave) {
    return conn -> leave.acquire();
  }

  private static void awaitAccepted(FakeListenHandle handle, int count) {
    Waiting.until(count + " are accepted", () -> handle.accepted.size() == count);
  }

  @CoreTest
  void theNextConnectionWaitsInTheKernelUntilOneIsClosed(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Semaphore leave = new Semaphore(0);
      Listener listener = rig.listen();
      FakeListenHandle handle = rig.listening();
      serve(rig, listener, 2, until(leave));
      for (int i = 0; i < 4; i++) {
        handle.connect();
      }
      awaitAccepted(handle, 2);
      awaitLimit(listener);
      assertThat(handle.queued()).isEqualTo(2);
      leave.release();
      awaitAccepted(handle, 3);
      awaitLimit(listener);
      assertThat(handle.queued()).isEqualTo(1);
      leave.release(3);
      awaitAccepted(handle, 4);
      listener.close();
    }
  }

  // the acceptor has nothing to do: all that was there to run has run
  static void awaitLimit(Listener listener) {
    Loop loop = ((PolledListener) listener).loop();
    for (int i = 0; i < 3; i++) {
      CountDownLatch turn = new CountDownLatch(1);
      loop.execute(turn::countDown);
      Waiting.untilOpen(turn);
    }
  }

  @CoreTest
  void neverMoreThanTheLimitAreOpen(Variant variant) throws Exception {
    Gauge gauge = new Gauge();
    try (NetRig rig = new NetRig(variant, 1, NetConfig.DEFAULT.withObserver(gauge))) {
      Listener listener = rig.listen();
      FakeListenHandle handle = rig.listening();
      serve(rig, listener, 3, conn -> Thread.yield());
      for (int i = 0; i < 200; i++) {
        handle.connect();
      }
      awaitAccepted(handle, 200);
      Waiting.until("all are closed", () -> gauge.open.get() == 0);
      assertThat(gauge.most.get()).isBetween(1, 3);
      assertThat(rig.errors).isEmpty();
    }
  }

  /** How many connections are open, and the most that ever were. */
  static final class Gauge implements NetObserver {
    final AtomicInteger open = new AtomicInteger();
    final AtomicInteger most = new AtomicInteger();

    @Override
    public void opened(Conn conn) {
      most.accumulateAndGet(open.incrementAndGet(), Math::max);
    }

    @Override
    public void closed(Conn conn, @Nullable IOException cause) {
      open.decrementAndGet();
    }
  }

  @CoreTest
  void aHandlerThatThrowsAndAFailedAcceptTakeNoPlace(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Listener listener = rig.listen();
      FakeListenHandle handle = rig.listening();
      handle.failAccept(Errno.EMFILE);
      serve(
          rig,
          listener,
          1,
          conn -> {
            throw new AssertionError("a bug of the handler");
          });
      for (int i = 0; i < 3; i++) {
        handle.connect();
      }
      awaitAccepted(handle, 3);
      Waiting.until("all are reported", () -> rig.errors.size() == 4);
    }
  }

  @CoreTest
  void closingTheListenerEndsTheWait(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Semaphore leave = new Semaphore(0);
      Listener listener = rig.listen();
      FakeListenHandle handle = rig.listening();
      Call<Void> serve = serve(rig, listener, 1, until(leave));
      handle.connect();
      handle.connect();
      awaitAccepted(handle, 1);
      awaitLimit(listener);
      assertThat(serve.isDone()).isFalse();
      listener.close();
      serve.result();
      leave.release();
    }
  }

  @CoreTest
  void anInterruptEndsTheWaitAndLeavesTheListenerOpen(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      Semaphore leave = new Semaphore(0);
      Listener listener = rig.listen();
      FakeListenHandle handle = rig.listening();
      Call<Void> serve = serve(rig, listener, 1, until(leave));
      handle.connect();
      handle.connect();
      awaitAccepted(handle, 1);
      awaitLimit(listener);
      serve.thread().interrupt();
      serve.failure(InterruptedIOException.class);
      assertThat(listener.isOpen()).isTrue();
      Conn waiting = rig.call(listener::accept).result();
      assertThat(waiting.isOpen()).isTrue();
      leave.release();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void aLimitBelowOneIsRefusedByName(int openMax) throws Exception {
    try (NetRig rig = new NetRig(Variant.READINESS_VIRTUAL)) {
      Listener listener = rig.listen();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> rig.net.serve(listener, conn -> {}, openMax))
          .withMessageContaining("openMax")
          .withMessageContaining(String.valueOf(openMax));
    }
  }
}
