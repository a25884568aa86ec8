package io.weft.tck;

import static io.weft.Network.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.ConnHandler;
import io.weft.Listener;
import io.weft.Net;
import io.weft.NetError;
import io.weft.OpenLimit;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Goal: go closes what its handler leaves, serve goes on until its listener closes, shutdown waits
 * for handlers, and close leaves nobody waiting.
 */
@Tck
class NetTck {
  @TckTest
  void goClosesTheConnectionWhenItsHandlerEnds(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    net.start(() -> net.net().go(pair.server(), c -> c.write(new byte[] {6}))).join();
    assertThat(Traffic.readAll(pair.client())).containsExactly(6);
    Await.until("the connection is closed", () -> !pair.server().isOpen());
  }

  @TckTest
  void whatAHandlerThrowsIsHeardAndTheConnectionClosed(TestingNet net) throws Exception {
    for (Throwable thrown :
        List.of(new IOException("io"), new IllegalStateException("state"), new Error("error"))) {
      ConnPair pair = net.pair();
      net.start(() -> net.net().go(pair.server(), throwing(thrown))).join();
      TestingNet.Heard heard = net.awaitError();
      assertThat(heard.cause()).isSameAs(thrown);
      assertThat(heard.conn()).isSameAs(pair.server());
      assertThat(pair.client().read(new byte[1])).isEqualTo(-1);
    }
  }

  private static ConnHandler throwing(Throwable thrown) {
    return conn -> {
      switch (thrown) {
        case Exception exception -> throw exception;
        case Error error -> throw error;
        default -> throw new AssertionError(thrown);
      }
    };
  }

  @TckTest
  void serveHandlesConnectionsSideBySideUntilItsListenerCloses(TestingNet net) throws Exception {
    Listener listener = net.listen();
    CountDownLatch all = new CountDownLatch(20);
    Task<@Nullable Void> serve =
        net.start(
            () ->
                net.net()
                    .serve(
                        listener,
                        c -> {
                          all.countDown();
                          all.await();
                          Traffic.echo(c);
                        }));
    List<Task<@Nullable Void>> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Conn conn = net.dial(listener);
      clients.add(
          net.start(
              conn,
              () -> {
                for (int round = 0; round < 20; round++) {
                  Traffic.echoRoundTrip(conn);
                }
                conn.close();
              }));
    }
    for (Task<@Nullable Void> client : clients) {
      client.join();
    }
    assertThat(serve.isDone()).isFalse();
    net.start(listener::close).join();
    serve.join();
    net.start(() -> net.net().serve(listener, Traffic::echo)).join();
  }

  @TckTest
  void serveLeavesToTheKernelWhatIsBeyondItsLimit(TestingNet net) throws Exception {
    Listener listener = net.listen();
    AtomicInteger open = new AtomicInteger();
    AtomicInteger openMost = new AtomicInteger();
    Task<@Nullable Void> serve =
        net.start(
            () ->
                net.net()
                    .serve(
                        listener,
                        c -> {
                          openMost.accumulateAndGet(open.incrementAndGet(), Math::max);
                          Traffic.echo(c);
                          open.decrementAndGet();
                        },
                        2));
    List<Conn> clients = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      clients.add(net.dial(listener));
      clients.getLast().write(new byte[] {7});
    }
    Await.until("two are served at once", () -> openMost.get() == 2);
    for (Conn client : clients) {
      // who is beyond the limit is answered when one of those before it has left
      assertThat(net.start(client, () -> Traffic.readFully(client, 1)).join()).hasSize(1);
      client.close();
    }
    assertThat(openMost.get()).isEqualTo(2);
    assertThat(serve.isDone()).isFalse();
    net.start(listener::close).join();
    serve.join();
    assertThat(net.start(() -> net.net().serve(listener, Traffic::echo, 0)).failure())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0");
  }

  @TckTest
  void listenersThatShareALimitKeepItTogether(TestingNet net) throws Exception {
    OpenLimit limit = OpenLimit.of(2);
    AtomicInteger open = new AtomicInteger();
    AtomicInteger openMost = new AtomicInteger();
    List<Listener> listeners = List.of(net.listen(), net.listen(), net.listen());
    List<Task<@Nullable Void>> serves = new ArrayList<>();
    for (Listener listener : listeners) {
      ConnHandler handler =
          c -> {
            openMost.accumulateAndGet(open.incrementAndGet(), Math::max);
            Traffic.echo(c);
            open.decrementAndGet();
          };
      serves.add(net.start(() -> net.net().serve(listener, handler, limit)));
    }
    List<Task<@Nullable Void>> clients = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      Conn client = net.dial(listeners.get(i % 3));
      clients.add(
          net.start(
              client,
              () -> {
                Traffic.echoRoundTrip(client);
                client.close();
              }));
    }
    for (Task<@Nullable Void> client : clients) {
      client.join();
    }
    assertThat(openMost.get()).isBetween(1, 2);
    Await.until("all are closed", () -> limit.open() == 0);
    for (int i = 0; i < 3; i++) {
      net.start(listeners.get(i)::close).join();
      serves.get(i).join();
    }
  }

  @TckTest(networks = TCP)
  void whatIsOffloadedHoldsUpNobodyAndTellsItsEnd(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    net.start(pair.server(), () -> Traffic.echo(pair.server()));
    CountDownLatch release = new CountDownLatch(1);
    Task<Boolean> offloaded =
        net.start(
            pair.client(),
            () ->
                net.net()
                    .offload(
                        () -> {
                          release.await();
                          return !Thread.currentThread().isVirtual();
                        }));
    net.start(pair.client(), () -> Traffic.echoRoundTrip(pair.client())).join();
    assertThat(offloaded.isDone()).isFalse();
    release.countDown();
    assertThat(offloaded.join()).isTrue();
    IOException thrown = new IOException("on purpose");
    Task<Boolean> failing =
        net.start(
            () ->
                net.net()
                    .offload(
                        () -> {
                          throw thrown;
                        }));
    assertThat(failing.failure()).isSameAs(thrown);
  }

  @TckTest
  void serveGoesOnAfterAHandlerThatThrows(TestingNet net) throws Exception {
    Listener listener = net.listen();
    IOException thrown = new IOException("on purpose");
    AtomicBoolean first = new AtomicBoolean(true);
    net.start(
        () ->
            net.net()
                .serve(
                    listener,
                    c -> {
                      if (first.getAndSet(false)) {
                        throw thrown;
                      }
                      Traffic.echo(c);
                    }));
    assertThat(net.dial(listener).read(new byte[1])).isEqualTo(-1);
    assertThat(net.awaitError().cause()).isSameAs(thrown);
    Conn conn = net.dial(listener);
    net.start(conn, () -> Traffic.echoRoundTrip(conn)).join();
    listener.close();
  }

  @TckTest
  void anInterruptEndsServeAndLeavesTheListenerOpen(TestingNet net) throws Exception {
    Listener listener = net.listen();
    Task<Boolean> serve =
        net.start(
            () -> {
              try {
                net.net().serve(listener, Traffic::echo);
                return false;
              } catch (IOException e) {
                Expect.interrupted(e);
                return Thread.interrupted();
              }
            });
    Conn before = net.dial(listener);
    Traffic.echoRoundTrip(before);
    serve.awaitParked().interrupt();
    assertThat(serve.join()).as("the flag is kept").isTrue();
    assertThat(listener.isOpen()).isTrue();
    Conn after = net.dial(listener);
    Traffic.roundTrip(after, net.start(listener::accept).join());
  }

  @TckTest
  void shutdownStopsAcceptingAndWaitsForHandlers(TestingNet net) throws Exception {
    try (TestingNet doomed = net.another()) {
      Listener listener = doomed.listen();
      net.start(() -> doomed.net().serve(listener, Traffic::echo));
      Conn client = net.dial(listener);
      Traffic.echoRoundTrip(client);
      Task<Boolean> shutdown = net.start(() -> doomed.net().shutdown(Duration.ofSeconds(30)));
      Await.until("nobody listens", () -> net.start(() -> refuses(net, listener)).join());
      Traffic.echoRoundTrip(client);
      assertThat(shutdown.isDone()).isFalse();
      client.close();
      assertThat(shutdown.join()).isTrue();
      Expect.closed(net.start(() -> doomed.net().listen("tcp", "127.0.0.1:0")).failure());
    }
  }

  /** Whether a dial is refused; one that comes while the listener closes may be reset instead. */
  private static boolean refuses(TestingNet net, Listener listener) throws IOException {
    try (Conn conn = net.dial(listener)) {
      return !conn.isOpen();
    } catch (SocketException e) {
      return List.of("ECONNREFUSED", "ENOENT").contains(((NetError) e).errnoName());
    }
  }

  @TckTest
  void shutdownGivesUpOnHandlersThatDoNotEnd(TestingNet net) throws Exception {
    try (TestingNet doomed = net.another()) {
      Listener listener = doomed.listen();
      net.start(() -> doomed.net().serve(listener, Traffic::echo));
      Conn client = net.dial(listener);
      Traffic.echoRoundTrip(client);
      Task<Boolean> shutdown = net.start(() -> doomed.net().shutdown(Duration.ofMillis(20)));
      assertThat(shutdown.join()).isFalse();
      assertThat(client.read(new byte[1])).isEqualTo(-1);
    }
  }

  @TckTest(networks = TCP)
  void anInterruptedShutdownClosesAllTheSame(TestingNet net) throws Exception {
    try (TestingNet doomed = net.another()) {
      ConnPair pair = doomed.pair();
      CountDownLatch running = new CountDownLatch(1);
      doomed
          .net()
          .go(
              pair.server(),
              c -> {
                running.countDown();
                Traffic.echo(c);
              });
      running.await();
      Task<Boolean> shutdown = net.start(() -> doomed.net().shutdown(Duration.ofHours(1)));
      shutdown.awaitParked().interrupt();
      assertThat(shutdown.failure()).isInstanceOf(InterruptedException.class);
      assertThat(pair.client().isOpen()).isFalse();
      Expect.closed(net.start(() -> doomed.net().dial("tcp", "127.0.0.1:1")).failure());
    }
  }

  @TckTest
  void closeEndsHandlersWhereverTheyWait(TestingNet net) throws Exception {
    try (TestingNet doomed = net.another()) {
      ConnPair reading = doomed.pair();
      ConnPair waiting = doomed.pair();
      CountDownLatch interrupted = new CountDownLatch(1);
      CountDownLatch running = new CountDownLatch(2);
      Task<Integer> reader = new Task<>(() -> reading.server().read(new byte[1]));
      doomed
          .net()
          .go(
              reading.server(),
              c -> {
                running.countDown();
                reader.run();
              });
      doomed
          .net()
          .go(
              waiting.server(),
              c -> {
                running.countDown();
                try {
                  new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                  interrupted.countDown();
                }
              });
      running.await();
      reader.awaitParked();
      net.start(doomed.net()::close).join();
      Expect.closed(reader.failure());
      assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @TckTest
  void aHandlerMayCloseItsOwnNet(TestingNet net) throws Exception {
    try (TestingNet doomed = net.another()) {
      ConnPair pair = doomed.pair();
      Task<Boolean> handler =
          doomed.start(
              pair.server(),
              () -> {
                doomed.leaveLoops();
                doomed.net().close();
                return true;
              });
      assertThat(handler.join()).isTrue();
      assertThat(pair.client().isOpen()).isFalse();
      Expect.closed(net.start(() -> pair.client().read(new byte[1])).failure());
    }
  }

  @TckTest(networks = TCP)
  void ofManyClosesAllReturn(TestingNet net) throws Exception {
    try (TestingNet doomed = net.another()) {
      ConnPair pair = doomed.pair();
      List<Task<@Nullable Void>> closes = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        closes.add(net.start(doomed.net()::close));
      }
      for (Task<@Nullable Void> close : closes) {
        close.join();
      }
      assertThat(pair.client().isOpen()).isFalse();
    }
  }

  @TckTest
  void anAddressIsFreeWhenItsNetIsClosed(TestingNet net) throws Exception {
    Listener listener;
    try (TestingNet doomed = net.another()) {
      listener = doomed.listen();
      net.start(doomed.net()::close).join();
    }
    if (net.network().isTcp()) {
      String address = TestingNet.addressOf(listener);
      try (Listener again = net.start(() -> net.net().listen("tcp", address)).join()) {
        assertThat(again.address()).isEqualTo(listener.address());
      }
    }
  }

  @TckTest
  void netsLiveSideBySide(TestingNet net) throws Exception {
    try (TestingNet other = net.another()) {
      Listener listener = other.listen();
      Conn client = net.dial(listener);
      Conn server = listener.accept();
      other.start(server, () -> Traffic.echo(server));
      net.start(client, () -> Traffic.echoRoundTrip(client)).join();
      Net closed = other.net();
      other.leaveLoops();
      net.start(closed::close).join();
      assertThat(net.start(client, () -> client.read(new byte[1])).join()).isEqualTo(-1);
      ConnPair pair = net.pair();
      net.start(pair.client(), () -> Traffic.roundTrip(pair.client(), pair.server())).join();
    }
  }

  @TckTest(networks = TCP)
  void aThreadOfAClosedNetRunsToItsEnd(TestingNet net) throws Exception {
    try (TestingNet doomed = net.another()) {
      ConnPair pair = doomed.pair();
      CountDownLatch closed = new CountDownLatch(1);
      Task<Boolean> survivor =
          new Task<>(
              () -> {
                boolean interrupted = false;
                while (closed.getCount() > 0) {
                  try {
                    closed.await();
                  } catch (InterruptedException e) {
                    interrupted = true;
                  }
                }
                try {
                  pair.client().read(new byte[1]);
                } catch (ClosedChannelException e) {
                  return interrupted;
                }
                return false;
              });
      doomed.net().go(survivor);
      net.start(doomed.net()::close).join();
      closed.countDown();
      assertThat(survivor.join()).isTrue();
    }
  }
}
