package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Scheduling;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Goal: a loop that is held up is reported, with who holds it; one that only waits is not. */
@Timeout(60)
@ExtendWith(QuietLog.class)
class LoopWatchTest {
  private final List<Thread> culprits = new CopyOnWriteArrayList<>();
  private final Threads threads = new Threads(Scheduling.ON_LOOP);
  private LoopGroup loops;
  private LoopWatch watch;

  @BeforeEach
  void start() throws Exception {
    FakePollerProvider provider = new FakePollerProvider(true, new FakeClock());
    loops = LoopGroup.start(provider, 1, Scheduling.ON_LOOP, Clock.system());
    watch =
        new LoopWatch(
            loops.all(),
            threads,
            (loop, culprit) -> {
              LoopWatch.log(loop, culprit);
              culprits.add(culprit);
            });
    watch.start();
  }

  @AfterEach
  void stop() {
    watch.stop();
    loops.stop();
  }

  private Loop loop() {
    return loops.all().getFirst();
  }

  @Test
  void aHandlerThatBurnsCpuIsReportedOnce() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    Thread burning =
        threads.start(
            "burning-",
            loop(),
            () -> {
              while (!enough.get()) {
                Thread.onSpinWait();
              }
            });
    Waiting.until("the stall is reported", () -> !culprits.isEmpty());
    enough.set(true);
    burning.join();
    threads.start("next-", loop(), () -> {}).join();
    assertThat(culprits).containsExactly(burning);
  }

  @Test
  void aParkWhilePinnedIsReported() throws Exception {
    Thread pinned = threads.start("pinned-", loop(), () -> assertThat(Pinning.DONE).isTrue());
    Waiting.until("the stall is reported", () -> !culprits.isEmpty());
    assertThat(culprits).containsExactly(pinned);
    assertThat(pinned.getState()).isEqualTo(Thread.State.WAITING);
    Gate.LATCH.countDown();
    pinned.join();
  }

  @Test
  void aLoopThatWaitsForItsPollerIsNotReported() throws Exception {
    CountDownLatch parked = new CountDownLatch(1);
    Thread waiting = threads.start("waiting-", loop(), () -> Waiting.untilOpen(parked));
    Waiting.untilParked(waiting);
    long start = System.nanoTime();
    Waiting.until(
        "two periods have passed", () -> System.nanoTime() - start > 2 * LoopWatch.PERIOD_NANOS);
    parked.countDown();
    waiting.join();
    assertThat(culprits).isEmpty();
  }

  /** A thread that initialises this class cannot leave its carrier while it waits. */
  private static final class Pinning {
    static final boolean DONE = waitForRelease();

    private static boolean waitForRelease() {
      Waiting.untilOpen(Gate.LATCH);
      return true;
    }
  }

  /** Apart from the class whose initialisation waits for it. */
  private static final class Gate {
    static final CountDownLatch LATCH = new CountDownLatch(1);
  }
}
