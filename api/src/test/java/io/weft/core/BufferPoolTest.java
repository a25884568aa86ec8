package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: a buffer has one owner at a time, is clean when taken, and is kept when given back. */
@Timeout(60)
class BufferPoolTest {
  @Test
  void aBufferIsNativeClearAndOfThePoolsSize() {
    BufferPool pool = new BufferPool(4096, 4);
    ByteBuffer buffer = pool.take();
    buffer.position(17).limit(20);
    pool.give(buffer);
    ByteBuffer again = pool.take();
    assertThat(again).isSameAs(buffer);
    assertThat(again.isDirect()).isTrue();
    assertThat(again.position()).isZero();
    assertThat(again.limit()).isEqualTo(4096);
  }

  @Test
  void keepsUpToTheNextPowerOfTwo() {
    BufferPool pool = new BufferPool(1024, 3);
    Set<ByteBuffer> given = identitySet();
    for (int i = 0; i < 6; i++) {
      given.add(ByteBuffer.allocateDirect(1024));
    }
    given.forEach(pool::give);
    long kept = takeAll(pool, 6).stream().filter(given::contains).count();
    assertThat(kept).isEqualTo(4);
  }

  @Test
  void buffersComeBackInTurnForManyRounds() {
    BufferPool pool = new BufferPool(1024, 2);
    ByteBuffer only = pool.take();
    for (int i = 0; i < 10_000; i++) {
      pool.give(only);
      assertThat(pool.take()).isSameAs(only);
    }
  }

  @Test
  void neverHandsOneBufferToTwoThreads() throws Exception {
    BufferPool pool = new BufferPool(1024, 8);
    CountDownLatch start = new CountDownLatch(1);
    List<Call<Void>> calls = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int seed = i;
      Thread.Builder builder = i % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
      calls.add(
          new Call<>(
              builder,
              () -> {
                start.await();
                takeAndGive(pool, new Random(seed), seed);
                return null;
              }));
    }
    start.countDown();
    for (Call<Void> call : calls) {
      call.result();
    }
  }

  // each owner writes its mark and finds it unchanged
  private static void takeAndGive(BufferPool pool, Random random, int mark) {
    ArrayDeque<ByteBuffer> owned = new ArrayDeque<>();
    for (int i = 0; i < 200_000; i++) {
      if (owned.size() < 6 && random.nextBoolean()) {
        ByteBuffer taken = pool.take();
        taken.putLong(0, (long) mark << 32 | i).putLong(512, mark);
        owned.add(taken);
      } else if (!owned.isEmpty()) {
        ByteBuffer given = random.nextBoolean() ? owned.removeFirst() : owned.removeLast();
        assertThat(given.getLong(0) >>> 32).as("owner of the buffer").isEqualTo(mark);
        assertThat(given.getLong(512)).as("owner of the buffer").isEqualTo(mark);
        pool.give(given);
      }
    }
  }

  private static List<ByteBuffer> takeAll(BufferPool pool, int count) {
    List<ByteBuffer> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      taken.add(pool.take());
    }
    return taken;
  }

  private static Set<ByteBuffer> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }
}
