package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.NetError;
import io.weft.spi.Direction;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Goal: a loop that dies fails every waiter with the cause, and closes its poller: no quiet death.
 */
@Timeout(60)
@ExtendWith(QuietLog.class)
class LoopDeathTest {
  private final IOException cause = new IOException("the kernel has gone");

  private void assertDied(Call<?> call) throws Exception {
    SocketException failure = call.failure(SocketException.class);
    assertThat(failure)
        .hasCause(cause)
        .hasMessageContaining("the event loop died")
        .isInstanceOf(NetError.class);
  }

  private void kill(CoreRig rig) {
    rig.poller.breakWith(cause);
    Waiting.until("the loop has ended", rig.loop::hasEnded);
    assertThat(rig.loop.failure()).isSameAs(cause);
  }

  @CoreTest
  void everyWaiterFailsWithTheCause(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      stream.room(0);
      PolledConn conn = rig.conn(stream);
      FakeListenHandle handle = new FakeListenHandle(rig.poller);
      PolledListener listener = rig.listener(handle);
      List<Call<?>> calls = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        calls.add(rig.call(() -> conn.read(new byte[16])));
        calls.add(rig.call(() -> conn.write(new byte[16])));
        calls.add(rig.call(listener::accept));
      }
      for (Call<?> call : calls) {
        Waiting.untilParked(call.thread());
      }
      kill(rig);
      for (Call<?> call : calls) {
        assertDied(call);
      }
      Waiting.until("the poller is closed", rig.poller::isClosed);
    }
  }

  @CoreTest
  void laterCallsFailWithTheCauseAndCloseStillReleases(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      PolledConn conn = rig.conn(stream);
      kill(rig);
      assertDied(rig.call(() -> conn.read(new byte[16])));
      assertDied(rig.call(() -> conn.write(new byte[16])));
      assertThat(stream.starts).hasValue(0);
      conn.close();
      assertThat(stream.isReleased()).isTrue();
    }
  }

  /**
   * Those that fail close their connections at once, while the loop is still closing its poller.
   */
  @CoreTest
  void thoseThatAreWokenDoNotTouchTheirHandlesBeforeThePollerIsClosed(Variant variant)
      throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      rig.poller.beSlowToClose();
      List<Call<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        FakeStreamHandle stream = rig.stream();
        PolledConn conn = rig.conn(stream);
        calls.add(rig.call(() -> readAndClose(conn)));
        Waiting.until("the read is pending", () -> stream.isPending(Direction.READ));
      }
      kill(rig);
      for (Call<Integer> call : calls) {
        assertDied(call);
      }
      assertThat(rig.poller.violations).isEmpty();
    }
  }

  private static int readAndClose(PolledConn conn) throws IOException {
    try (conn) {
      return conn.read(new byte[16]);
    }
  }

  /**
   * Starts, cancels and closes from elsewhere race with the death; so do threads that stand in the
   * JDK's queue of those who make native memory, and are carried on elsewhere.
   */
  @CoreTest
  void callsThatRaceWithTheDeathEndAndKeepTheRules(Variant variant) throws Exception {
    AtomicBoolean crowded = new AtomicBoolean(true);
    Thread crowd = Thread.ofPlatform().daemon().start(() -> makeMemoryWhile(crowded));
    try {
      raceWithTheDeath(variant);
    } finally {
      crowded.set(false);
      crowd.join();
    }
  }

  private static void makeMemoryWhile(AtomicBoolean wanted) {
    while (wanted.get()) {
      ByteBuffer.allocateDirect(1);
    }
  }

  private void raceWithTheDeath(Variant variant) throws Exception {
    for (int round = 0; round < 100; round++) {
      try (CoreRig rig = new CoreRig(variant)) {
        List<Call<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          PolledConn conn = rig.conn(rig.stream());
          calls.add(rig.call(() -> readAndClose(conn)));
        }
        rig.poller.breakWith(cause);
        for (Call<Integer> call : calls) {
          assertDied(call);
        }
      }
    }
  }

  @CoreTest
  void aCloseThatIsUnderWayEnds(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      stream.holdClose(true);
      PolledConn conn = rig.conn(stream);
      Call<Void> close =
          rig.call(
              () -> {
                conn.close();
                return null;
              });
      Waiting.untilParked(close.thread());
      kill(rig);
      close.result();
      assertThat(stream.isReleased()).isTrue();
    }
  }
}
