package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: whatever the interleaving, a direction has one holder, the last one out is told exactly
 * once, nobody is left asleep, and an interrupted thread takes no permit with it.
 */
@Timeout(60)
class HandleMutexStressTest {
  private static final int THREADS = 8;

  private final HandleMutex mutex = new HandleMutex();
  private final AtomicInteger readers = new AtomicInteger();
  private final AtomicInteger writers = new AtomicInteger();
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger lastOut = new AtomicInteger();
  private final AtomicInteger closers = new AtomicInteger();
  private final CountDownLatch start = new CountDownLatch(1);

  @Test
  void manyThreadsWithAClose() {
    Seeds.forEach(150, random -> new HandleMutexStressTest().play(random, false));
  }

  @Test
  void manyThreadsWithInterruptsAndAClose() {
    Seeds.forEach(150, random -> new HandleMutexStressTest().play(random, true));
  }

  private void play(Random random, boolean interrupts) {
    List<Call<Void>> calls = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      long seed = random.nextLong();
      Thread.Builder builder = i % 4 == 0 ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
      calls.add(new Call<>(builder, () -> use(new Random(seed))));
    }
    start.countDown();
    for (int i = 0; interrupts && i < 40; i++) {
      calls.get(random.nextInt(THREADS)).thread().interrupt();
      pause(random);
    }
    for (int i = 0; i < 20; i++) {
      pause(random);
    }
    close();
    for (Call<Void> call : calls) {
      join(call);
    }
    assertThat(closers).hasValue(1);
    assertThat(lastOut).as("last ones out").hasValue(1);
    assertThat(inside).hasValue(0);
  }

  @Test
  void manyThreadsWithInterruptsAndNoCloseAllGetTheirTurns() {
    Seeds.forEach(100, random -> new HandleMutexStressTest().takeTurns(random));
  }

  private void takeTurns(Random random) {
    List<Call<Void>> calls = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Random own = new Random(random.nextLong());
      calls.add(new Call<>(Thread.ofVirtual(), () -> takeTurnsOfOne(own)));
    }
    start.countDown();
    for (int i = 0; i < 60; i++) {
      calls.get(random.nextInt(THREADS)).thread().interrupt();
      pause(random);
    }
    calls.forEach(HandleMutexStressTest::join);
    assertThat(lastOut).as("last ones out without a close").hasValue(0);
  }

  private Void takeTurnsOfOne(Random random) {
    awaitStart();
    for (int i = 0; i < 200; i++) {
      lockedUse(i % 3 == 0, random);
    }
    return null;
  }

  private void awaitStart() {
    while (start.getCount() > 0) {
      Thread.yield();
    }
  }

  private Void use(Random random) {
    awaitStart();
    for (; ; ) {
      boolean goesOn =
          switch (random.nextInt(8)) {
            case 0 -> shortUse();
            case 1 -> random.nextInt(50) > 0 || close();
            case 2, 3, 4 -> lockedUse(true, random);
            default -> lockedUse(false, random);
          };
      if (!goesOn) {
        return null;
      }
    }
  }

  private boolean shortUse() {
    if (!mutex.enter()) {
      return false;
    }
    inside.incrementAndGet();
    inside.decrementAndGet();
    told(mutex.leave());
    return true;
  }

  private boolean lockedUse(boolean read, Random random) {
    int outcome = mutex.lock(read);
    if (outcome == HandleMutex.INTERRUPTED) {
      assertThat(Thread.interrupted()).as("flag of an interrupted thread").isTrue();
      return true;
    }
    if (outcome != HandleMutex.LOCKED) {
      return false;
    }
    AtomicInteger holders = read ? readers : writers;
    assertThat(holders.incrementAndGet()).as("holders of one direction").isEqualTo(1);
    inside.incrementAndGet();
    pause(random);
    inside.decrementAndGet();
    holders.decrementAndGet();
    told(mutex.unlock(read));
    return true;
  }

  private boolean close() {
    if (mutex.close()) {
      closers.incrementAndGet();
      told(mutex.leave());
    }
    return false;
  }

  private void told(boolean last) {
    if (last) {
      assertThat(inside).as("inside when the last one is out").hasValue(0);
      lastOut.incrementAndGet();
    }
  }

  // now and then long enough for a queue to form
  private static void pause(Random random) {
    switch (random.nextInt(4)) {
      case 0 -> Thread.yield();
      case 1 -> LockSupport.parkNanos(1_000);
      default -> Thread.onSpinWait();
    }
  }

  private static void join(Call<Void> call) {
    try {
      call.result();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
