package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: the loop runs everything it is given, wakes its poller only when needed, never blocks. */
@Timeout(60)
class LoopTest {
  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void awaitWaiting(CoreRig rig) {
    Waiting.until("the loop waits", rig.poller::isWaiting);
  }

  @Test
  void oneWakeUpIsEnoughForManyTasksFromElsewhere() {
    try (CoreRig rig = new CoreRig(Variant.READINESS_PLATFORM)) {
      awaitWaiting(rig);
      CountDownLatch running = new CountDownLatch(1);
      CountDownLatch posted = new CountDownLatch(1);
      CountDownLatch ran = new CountDownLatch(1001);
      int before = rig.poller.wakeups.get();
      rig.loop.execute(
          () -> {
            running.countDown();
            await(posted);
            ran.countDown();
          });
      await(running);
      for (int i = 0; i < 1000; i++) {
        rig.loop.execute(ran::countDown);
      }
      assertThat(rig.poller.wakeups.get() - before).isEqualTo(1);
      posted.countDown();
      await(ran);
    }
  }

  @Test
  void aTaskOfTheLoopItselfWakesNobody() {
    try (CoreRig rig = new CoreRig(Variant.READINESS_CARRIED)) {
      awaitWaiting(rig);
      CountDownLatch ran = new CountDownLatch(1);
      int before = rig.poller.wakeups.get();
      rig.loop.execute(() -> again(rig.loop, 1000, ran));
      await(ran);
      assertThat(rig.poller.wakeups.get() - before).isEqualTo(1);
    }
  }

  private static void again(Loop loop, int times, CountDownLatch ran) {
    if (times == 0) {
      ran.countDown();
    } else {
      loop.execute(() -> again(loop, times - 1, ran));
    }
  }

  @Test
  void carriedThreadsHandOverToEachOtherWithoutAWakeUp() throws Exception {
    try (CoreRig rig = new CoreRig(Variant.READINESS_CARRIED)) {
      awaitWaiting(rig);
      int before = rig.poller.wakeups.get();
      Call<Integer> sum =
          rig.call(
              () -> {
                int total = 0;
                for (int i = 0; i < 100; i++) {
                  AtomicInteger result = new AtomicInteger();
                  Thread child = Thread.startVirtualThread(() -> result.set(1));
                  child.join();
                  total += result.get();
                }
                return total;
              });
      assertThat(sum.result()).isEqualTo(100);
      assertThat(rig.poller.wakeups.get() - before).isEqualTo(1);
    }
  }

  @Test
  void tasksOfManyThreadsAllRunOnTheLoop() throws Exception {
    try (CoreRig rig = new CoreRig(Variant.READINESS_PLATFORM)) {
      CountDownLatch ran = new CountDownLatch(40_000);
      AtomicInteger elsewhere = new AtomicInteger();
      List<Call<Void>> calls = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Thread.Builder builder = i < 2 ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
        calls.add(
            new Call<>(
                builder,
                () -> {
                  for (int n = 0; n < 10_000; n++) {
                    rig.loop.execute(() -> countOnLoop(rig, ran, elsewhere));
                  }
                  return null;
                }));
      }
      await(ran);
      for (Call<Void> call : calls) {
        call.result();
      }
      assertThat(elsewhere).hasValue(0);
    }
  }

  private static void countOnLoop(CoreRig rig, CountDownLatch ran, AtomicInteger elsewhere) {
    if (!rig.loop.isCurrent()) {
      elsewhere.incrementAndGet();
    }
    ran.countDown();
  }

  @Test
  void theLoopKnowsWhomItRuns() throws Exception {
    try (CoreRig rig = new CoreRig(Variant.READINESS_CARRIED)) {
      assertThat(rig.call(rig.loop::isCurrent).result()).isTrue();
      assertThat(rig.call(Loop::current).result()).isSameAs(rig.loop);
      assertThat(new Call<>(Thread.ofVirtual(), rig.loop::isCurrent).result()).isFalse();
      assertThat(rig.loop.isCurrent()).isFalse();
      assertThat(Loop.current()).isNull();
    }
  }

  @Test
  void aStoppedLoopFirstRunsWhatItWasGiven() {
    CountDownLatch ran = new CountDownLatch(1000);
    CoreRig rig = new CoreRig(Variant.READINESS_PLATFORM);
    for (int i = 0; i < 1000; i++) {
      rig.loop.execute(ran::countDown);
    }
    rig.close();
    assertThat(ran.getCount()).isZero();
  }

  @Test
  void tasksAfterTheEndRunOnTheRescueThread() throws Exception {
    CoreRig rig = new CoreRig(Variant.READINESS_PLATFORM, false);
    rig.close();
    CountDownLatch ran = new CountDownLatch(1);
    List<Thread> ranOn = new ArrayList<>();
    rig.loop.execute(
        () -> {
          ranOn.add(Thread.currentThread());
          ran.countDown();
        });
    await(ran);
    assertThat(ranOn.getFirst().getName()).isEqualTo("rescue");
    rig.closeRescue();
  }

  @Test
  void aThreadThatIsParkedElsewhereWhenTheLoopEndsStillFinishes() throws Exception {
    CoreRig rig = new CoreRig(Variant.READINESS_CARRIED, false);
    CountDownLatch go = new CountDownLatch(1);
    Call<String> parked =
        rig.call(
            () -> {
              go.await();
              LockSupport.parkNanos(1_000_000);
              return Carriers.current().getName();
            });
    Waiting.untilParked(parked.thread());
    rig.close();
    go.countDown();
    assertThat(parked.result()).isEqualTo("rescue");
    rig.closeRescue();
  }

  @Test
  void postsThatRaceWithTheEndAllRun() throws Exception {
    for (int round = 0; round < 200; round++) {
      CoreRig rig = new CoreRig(Variant.READINESS_PLATFORM, false);
      CountDownLatch ran = new CountDownLatch(200);
      Call<Void> poster =
          new Call<>(
              Thread.ofPlatform().daemon(),
              () -> {
                for (int i = 0; i < 200; i++) {
                  rig.loop.execute(ran::countDown);
                }
                return null;
              });
      rig.close();
      poster.result();
      await(ran);
      rig.closeRescue();
    }
  }
}
