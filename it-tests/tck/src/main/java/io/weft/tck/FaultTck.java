package io.weft.tck;

import static io.weft.Network.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.Listener;
import io.weft.NetError;
import io.weft.spi.Errno;
import io.weft.tck.FaultPlan.Call;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goal: what the kernel answers rarely is handled as what it answers always. The answers are made
 * to order between the core and the adapter.
 */
@Tck
class FaultTck {
  @TckTest(networks = TCP)
  @Case("C07")
  void anAbortedConnectionIsPassedOver(TestingNet net) throws Exception {
    FaultPlan plan = new FaultPlan().fail(Call.ACCEPT, 3, Errno.ECONNABORTED);
    try (TestingNet faulty = net.another(plan)) {
      Listener listener = faulty.listen();
      Task<Conn> accept = faulty.start(listener::accept);
      Conn client = faulty.dial(listener);
      Traffic.roundTrip(client, accept.join());
      assertThat(plan.hasFaultsLeft()).isFalse();
    }
  }

  @TckTest
  void aLackOfDescriptorsIsToldAndTheConnectionWaits(TestingNet net) throws Exception {
    FaultPlan plan = new FaultPlan().fail(Call.ACCEPT, 1, Errno.EMFILE);
    try (TestingNet faulty = net.another(plan)) {
      Listener listener = faulty.listen();
      Conn client = faulty.dial(listener);
      Throwable thrown = faulty.start(listener::accept).failure();
      assertThat(thrown)
          .isInstanceOf(SocketException.class)
          .hasMessageEndingWith("too many open files (EMFILE)");
      assertThat(((NetError) thrown).op()).isEqualTo("accept");
      Traffic.roundTrip(client, faulty.start(listener::accept).join());
    }
  }

  @TckTest
  void servePausesWhileDescriptorsLackAndGoesOn(TestingNet net) throws Exception {
    int failures = 3;
    FaultPlan plan = new FaultPlan().fail(Call.ACCEPT, failures, Errno.EMFILE);
    try (TestingNet faulty = net.another(plan)) {
      Listener listener = faulty.listen();
      long start = System.nanoTime();
      Task<@Nullable Void> serve = faulty.start(() -> faulty.net().serve(listener, Traffic::echo));
      Conn client = faulty.dial(listener);
      Traffic.echoRoundTrip(client);
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo((5 + 10 + 20) * 1_000_000);
      for (TestingNet.Heard heard : faulty.takeErrors()) {
        assertThat(heard.conn()).isNull();
        assertThat(heard.cause()).hasMessageEndingWith("(EMFILE)");
        failures--;
      }
      assertThat(failures).isZero();
      listener.close();
      serve.join();
    }
  }

  @TckTest
  void aWriteThatIsTakenInPiecesIsWholeAndInOrder(TestingNet net) throws Exception {
    FaultPlan plan = new FaultPlan().takeAtMost(7);
    try (TestingNet faulty = net.another(plan)) {
      ConnPair pair = faulty.pair();
      Conn conn = pair.client();
      byte[] data = Traffic.randomBytes(net.random(), 1000);
      ByteBuffer direct = ByteBuffer.allocateDirect(1000).put(data).flip();
      ByteBuffer[] many = {
        ByteBuffer.wrap(data, 0, 10), ByteBuffer.allocate(0), ByteBuffer.wrap(data, 10, 990)
      };
      Task<@Nullable Void> writer =
          faulty.start(
              conn,
              () -> {
                assertThat(conn.write(data)).isEqualTo(1000);
                assertThat(conn.write(direct)).isEqualTo(1000);
                assertThat(conn.write(many)).isEqualTo(1000);
              });
      byte[] got = Traffic.readFully(pair.server(), 3000);
      writer.join();
      for (int from = 0; from < 3000; from += 1000) {
        assertThat(Arrays.copyOfRange(got, from, from + 1000)).isEqualTo(data);
      }
    }
  }

  @TckTest
  void aPeerThatKeepAliveGivesUpOnIsATimeout(TestingNet net) throws Exception {
    FaultPlan plan = new FaultPlan().fail(Call.READ, 1, Errno.ETIMEDOUT);
    try (TestingNet faulty = net.another(plan)) {
      ConnPair pair = faulty.pair();
      Conn conn = pair.client();
      assertThat(faulty.start(conn, () -> conn.read(new byte[1])).failure())
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageEndingWith("connection timed out (ETIMEDOUT)");
    }
  }

  @TckTest
  void aResetIsReportedAgainThoughTheKernelReportsItOnce(TestingNet net) throws Exception {
    FaultPlan plan = new FaultPlan().fail(Call.READ, 1, Errno.ECONNRESET);
    try (TestingNet faulty = net.another(plan)) {
      ConnPair pair = faulty.pair();
      Conn conn = pair.client();
      for (int i = 0; i < 3; i++) {
        Expect.reset(faulty.start(conn, () -> conn.read(new byte[1])).failure());
        Expect.reset(faulty.start(conn, () -> conn.write(new byte[1])).failure());
      }
    }
  }

  @TckTest
  void aLoopThatDiesFailsEveryWaiterWithTheCause(TestingNet net) throws Exception {
    FaultPlan plan = new FaultPlan();
    IOException cause = new IOException("broken on purpose");
    try (TestingNet faulty = net.another(plan)) {
      Listener listener = faulty.listen();
      ConnPair pair = faulty.pair(listener);
      Conn conn = pair.client();
      List<Task<?>> waiters = new ArrayList<>();
      waiters.add(faulty.start(conn, () -> conn.read(new byte[1])));
      waiters.add(faulty.start(conn, () -> conn.write(new byte[32 * 1024 * 1024])));
      waiters.add(faulty.start(listener::accept));
      for (Task<?> waiter : waiters) {
        waiter.awaitParked();
      }
      plan.breakAll(cause);
      for (Task<?> waiter : waiters) {
        assertThat(waiter.failure()).isInstanceOf(IOException.class).hasRootCause(cause);
      }
    }
  }
}
