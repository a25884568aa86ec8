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
  void whatTheKernelLacksIsToldByAcceptAndTheConnectionWaits(TestingNet net) throws Exception {
    List<Errno> all =
        List.of(Errno.EMFILE, Errno.ENFILE, Errno.ENOBUFS, Errno.ENOMEM, Errno.EPROTO, Errno.EPERM);
    FaultPlan plan = new FaultPlan();
    try (TestingNet faulty = net.another(plan)) {
      Listener listener = faulty.listen();
      for (Errno errno : all) {
        plan.fail(Call.ACCEPT, 2, errno);
        Conn client = faulty.dial(listener);
        for (int i = 0; i < 2; i++) {
          Throwable thrown = faulty.start(listener::accept).failure();
          assertThat(thrown)
              .isInstanceOf(SocketException.class)
              .hasMessageEndingWith(": " + Errno.describe(errno.number()));
          assertThat(((NetError) thrown).op()).isEqualTo("accept");
          assertThat(((NetError) thrown).errnoName()).isEqualTo(errno.name());
        }
        Traffic.roundTrip(client, faulty.start(listener::accept).join());
      }
    }
  }

  @TckTest
  void aConnectionThatNoLoopCanTakeOverIsClosedAndTheNextOneIsNot(TestingNet net) throws Exception {
    FaultPlan plan = new FaultPlan().fail(Call.ADOPT, 1, Errno.ENOMEM);
    try (TestingNet faulty = net.another(plan)) {
      Listener listener = faulty.listen();
      Conn lost = faulty.dial(listener);
      assertThat(faulty.start(listener::accept).failure())
          .isInstanceOf(SocketException.class)
          .hasMessageEndingWith(": cannot allocate memory (ENOMEM)");
      assertThat(faulty.start(lost, () -> lost.read(new byte[1])).join()).isEqualTo(-1);
      Conn client = faulty.dial(listener);
      Traffic.roundTrip(client, faulty.start(listener::accept).join());
    }
  }

  @TckTest
  void aSocketThatCannotBeMadeFailsItsDialOrListenOnly(TestingNet net) throws Exception {
    List<Errno> all = List.of(Errno.EMFILE, Errno.ENFILE, Errno.ENOBUFS, Errno.ENOMEM);
    FaultPlan plan = new FaultPlan();
    try (TestingNet faulty = net.another(plan)) {
      Listener listener = faulty.listen();
      int sockets = Resources.openSockets();
      for (Errno errno : all) {
        plan.fail(Call.DIALLING_SOCKET, 1, errno).fail(Call.LISTENING_SOCKET, 1, errno);
        String text = ": " + Errno.describe(errno.number());
        assertThat(faulty.start(() -> faulty.dial(listener)).failure())
            .isInstanceOf(SocketException.class)
            .hasMessage("dial " + net.network() + " " + TestingNet.addressOf(listener) + text);
        String address = net.freeAddress();
        assertThat(
                faulty
                    .start(() -> faulty.net().listen(net.network().toString(), address))
                    .failure())
            .isInstanceOf(SocketException.class)
            .hasMessage("listen " + net.network() + " " + address + text);
      }
      assertThat(Resources.openSockets()).as("nothing is left open").isEqualTo(sockets);
      assertThat(plan.hasFaultsLeft()).isFalse();
      Conn client = faulty.start(() -> faulty.dial(listener)).join();
      Traffic.roundTrip(client, faulty.start(listener::accept).join());
    }
  }

  @TckTest
  void aSocketThatCannotListenOrConnectIsClosed(TestingNet net) throws Exception {
    FaultPlan plan = new FaultPlan();
    try (TestingNet faulty = net.another(plan)) {
      Listener listener = faulty.listen();
      int sockets = Resources.openSockets();
      for (int i = 0; i < 10; i++) {
        plan.fail(Call.LISTEN, 1, Errno.ENOBUFS).fail(Call.CONNECT, 1, Errno.ENOBUFS);
        assertThat(faulty.start(() -> faulty.listen()).failure())
            .hasMessageEndingWith(": no buffer space available (ENOBUFS)");
        assertThat(faulty.start(() -> faulty.dial(listener)).failure())
            .hasMessageEndingWith(": no buffer space available (ENOBUFS)");
        assertThat(Resources.openSockets()).as("nothing is left open").isEqualTo(sockets);
      }
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
    FaultPlan plan = new FaultPlan();
    try (TestingNet faulty = net.another(plan)) {
      ConnPair pair = faulty.pair();
      Conn conn = pair.client();
      byte[] data = Traffic.randomBytes(net.random(), 1000);
      // the pieces end inside, at and behind the ends of the buffers below
      for (int bytesMax : new int[] {1, 7, 10, 999}) {
        plan.takeAtMost(bytesMax);
        ByteBuffer direct = ByteBuffer.allocateDirect(1000).put(data).flip();
        ByteBuffer[] gathered = {direct.slice(0, 10), direct.slice(0, 0), direct.slice(10, 990)};
        ByteBuffer[] joined = {
          ByteBuffer.wrap(data, 0, 10), ByteBuffer.allocate(0), ByteBuffer.wrap(data, 10, 990)
        };
        Task<@Nullable Void> writer =
            faulty.start(
                conn,
                () -> {
                  assertThat(conn.write(data)).isEqualTo(1000);
                  assertThat(conn.write(direct)).isEqualTo(1000);
                  assertThat(conn.write(joined)).isEqualTo(1000);
                  assertThat(conn.write(gathered)).isEqualTo(1000);
                });
        byte[] got = Traffic.readFully(pair.server(), 4000);
        writer.join();
        assertThat(gathered).noneMatch(ByteBuffer::hasRemaining);
        for (int from = 0; from < 4000; from += 1000) {
          assertThat(Arrays.copyOfRange(got, from, from + 1000)).isEqualTo(data);
        }
      }
      assertThat(plan.gatherCount()).isPositive();
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
