package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Network;
import io.weft.Scheduling;
import io.weft.spi.ListenHandle;
import io.weft.spi.Poller;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(QuietLog.class)
class BatonTest {
  private final BusyPoller poller = new BusyPoller();
  private final Loop loop =
      new Loop("passed", poller, new FakeClock(), Runnable::run, Scheduling.JDK);

  /** A poller that says that it delivers, as long as it is told to. */
  private static final class BusyPoller implements Poller {
    volatile int delivers;
    volatile boolean breaksOnRunner;
    final AtomicInteger pollsOfOwn = new AtomicInteger();
    final AtomicInteger pollsOfRunner = new AtomicInteger();
    final AtomicInteger inside = new AtomicInteger();
    volatile boolean overlapped;
    volatile boolean runnerWaited;
    volatile boolean notified;
    volatile @Nullable Thread closer;
    private volatile @Nullable Thread own;

    @Override
    public boolean anyThread() {
      return true;
    }

    @Override
    public StreamHandle stream(Network network) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ListenHandle listener(Network network) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int poll(long timeoutNanos) throws IOException {
      overlapped |= inside.getAndIncrement() != 0;
      try {
        return Thread.currentThread().isVirtual()
            ? pollOfRunner(timeoutNanos)
            : pollOfOwn(timeoutNanos);
      } finally {
        inside.decrementAndGet();
      }
    }

    private int pollOfRunner(long timeoutNanos) throws IOException {
      pollsOfRunner.incrementAndGet();
      runnerWaited |= timeoutNanos != 0;
      if (breaksOnRunner) {
        throw new IOException("broken");
      }
      return delivers;
    }

    private int pollOfOwn(long timeoutNanos) {
      own = Thread.currentThread();
      pollsOfOwn.incrementAndGet();
      while (timeoutNanos != 0 && delivers == 0 && !notified) {
        LockSupport.park(this);
      }
      notified = false;
      return delivers;
    }

    @Override
    public void wakeup() {
      notified = true;
      LockSupport.unpark(own);
    }

    void deliver(int count) {
      delivers = count;
      LockSupport.unpark(own);
    }

    @Override
    public void close() {
      closer = Thread.currentThread();
    }
  }

  @AfterEach
  void theLoopEndsOnItsOwnThread() {
    poller.deliver(0);
    loop.stop();
    Waiting.until("the loop has ended", () -> !loop.thread().isAlive());
    assertThat(poller.closer).isSameAs(loop.thread());
    assertThat(poller.overlapped).as("two polls at a time").isFalse();
    assertThat(poller.runnerWaited).as("a carrier waited in a poll").isFalse();
  }

  @Test
  void aBusyLoopIsPassedToTheRunnerAndComesBackWhenItIsIdle() {
    loop.start();
    poller.deliver(2);
    Waiting.until("the runner polls", () -> poller.pollsOfRunner.get() > 1000);
    poller.deliver(0);
    int before = poller.pollsOfOwn.get();
    loop.execute(() -> {});
    Waiting.until("its own thread polls", () -> poller.pollsOfOwn.get() > before);
    int after = poller.pollsOfRunner.get();
    loop.execute(() -> {});
    assertThat(poller.pollsOfRunner.get() - after).isZero();
  }

  @Test
  void aLoneEventLeavesTheLoopWhereItIs() {
    loop.start();
    poller.deliver(1);
    Waiting.until("it polls", () -> poller.pollsOfOwn.get() > 1000);
    assertThat(poller.pollsOfRunner).hasValue(0);
  }

  @Test
  void theLoopComesBackFromTimeToTimeHoweverBusyItIs() {
    loop.start();
    poller.deliver(2);
    Waiting.until("its own thread polls", () -> poller.pollsOfOwn.get() > 10);
  }

  @Test
  void everyTaskRunsOnceAndAloneWhoeverHasTheLoop() throws Exception {
    loop.start();
    int[] ran = new int[1];
    CountDownLatch left = new CountDownLatch(30_000);
    List<Call<Void>> posters = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      posters.add(new Call<>(Thread.ofPlatform().daemon(), () -> post(ran, left)));
    }
    for (Call<Void> poster : posters) {
      poster.result();
    }
    assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(ran[0]).isEqualTo(30_000);
    assertThat(poller.pollsOfRunner.get()).isPositive();
  }

  private Void post(int[] ran, CountDownLatch left) {
    for (int i = 0; i < 10_000; i++) {
      poller.deliver(i / 100 % 2 * 2);
      loop.execute(
          () -> {
            assertThat(loop.isCurrent()).isTrue();
            ran[0]++;
            left.countDown();
          });
    }
    return null;
  }

  @Test
  void theLoopComesBackWhenAllCarriersAreHeld() throws Exception {
    loop.start();
    poller.deliver(2);
    Waiting.until("the runner polls", () -> poller.pollsOfRunner.get() > 1000);
    CountDownLatch released = new CountDownLatch(1);
    int carriers = Runtime.getRuntime().availableProcessors();
    try (var held = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < carriers; i++) {
        held.execute(() -> hold(released));
      }
      try {
        // twice: the first task may still find the runner at work
        for (int i = 0; i < 2; i++) {
          CountDownLatch ran = new CountDownLatch(1);
          loop.execute(ran::countDown);
          assertThat(ran.await(20, TimeUnit.SECONDS)).isTrue();
        }
      } finally {
        released.countDown();
      }
    }
    int before = poller.pollsOfRunner.get();
    Waiting.until("the runner polls again", () -> poller.pollsOfRunner.get() > before);
  }

  private static void hold(CountDownLatch released) {
    while (released.getCount() > 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void whatThePollerThrowsAtTheRunnerEndsTheLoop() {
    poller.breaksOnRunner = true;
    loop.start();
    poller.deliver(2);
    Waiting.until("the loop has ended", loop::hasEnded);
    assertThat(loop.failure()).isInstanceOf(IOException.class).hasMessage("broken");
  }

  @Test
  void aBusyLoopCanBeStopped() {
    loop.start();
    poller.deliver(2);
    Waiting.until("the runner polls", () -> poller.pollsOfRunner.get() > 100);
    loop.stop();
    Waiting.until("the loop has ended", () -> !loop.thread().isAlive());
  }
}
