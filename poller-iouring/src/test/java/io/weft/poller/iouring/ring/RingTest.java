package io.weft.poller.iouring.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.spi.ErrnoException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Goal: the kernel does what this adapter takes for granted of a ring. */
class RingTest {
  private static final int EEXIST = 17;
  private static final int EBADF = 9;
  private static final int ENOENT = 2;
  private static final int ECANCELED = 125;
  private static final int EINTR = 4;
  private static final long WAIT_NANOS = 20_000_000;

  private Ring ring;

  @BeforeAll
  static void kernelHasRings() {
    Kernel.mustHaveRings();
  }

  @BeforeEach
  void open() throws IOException {
    ring = Ring.open(Kernel.SYS, Caps.ALL, 8, 256);
  }

  @AfterEach
  void close() {
    ring.close(true);
  }

  @Test
  void onlyTheThreadThatEnablesMayEnterOrRegister() throws Exception {
    // without the number that only the enabling thread has, and that is EBADF elsewhere
    for (Caps caps : List.of(Caps.ALL, Caps.ALL.without(List.of(Caps.Feature.RING_FD)))) {
      Ring strange = Ring.open(Kernel.SYS, caps, 8, 16);
      try {
        elsewhere(
            () -> {
              strange.enable();
              return strange.enter(0, 0);
            });
        // the creator is a stranger now
        int errno = caps.has(Caps.Feature.RING_FD) ? EBADF : EEXIST;
        assertThatThrownBy(() -> strange.enter(0, 0))
            .isInstanceOfSatisfying(
                ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(errno));
        assertThat(strange.register(Ring.UNREGISTER_PBUF_RING, 0, 1)).isEqualTo(-EEXIST);
      } finally {
        strange.close(true);
      }
    }
  }

  @Test
  void deferredCompletionsShowInEnterOnly() throws Exception {
    try (Wires wires = new Wires(1)) {
      ring.next(Sqe.READ, wires.reader(0), 7).memory(wires.memory(), 8);
      assertThat(ring.enter(0, 0)).isOne();
      assertThat(ring.reap()).isZero();
      wires.write(0);
      while (!ring.needsEnter()) {
        Thread.onSpinWait(); // SQ_TASKRUN: the kernel asks to be entered
      }
      assertThat(ring.reap()).as("not before the enter").isZero();
      ring.enter(0, 0);
      assertThat(ring.reap()).isOne();
      assertThat(ring.advance()).isTrue();
      assertThat(ring.userData()).isEqualTo(7);
      assertThat(ring.result()).isEqualTo(8);
      assertThat(ring.advance()).isFalse();
    }
  }

  @Test
  void theLoopDoesNotSleepOnCompletionsThatOneEnterLeavesBehind() throws Exception {
    int count = 200;
    try (Wires wires = new Wires(count)) {
      for (int i = 0; i < count; i++) {
        ring.next(Sqe.READ, wires.reader(i), i).memory(wires.memory(), 8);
      }
      ring.enter(0, 0);
      for (int i = 0; i < count; i++) {
        wires.write(i);
      }
      int seen = 0;
      int enters = 0;
      while (seen < count) {
        // never EINTR: what is deferred counts before the wait begins
        assertThat(ring.enter(1, 5_000_000_000L)).isZero();
        enters++;
        for (ring.reap(); ring.advance(); seen++) {
          assertThat(ring.result()).isEqualTo(8);
        }
      }
      assertThat(enters).isLessThanOrEqualTo(count / 10);
    }
  }

  @Test
  void aFullSubmissionQueueIsHandedOver() throws Exception {
    for (int i = 0; i < 100; i++) {
      ring.next(Sqe.NOP, -1, i);
    }
    ring.enter(0, 0);
    ring.reap();
    for (int i = 0; i < 100; i++) {
      assertThat(ring.advance()).isTrue();
      assertThat(ring.userData()).isEqualTo(i);
    }
    assertThat(ring.advance()).isFalse();
  }

  @Test
  void whatASubmissionPointsAtIsItsOwnAlsoWhenThereWasNoRoomForIt() throws Exception {
    for (int i = 0; i < 8; i++) {
      ring.next(Sqe.NOP, -1, i);
    }
    long first = ring.scratch(64).address();
    ring.next(Sqe.NOP, -1, 8);
    assertThat(ring.scratch(64).address()).isGreaterThanOrEqualTo(first + 64);
  }

  @Test
  void aCompletionQueueThatOverflowsLosesNothing() throws Exception {
    Ring small = Ring.open(Kernel.SYS, Caps.ALL, 64, 64);
    try {
      for (int round = 0; round < 10; round++) {
        for (int i = 0; i < 64; i++) {
          small.next(Sqe.NOP, -1, round * 64 + i);
        }
        assertThat(small.enter(0, 0)).isEqualTo(64);
      }
      int seen = 0;
      while (seen < 640) {
        small.enter(1, 1_000_000_000L);
        for (small.reap(); small.advance(); seen++) {
          assertThat(small.userData()).isEqualTo(seen);
        }
      }
      assertThat(small.overflows()).isPositive();
      assertThat(ring.overflows()).isZero();
    } finally {
      small.close(true);
    }
  }

  @Test
  void aCancelInTheSameBatchEndsItsTarget() throws Exception {
    try (Wires wires = new Wires(1)) {
      ring.next(Sqe.READ, wires.reader(0), 1).memory(wires.memory(), 8);
      ring.next(Sqe.ASYNC_CANCEL, -1, 2).memory(1, 0);
      int[] results = resultsOf(2);
      assertThat(results[1]).isEqualTo(-ECANCELED);
      assertThat(results[2]).isZero();
    }
  }

  @Test
  void aCancelOfWhatHasEndedFindsNothing() throws Exception {
    ring.next(Sqe.NOP, -1, 1);
    assertThat(resultsOf(1)[1]).isZero();
    ring.next(Sqe.ASYNC_CANCEL, -1, 2).memory(1, 0);
    assertThat(resultsOf(1)[2]).isEqualTo(-ENOENT);
  }

  @Test
  void cancelOfAllCountsThem() throws Exception {
    try (Wires wires = new Wires(5)) {
      for (int i = 0; i < 5; i++) {
        ring.next(Sqe.READ, wires.reader(i), 10 + i).memory(wires.memory(), 8);
      }
      ring.enter(0, 0);
      ring.next(Sqe.ASYNC_CANCEL, -1, 2).opFlags(1 | 1 << 2);
      int[] results = resultsOf(6);
      assertThat(results[2]).isEqualTo(5);
      for (int i = 0; i < 5; i++) {
        assertThat(results[10 + i]).isEqualTo(-ECANCELED);
      }
    }
  }

  @Test
  void aWaitThatExpiresSaysSoUnlessItSubmitted() throws Exception {
    long start = System.nanoTime();
    assertThat(ring.enter(1, WAIT_NANOS)).isEqualTo(-EINTR);
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(WAIT_NANOS);
    try (Wires wires = new Wires(1)) {
      ring.next(Sqe.READ, wires.reader(0), 1).memory(wires.memory(), 8);
      start = System.nanoTime();
      assertThat(ring.enter(1, WAIT_NANOS)).as("what it submitted").isOne();
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(WAIT_NANOS);
      ring.next(Sqe.ASYNC_CANCEL, -1, 2).memory(1, 0);
      resultsOf(2);
    }
  }

  /** Waits for that many completions; results by user data. */
  private int[] resultsOf(int count) throws ErrnoException {
    int[] results = new int[64];
    for (int seen = 0; seen < count; ) {
      ring.enter(1, 5_000_000_000L);
      for (ring.reap(); ring.advance(); seen++) {
        results[(int) ring.userData()] = ring.result();
      }
    }
    return results;
  }

  private static <T> T elsewhere(Callable<T> task) throws Exception {
    FutureTask<T> future = new FutureTask<>(task);
    Thread.ofPlatform().start(future);
    return future.get();
  }
}
