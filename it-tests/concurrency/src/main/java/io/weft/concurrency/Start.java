package io.weft.concurrency;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Brings two actors to the same point at the same moment, each time a little apart: else the one
 * that never sleeps runs ahead, and the two hardly ever meet.
 */
public final class Start {
  private static final int SPINS_BEFORE_YIELD = 5_000;
  private static final int APART_SPINS_MAX = 200;

  private final AtomicInteger arrived = new AtomicInteger();

  /** Waits for the other actor, and then for a random moment. */
  public void meet() {
    arrived.incrementAndGet();
    for (int spins = 0; arrived.get() < 2; spins++) {
      pause(spins);
    }
    apart();
  }

  /** A random moment, often none at all. */
  public static void apart() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int spins = random.nextInt(1 + random.nextInt(APART_SPINS_MAX));
    for (int i = 0; i < spins; i++) {
      Thread.onSpinWait();
    }
  }

  /** One turn of a loop that waits for another thread. */
  public static void pause(int spins) {
    if (spins < SPINS_BEFORE_YIELD) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
  }
}
