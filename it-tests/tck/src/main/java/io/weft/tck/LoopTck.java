package io.weft.tck;

import static io.weft.Network.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.Listener;
import io.weft.LoopCounts;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Goal: threads run where they are said to run, any thread may call anything, and what is carried
 * by a loop may block in all other ways too.
 */
@Tck
class LoopTck {
  @TckTest(networks = TCP)
  void threadsAreVirtualAndNamedAndLoopsAreNamed(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Task<Thread> plain = net.start(() -> net.net().go(() -> {}));
    assertThat(plain.join().isVirtual()).isTrue();
    assertThat(plain.join().getName()).startsWith("weft-");
    Task<Thread> ofConn = net.start(() -> net.net().go(pair.client(), c -> {}));
    assertThat(ofConn.join().isVirtual()).isTrue();
    assertThat(ofConn.join().getName()).startsWith("conn-");
    assertThat(net.net().loops()).isEqualTo(2);
    if (net.onLoop()) {
      assertThat(net.carriers()).doesNotHaveDuplicates().allMatch(n -> n.startsWith("weft-"));
    }
  }

  @TckTest
  void loopsCountWhatTheyDo(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    List<LoopCounts> before = net.net().loopCounts();
    Conn reader = pair.server();
    Task<byte[]> read = net.start(reader, () -> Traffic.readFully(reader, 1)).awaitParked();
    pair.client().write(new byte[1]);
    read.join();
    // a poll counts what it has delivered when it is through
    Await.until(
        "a count of the event",
        () -> sum(net.net().loopCounts(), LoopCounts::events) > sum(before, LoopCounts::events));
    List<LoopCounts> after = net.net().loopCounts();
    assertThat(after).extracting(LoopCounts::loop).containsExactlyElementsOf(names(before));
    assertThat(names(before)).hasSize(net.net().loops()).doesNotHaveDuplicates();
    assertThat(sum(after, LoopCounts::polls)).isGreaterThan(sum(before, LoopCounts::polls));
    net.net().close();
    assertThat(net.net().loopCounts()).hasSameSizeAs(before);
  }

  private static List<String> names(List<LoopCounts> counts) {
    return counts.stream().map(LoopCounts::loop).toList();
  }

  private static long sum(List<LoopCounts> counts, ToLongFunction<LoopCounts> of) {
    return counts.stream().mapToLong(of).sum();
  }

  @TckTest(networks = TCP, placements = Placement.PLATFORM)
  void goTakesTheLoopsInTurn(TestingNet net) throws Exception {
    List<String> carriers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      carriers.add(carrierOf(net));
    }
    if (net.onLoop()) {
      assertThat(carriers.subList(0, 2)).isEqualTo(carriers.subList(2, 4)).doesNotHaveDuplicates();
    }
  }

  @TckTest(
      networks = TCP,
      placements = {Placement.OWN_LOOP, Placement.OTHER_LOOP})
  void goFromACarriedThreadStaysOnItsLoop(TestingNet net) throws Exception {
    boolean stayed =
        net.start(
                () -> {
                  String own = Anchor.carrierOfCaller();
                  boolean all = true;
                  for (int i = 0; i < 5; i++) {
                    all &= carrierOf(net).equals(own);
                  }
                  return all;
                })
            .join();
    assertThat(stayed || !net.onLoop()).isTrue();
  }

  private static String carrierOf(TestingNet net) throws Exception {
    Task<String> task = new Task<>(Anchor::carrierOfCaller);
    net.net().go(task);
    return task.join();
  }

  @TckTest(networks = TCP)
  void aHandlerRunsOnTheLoopOfItsConnection(TestingNet net) throws Exception {
    Listener listener = net.listen();
    Set<String> all = new HashSet<>();
    // dialled elsewhere, so that this net's turns are those of the accepted connections
    try (TestingNet dialler = net.another()) {
      for (int i = 0; i < 4; i++) {
        dialler.dial(listener);
        Conn server = listener.accept();
        Task<String> first = handlerOf(net, server);
        Task<String> second = handlerOf(net, server);
        all.add(first.join());
        if (net.onLoop()) {
          assertThat(second.join()).isEqualTo(first.join());
        }
      }
    }
    if (net.onLoop()) {
      assertThat(all).as("accepted connections go to the loops in turn").hasSize(2);
    }
  }

  private static Task<String> handlerOf(TestingNet net, Conn conn) throws Exception {
    Task<String> handler = new Task<>(Anchor::carrierOfCaller);
    net.start(() -> net.net().go(conn, c -> handler.run())).join();
    return handler;
  }

  @TckTest(
      networks = TCP,
      placements = {Placement.OWN_LOOP, Placement.OTHER_LOOP})
  void aConnectionBelongsToTheLoopThatDialledIt(TestingNet net) throws Exception {
    Listener listener = net.listen();
    for (int i = 0; i < 3; i++) {
      Task<String> handler = new Task<>(Anchor::carrierOfCaller);
      String dialler =
          net.start(
                  () -> {
                    Conn conn = net.dial(listener);
                    net.net().go(conn, c -> handler.run());
                    return Anchor.carrierOfCaller();
                  })
              .join();
      if (net.onLoop()) {
        assertThat(handler.join()).isEqualTo(dialler);
      }
      handler.join();
    }
  }

  @TckTest(networks = TCP)
  void thePlacementsOfThisSuiteAreTrue(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Task<String> handler = new Task<>(Anchor::carrierOfCaller);
    Task<Boolean> virtual = net.start(pair.client(), () -> Thread.currentThread().isVirtual());
    assertThat(virtual.join()).isEqualTo(net.placement() != Placement.PLATFORM);
    if (net.onLoop() && net.placement() != Placement.PLATFORM) {
      String here = net.start(pair.client(), Anchor::carrierOfCaller).join();
      net.net().go(pair.client(), c -> handler.run());
      assertThat(here.equals(handler.join())).isEqualTo(net.placement() == Placement.OWN_LOOP);
    }
  }

  @TckTest
  void aConnectionIsUsedFromEverywhereAtOnce(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    Conn conn = pair.client();
    Task<byte[]> reader = net.startOnPlatform(() -> Traffic.readFully(conn, 3000));
    List<Task<@Nullable Void>> writers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      writers.add(
          net.start(
              pair.server(),
              () -> {
                for (int round = 0; round < 1000; round++) {
                  pair.server().write(new byte[1]);
                }
              }));
    }
    for (Task<@Nullable Void> writer : writers) {
      writer.join();
    }
    assertThat(reader.join()).hasSize(3000);
  }

  @TckTest
  void childrenOfAThreadMayUseItsConnection(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    net.start(pair.server(), () -> Traffic.echo(pair.server()));
    Conn conn = pair.client();
    Thread.Builder[] builders = {Thread.ofVirtual(), Thread.ofPlatform()};
    net.start(
            conn,
            () -> {
              for (Thread.Builder builder : builders) {
                Task<@Nullable Void> child =
                    new Task<>(
                        () -> {
                          Traffic.echoRoundTrip(conn);
                          return null;
                        });
                Thread thread = builder.name("weft-tck-child").start(child);
                child.join();
                thread.join();
              }
              try (ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<?> task =
                    tasks.submit(
                        () -> {
                          Traffic.echoRoundTrip(conn);
                          return null;
                        });
                task.get();
              }
            })
        .join();
  }

  @TckTest(networks = TCP)
  void threadsOfTwoLoopsHandOverToEachOther(TestingNet net) throws Exception {
    Semaphore ping = new Semaphore(0);
    Semaphore pong = new Semaphore(0);
    ConnPair pair = net.pair();
    Task<@Nullable Void> one = net.start(pair.client(), () -> handOver(ping, pong));
    Task<@Nullable Void> two = net.start(() -> handOver(pong, ping));
    ping.release();
    one.join();
    two.join();
  }

  private static void handOver(Semaphore mine, Semaphore other) throws InterruptedException {
    for (int round = 0; round < 500; round++) {
      mine.acquire();
      other.release();
    }
  }

  @TckTest(networks = TCP)
  void aTimedWaitIsNotEarlyAndHoldsUpNobody(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    net.start(pair.server(), () -> Traffic.echo(pair.server()));
    Task<Boolean> waits =
        net.start(
            pair.client(),
            () -> {
              long start = System.nanoTime();
              boolean counted = new CountDownLatch(1).await(30, TimeUnit.MILLISECONDS);
              assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(30_000_000);
              return counted;
            });
    net.start(pair.client(), () -> Traffic.echoRoundTrip(pair.client())).join();
    assertThat(waits.join()).isFalse();
  }

  @TckTest(networks = TCP)
  void socketsOfTheJdkWorkBesideAndAfterANet(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    assertThat(net.start(pair.client(), WarmUp::jdkRoundTrip).join()).isTrue();
    net.leaveLoops();
    net.net().close();
    Task<Boolean> after = new Task<>(WarmUp::jdkRoundTrip);
    Thread.startVirtualThread(after).join();
    assertThat(after.join()).isTrue();
  }

  @TckTest(networks = TCP, placements = Placement.OWN_LOOP)
  void aBusyThreadHoldsUpItsOwnLoopOnly(TestingNet net) throws Exception {
    ConnPair pair = pairOnOneLoop(net);
    Task<Integer> reader = net.start(pair.client(), () -> pair.client().read(new byte[1]));
    reader.awaitParked();
    String carrier = carrierOf(net, pair.client());
    CountDownLatch busy = new CountDownLatch(1);
    Callable<Long> spinning =
        () -> {
          busy.countDown();
          long spun = 0;
          do {
            spun++;
            Thread.onSpinWait();
          } while (!reader.isDone());
          return spun;
        };
    Task<Long> spin;
    if (net.onLoop()) {
      spin = new Task<>(spinning);
      net.loopBeside(carrier).start(spin);
    } else {
      // the JDK's scheduler may have one carrier only, which a busy virtual thread would take
      spin = net.startOnPlatform(spinning);
    }
    busy.await();
    pair.server().write(new byte[1]);
    assertThat(reader.join()).isEqualTo(1);
    assertThat(spin.join()).isPositive();
  }

  /** The busy loop must not be that of the other end, whose operations may have to run there. */
  private static ConnPair pairOnOneLoop(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    while (net.onLoop() && !carrierOf(net, pair.client()).equals(carrierOf(net, pair.server()))) {
      pair = net.pair();
    }
    return pair;
  }

  private static String carrierOf(TestingNet net, Conn conn) throws Exception {
    return net.start(conn, Anchor::carrierOfCaller).join();
  }

  @TckTest(placements = Placement.OWN_LOOP)
  void aReaderThatNeverWaitsLeavesTheOthersOfItsLoopTheirTurn(TestingNet net) throws Exception {
    int bytes = 10_000;
    Listener listener = net.listen();
    // dialled by one thread, so that both belong to its loop
    Conn full = net.start(() -> net.dial(listener)).join();
    Conn fullPeer = listener.accept();
    Conn quiet = net.start(() -> net.dial(listener)).join();
    Conn quietPeer = listener.accept();
    fullPeer.write(new byte[bytes]);
    AtomicInteger taken = new AtomicInteger();
    Task<Integer> other =
        net.start(
            quiet,
            () -> {
              assertThat(quiet.read(new byte[1])).isEqualTo(1);
              return taken.get();
            });
    other.awaitParked();
    Task<Integer> reader =
        net.start(
            full,
            () -> {
              quietPeer.write(new byte[1]);
              ByteBuffer one = ByteBuffer.allocateDirect(1);
              while (taken.get() < bytes && full.read(one.clear()) == 1) {
                taken.incrementAndGet();
              }
              return taken.get();
            });
    assertThat(reader.join()).isEqualTo(bytes);
    int before = other.join();
    if (net.onLoop()) {
      assertThat(before).isLessThan(bytes);
    }
  }

  @TckTest(networks = TCP)
  void manyThreadsOnOneConnectionEachGetTheirTurn(TestingNet net) throws Exception {
    ConnPair pair = net.pair();
    net.start(pair.server(), () -> Traffic.echo(pair.server()));
    List<Task<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(
          net.start(
              pair.client(),
              () -> {
                pair.client().write(new byte[1]);
                return pair.client().read(new byte[1]);
              }));
    }
    for (Task<Integer> task : all) {
      assertThat(task.join()).isEqualTo(1);
    }
    pair.client().setReadTimeout(Duration.ZERO);
    Expect.timeout(net.start(pair.client(), () -> pair.client().read(new byte[1])).failure());
  }
}
