package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.spi.Completion;
import io.weft.spi.Direction;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: no wake-up is lost though the sleeper has a permit from the operation before, in which case
 * an unpark of a virtual thread orders nothing.
 */
@Timeout(60)
class WakeStressTest {
  private static final long DURATION_NANOS = 3_000_000_000L;

  // how many operations were begun, by which who completes them is told
  private final AtomicInteger begun = new AtomicInteger();
  private volatile boolean ended;

  @Test
  void aSleeperWithAPermitIsWoken() throws Exception {
    try (CoreRig rig = new CoreRig(Variant.READINESS_VIRTUAL)) {
      Side side = new BegunSide(rig.conn(rig.stream()));
      Call<Void> sleeper = rig.call(() -> performAll(side));
      Call<Void> kernel =
          new Call<>(Thread.ofPlatform().daemon(), () -> completeAll(side, sleeper.thread()));
      try {
        sleeper.result();
      } finally {
        ended = true;
      }
      kernel.result();
    }
  }

  private Void completeAll(Side side, Thread sleeper) {
    for (int completed = 0; !ended; ) {
      if (completed == begun.get()) {
        Thread.onSpinWait();
        continue;
      }
      LockSupport.unpark(sleeper);
      for (int i = completed % 4; i > 0; i--) {
        Thread.onSpinWait();
      }
      side.complete(++completed);
    }
    return null;
  }

  private Void performAll(Side side) throws Exception {
    long start = System.nanoTime();
    for (int i = 1; System.nanoTime() - start < DURATION_NANOS; i++) {
      assertThat(side.perform()).isEqualTo(i);
    }
    return null;
  }

  /** Whose operations another thread completes as soon as they are begun. */
  private final class BegunSide extends Side {
    BegunSide(Polled owner) {
      super(owner, Direction.READ);
    }

    @Override
    int attempt() {
      begun.incrementAndGet();
      return Completion.PENDING;
    }

    @Override
    String op() {
      return "read";
    }
  }
}
