package io.weft.tck;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.weft.Conn;
import io.weft.Listener;
import io.weft.spi.Poller;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Order;

/**
 * Goal: what the heap pays. Reads and writes allocate nothing once they are warm, and a connection
 * that waits costs little more than its virtual thread.
 *
 * <p>Runs first: what the compiler saves depends on what it has seen before. Amid the other cases a
 * call was once seen to cost 32 bytes, on loops.
 */
@Tck
@Order(Integer.MIN_VALUE)
class CostTck {
  private static final int CALLS_PER_ROUND_TRIP = 4;
  private static final int ROUND_TRIPS = 10_000;
  private static final int WINDOWS_MAX = 25;
  // the JDK's scheduler allocates when it is handed a thread, and that is not ours to save
  private static final double JDK_BYTES_PER_CALL_MAX = 128;
  // the entry in the loop's queue of an operation that only the loop may start
  private static final double POSTED_BYTES_PER_CALL = 24;
  private static final double LOOP_BYTES_PER_CALL_MAX = 1;
  private static final int IDLE = 10_000;
  private static final int WARM_UP = 1000;
  private static final int DEPTH_USUAL = 20;
  private static final double IDLE_BYTES_MAX = 2048;

  @TckTest(placements = Placement.OWN_LOOP)
  void readsAndWritesOfStableMemoryAllocateNothing(TestingNet net) throws Exception {
    assertAllocation(net, ByteBuffer.allocateDirect(64), ByteBuffer.allocateDirect(64));
  }

  @TckTest(placements = Placement.OWN_LOOP)
  void readsAndWritesOfHeapMemoryAllocateNothing(TestingNet net) throws Exception {
    assertAllocation(net, ByteBuffer.allocate(64), ByteBuffer.allocate(64));
  }

  // Before the compiler has seen the calls often enough they do allocate. One window of several
  // must be clean, which none is when every call allocates.
  private static void assertAllocation(TestingNet net, ByteBuffer there, ByteBuffer back)
      throws Exception {
    ConnPair pair = net.pair();
    Conn client = pair.client();
    Conn server = pair.server();
    Task<?> echo = net.start(server, () -> echo(server, back));
    double max = bytesPerCallMax(net);
    List<Double> windows = new ArrayList<>();
    do {
      long before = allocatedBytes(net);
      net.start(client, () -> roundTrips(client, there, ROUND_TRIPS)).join();
      long bytes = allocatedBytes(net) - before;
      windows.add((double) bytes / (ROUND_TRIPS * CALLS_PER_ROUND_TRIP));
    } while (windows.getLast() > max && windows.size() < WINDOWS_MAX);
    assertThat(windows.getLast())
        .as("bytes per call, window by window: %s", windows)
        .isLessThanOrEqualTo(max);
    client.close();
    echo.join();
  }

  private static double bytesPerCallMax(TestingNet net) throws IOException {
    if (net.onLoop()) {
      return LOOP_BYTES_PER_CALL_MAX;
    }
    try (Poller poller = net.config().provider().open()) {
      double posted = poller.anyThread() ? 0 : POSTED_BYTES_PER_CALL;
      return JDK_BYTES_PER_CALL_MAX + posted;
    }
  }

  private static void echo(Conn conn, ByteBuffer buffer) throws IOException {
    while (conn.read(buffer.clear()) >= 0) {
      conn.write(buffer.flip());
    }
  }

  private static void roundTrips(Conn conn, ByteBuffer buffer, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      conn.write(buffer.clear());
      buffer.clear();
      while (buffer.hasRemaining()) {
        if (conn.read(buffer) < 0) {
          throw new AssertionError("the peer has ended the connection");
        }
      }
    }
  }

  /** What the carriers have allocated: the loops' threads, or all where the JDK's carry. */
  private static long allocatedBytes(TestingNet net) throws InterruptedException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    if (!net.onLoop()) {
      return threads.getTotalThreadAllocatedBytes();
    }
    List<String> carriers = net.carriers();
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> carriers.contains(thread.getName()))
        .mapToLong(thread -> threads.getThreadAllocatedBytes(thread.threadId()))
        .sum();
  }

  @TckTest(placements = Placement.PLATFORM)
  void anIdleConnectionCostsLittleMoreThanItsThread(TestingNet net) throws Exception {
    Listener listener = net.listen();
    try (IdleClients few = IdleClients.start(listener.address())) {
      park(net, listener, few, WARM_UP);
      bareThreadsBytes(net, WARM_UP, DEPTH_USUAL);
    }
    int count = Math.min(IDLE, IdleClients.countMax());
    try (IdleClients clients = IdleClients.start(listener.address())) {
      long empty = usedHeapBytes();
      List<Thread> readers = park(net, listener, clients, count);
      long parked = usedHeapBytes() - empty;
      long bare = bareThreadsBytes(net, count, readers.getFirst().getStackTrace().length);
      assertThat((double) (parked - bare) / count)
          .as("bytes: %d for %d idle connections, %d for bare threads", parked, count, bare)
          .isLessThanOrEqualTo(IDLE_BYTES_MAX);
    }
  }

  private static List<Thread> park(
      TestingNet net, Listener listener, IdleClients clients, int count) throws Exception {
    clients.connect(count);
    List<Thread> readers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      readers.add(net.net().go(listener.accept(), Conn::awaitReadable));
    }
    awaitWaiting(readers);
    return readers;
  }

  /** What as many virtual threads cost that wait as deep in their stacks, and for nothing. */
  private static long bareThreadsBytes(TestingNet net, int count, int depth) throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    Thread probe = net.net().go(() -> waitDeep(end, 0));
    awaitWaiting(List.of(probe));
    int deeper = Math.max(depth - probe.getStackTrace().length, 0);
    long empty = usedHeapBytes();
    List<Thread> threads = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      threads.add(net.net().go(() -> waitDeep(end, deeper)));
    }
    awaitWaiting(threads);
    long bytes = usedHeapBytes() - empty;
    end.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    return bytes;
  }

  private static void waitDeep(CountDownLatch end, int deeper) {
    if (deeper > 0) {
      waitDeep(end, deeper - 1);
      return;
    }
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitWaiting(List<Thread> threads) throws Exception {
    for (Thread thread : threads) {
      Await.until("a thread that waits", () -> thread.getState() == Thread.State.WAITING);
    }
  }

  private static long usedHeapBytes() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }
}
