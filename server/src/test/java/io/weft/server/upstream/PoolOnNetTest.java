package io.weft.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.Net;
import io.weft.NetConfig;
import io.weft.Network;
import io.weft.Scheduling;
import io.weft.server.upstream.NoUpstreamException.Reason;
import io.weft.server.upstream.PoolConfig.Queueing;
import io.weft.server.upstream.UpstreamStatus.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Goal: what holds with time moved by hand holds on loops, with real sockets. */
@Timeout(60)
class PoolOnNetTest {
  private static final int SESSIONS = 300;
  private static final Pick ANY = new Pick(Upstreams.CLIENT, Set.of());
  private static final Duration LONG = Duration.ofSeconds(40);

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void manySessionsShareFewSlots(Scheduling scheduling) throws Exception {
    try (Net net = Net.open(NetConfig.DEFAULT.withLoops(2).withScheduling(scheduling));
        EchoServer first = new EchoServer();
        EchoServer second = new EchoServer();
        UpstreamPool pool =
            new UpstreamPool(
                net,
                config(HealthConfig.OFF, LONG),
                List.of(first.spec("a", 2), second.spec("b", 3)))) {
      List<CompletableFuture<Void>> sessions = new ArrayList<>();
      for (int session = 0; session < SESSIONS; session++) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        sessions.add(done);
        net.go(() -> complete(done, () -> talk(pool.acquire(ANY))));
      }
      CompletableFuture.allOf(sessions.toArray(CompletableFuture<?>[]::new))
          .get(40, TimeUnit.SECONDS);

      assertThat(first.openMost()).isBetween(1, 2);
      assertThat(second.openMost()).isBetween(1, 3);
      assertThat(pool.waiting()).isZero();
      assertThat(pool.status()).allSatisfy(each -> assertThat(each.active()).isZero());
      assertThat(pool.status().stream().mapToLong(each -> each.totals().connects()).sum())
          .isEqualTo(SESSIONS);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void theWaitOfAThreadOnALoopEndsAtItsTimeout(Scheduling scheduling) throws Exception {
    Duration timeout = Duration.ofMillis(40);
    try (Net net = Net.open(NetConfig.DEFAULT.withLoops(1).withScheduling(scheduling));
        EchoServer server = new EchoServer();
        UpstreamPool pool =
            new UpstreamPool(
                net, config(HealthConfig.OFF, timeout), List.of(server.spec("a", 1)))) {
      pool.acquire(ANY);
      long begin = System.nanoTime();
      CompletableFuture<Void> done = new CompletableFuture<>();
      net.go(() -> complete(done, () -> pool.acquire(ANY)));

      Throwable failure = done.handle((none, e) -> e).get(40, TimeUnit.SECONDS);
      assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(timeout.toNanos());
      assertThat(((NoUpstreamException) failure).reason()).isEqualTo(Reason.QUEUE_TIMEOUT);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void aDeadUpstreamIsPassedOverAndFoundOut(Scheduling scheduling) throws Exception {
    EchoServer dead = new EchoServer();
    dead.close();
    try (Net net = Net.open(NetConfig.DEFAULT.withLoops(1).withScheduling(scheduling));
        EchoServer live = new EchoServer();
        UpstreamPool pool =
            new UpstreamPool(
                net,
                config(HealthConfig.DEFAULT, LONG),
                List.of(dead.spec("dead", 9), live.spec("live", 9)))) {
      Upstream tried;
      try (Slot slot = pool.acquire(ANY)) {
        tried = slot.upstream();
        assertThatIOException().isThrownBy(slot::connect).withMessageContaining("ECONNREFUSED");
      }
      talk(pool.acquire(new Pick(Upstreams.CLIENT, Set.of(tried))));

      pool.start();
      awaitDown(pool);
      assertThat(pool.status().getFirst().reason()).contains("ECONNREFUSED");
      talk(pool.acquire(ANY));
      talk(pool.acquire(ANY));
    }
  }

  private static void awaitDown(UpstreamPool pool) {
    long begin = System.nanoTime();
    while (pool.status().getFirst().state() != State.DOWN) {
      assertThat(System.nanoTime() - begin).isLessThan(LONG.toNanos());
      Thread.yield();
    }
  }

  private static void talk(Slot slot) throws IOException {
    try (slot;
        Conn conn = slot.connect()) {
      conn.write(new byte[] {7});
      assertThat(conn.read(ByteBuffer.allocate(1))).isEqualTo(1);
      conn.closeWrite();
      // the server has counted this session off
      assertThat(conn.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }

  private interface Body {
    void run() throws IOException;
  }

  private static void complete(CompletableFuture<Void> done, Body body) {
    try {
      body.run();
      done.complete(null);
    } catch (IOException | AssertionError e) {
      done.completeExceptionally(e);
    }
  }

  private static PoolConfig config(HealthConfig health, Duration queueTimeout) {
    return new PoolConfig(
        Balance.ROUND_ROBIN,
        DialConfig.DEFAULT.withTimeout(LONG),
        new Queueing(queueTimeout, SESSIONS),
        health,
        EjectionConfig.DEFAULT);
  }

  /** Sends back what it receives, and counts how many it serves at a time. */
  private static final class EchoServer implements AutoCloseable {
    private final ServerSocket socket =
        new ServerSocket(0, SESSIONS, InetAddress.getByName("127.0.0.1"));
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger openMost = new AtomicInteger();

    EchoServer() throws IOException {
      Thread.ofVirtual().start(this::serve);
    }

    UpstreamSpec spec(String name, int sessionsMax) {
      return UpstreamSpec.of(name, Network.TCP, "127.0.0.1:" + socket.getLocalPort())
          .withSessionsMax(sessionsMax);
    }

    int openMost() {
      return openMost.get();
    }

    private void serve() {
      while (!socket.isClosed()) {
        try {
          Socket conn = socket.accept();
          Thread.ofVirtual().start(() -> echo(conn));
        } catch (IOException e) {
          assertThat(socket.isClosed()).isTrue();
        }
      }
    }

    private void echo(Socket conn) {
      try (conn) {
        openMost.accumulateAndGet(open.incrementAndGet(), Math::max);
        conn.getInputStream().transferTo(conn.getOutputStream());
        open.decrementAndGet();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
