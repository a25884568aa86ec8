package io.weft.poller.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Network;
import io.weft.spi.Completion;
import io.weft.spi.ErrnoException;
import io.weft.spi.SocketAddressCodec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Goal: a key finds the handle that it was given to, or nobody. */
class HandleTableTest {
  private final HandleTable table = new HandleTable();
  private EpollPoller poller;

  @BeforeEach
  void open() throws ErrnoException {
    poller = new EpollPoller(new FaultyNative());
  }

  @AfterEach
  void close() {
    poller.close();
  }

  private EpollHandle handle() {
    // a descriptor that no call of these tests uses
    EpollHandle.Socket socket = new EpollHandle.Socket(-1, Network.TCP, SocketAddressCodec.AF_INET);
    return new EpollStreamHandle(poller, socket, null);
  }

  private EpollHandle added() {
    EpollHandle handle = handle();
    table.add(handle);
    return handle;
  }

  @Test
  void aKeyOfAHandleThatIsGoneFindsNobodyEvenWhenItsPlaceIsTaken() {
    EpollHandle first = added();
    long key = first.key;
    table.remove(first);
    assertThat(table.find(key)).isNull();

    EpollHandle second = added();

    assertThat((int) second.key).as("place").isEqualTo((int) key);
    assertThat(table.find(key)).isNull();
    assertThat(table.find(second.key)).isSameAs(second);
  }

  @Test
  void itGrowsAndKeepsWhatItHas() {
    List<EpollHandle> handles = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      handles.add(added());
    }
    handles.forEach(handle -> assertThat(table.find(handle.key)).isSameAs(handle));

    handles.forEach(table::remove);
    Set<Integer> places = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      places.add((int) added().key);
    }
    assertThat(places).hasSize(1000).allMatch(place -> place < 1000);
  }

  @Test
  void cancelAllReachesEveryHandle() {
    List<Fixture.Recorder> waiting = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      EpollHandle handle = added();
      handle.in.attempt();
      Fixture.Recorder done = new Fixture.Recorder();
      assertThat(handle.await(handle.in, done)).isEqualTo(Completion.PENDING);
      waiting.add(done);
    }
    table.cancelAll();
    assertThat(waiting).allMatch(done -> done.result() == Completion.CANCELED);
  }

  @Test
  void threadsThatComeAndGoNeverMeetAnothersHandle() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    // threads of their own: all must run at once
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      Future<?> loop = threads.submit(() -> findUntil(stop));
      List<Future<?>> users = new ArrayList<>();
      for (int thread = 0; thread < 3; thread++) {
        Random random = new Random(thread);
        users.add(threads.submit(() -> comeAndGo(random)));
      }
      for (Future<?> user : users) {
        user.get();
      }
      stop.set(true);
      loop.get();
    } finally {
      stop.set(true);
    }
  }

  /** As the loop does: whatever it finds has the key that it looked for. */
  private void findUntil(AtomicBoolean stop) {
    for (long number = 0; !stop.get(); number = (number + 1) % 100_000) {
      long key = (number << Integer.SIZE) | (number % 50);
      EpollHandle handle = table.find(key);
      if (handle != null) {
        assertThat(handle.key).isEqualTo(key);
      }
    }
  }

  private void comeAndGo(Random random) {
    List<EpollHandle> own = new ArrayList<>();
    for (int step = 0; step < 30_000; step++) {
      if (own.isEmpty() || (own.size() < 100 && random.nextBoolean())) {
        own.add(added());
      } else {
        EpollHandle handle = own.remove(random.nextInt(own.size()));
        assertThat(table.find(handle.key)).isSameAs(handle);
        table.remove(handle);
      }
    }
    own.forEach(handle -> assertThat(table.find(handle.key)).isSameAs(handle));
  }

  @Test
  void aBufferOfTheKernelsSizeHoldsItsEvents() {
    // epoll_event is packed on x86-64 only
    boolean packed = System.getProperty("os.arch").equals("amd64");
    assertThat(new FaultyNative().eventBytes()).isEqualTo(packed ? 12 : 16);
  }
}
