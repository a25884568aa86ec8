package io.weft.poller.iouring.ring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.poller.iouring.ring.sys.Sys.Call;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: what is canceled while it completes ends once, and neither byte nor buffer is lost. */
class CancelRaceTest {
  private static final int ROUNDS = 10_000;
  private static final int BUFFERS = 4;
  private static final int ECANCELED = 125;
  private static final int EALREADY = 114;
  private static final int CANCEL_ALL_FD = 1 | 1 << 1;
  private static final int RECEIVE = 1;
  private static final int CANCEL = 2;
  private static final long HANG_NANOS = 10_000_000_000L;

  /** Which byte another thread is to write, and has written. */
  private final AtomicInteger asked = new AtomicInteger();

  private final AtomicInteger written = new AtomicInteger();
  // results by what they are of; how many there were
  private final int[] results = new int[3];
  private final int[] ends = new int[3];
  private Ring ring;
  private BufferRing buffers;
  private Mapping memory;
  private int[] pair;
  private int received;

  @BeforeAll
  static void kernelHasRings() {
    Kernel.mustHaveRings();
  }

  @BeforeEach
  void open() throws Exception {
    ring = Ring.open(Kernel.SYS, Caps.DEFAULT, 8, 64);
    buffers = new BufferRing(Kernel.SYS, ring, BUFFERS, 64, false);
    memory = Mapping.anonymous(Kernel.SYS, 16);
    pair = Kernel.SYS.pair();
    ring.enter(0, 0);
  }

  @AfterEach
  void close() {
    buffers.close(ring);
    ring.close(true);
    memory.unmap();
    Kernel.SYS.call(Call.CLOSE, pair[0]);
    Kernel.SYS.call(Call.CLOSE, pair[1]);
  }

  /** Each thread has a byte of its own to write from. */
  private void write(int value, long at) throws ErrnoException {
    memory.segment().set(JAVA_BYTE, at, (byte) value);
    Kernel.SYS.need(Call.WRITE, pair[1], memory.segment().address() + at, 1);
  }

  private void writeWhenAsked() {
    try {
      for (int next = asked.get(); next >= 0; next = asked.get()) {
        if (next != written.get()) {
          write(next, 8);
          written.set(next);
        }
        Thread.onSpinWait();
      }
    } catch (ErrnoException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void aReceiveIsCanceledAgainstAnArrivingByte(long seed) throws Exception {
    Random random = new Random(seed);
    int canceled = 0;
    Thread rival = Thread.ofPlatform().daemon().start(this::writeWhenAsked);
    try {
      for (int round = 1; round <= ROUNDS; round++) {
        canceled += race(random, round) == -ECANCELED ? 1 : 0;
        assertThat(received).as("round %d of seed %d", round, seed).isEqualTo((byte) round);
        assertThat(Ledger.inCompletions(ring, buffers, BUFFERS)).isZero();
        assertThat(buffers.lent()).isZero();
      }
    } finally {
      asked.set(-1);
      rival.join();
    }
    ring.enter(0, 0);
    assertThat(ring.reap()).as("completions of what has ended").isZero();
    System.out.printf("cancel races: %d of %d canceled%n", canceled, ROUNDS);
    assertThat(canceled).isBetween(1, ROUNDS - 1);
  }

  /** One receive, one cancel, one byte, in any order; returns how the receive ended. */
  private int race(Random random, int round) throws ErrnoException {
    int when = random.nextInt(4);
    ends[RECEIVE] = 0;
    ends[CANCEL] = 0;
    if (when == 0) {
      write(round, 0);
    }
    receive(random.nextBoolean());
    if (random.nextBoolean()) {
      ring.enter(0, 0);
    }
    if (when == 1) {
      write(round, 0);
    } else if (when == 3) {
      asked.set(round);
    }
    boolean byDescriptor = random.nextBoolean();
    if (byDescriptor) {
      ring.next(Sqe.ASYNC_CANCEL, pair[0], CANCEL).opFlags(CANCEL_ALL_FD);
    } else {
      ring.next(Sqe.ASYNC_CANCEL, -1, CANCEL).memory(RECEIVE, 0);
    }
    if (when == 2) {
      write(round, 0);
    }
    awaitEnds(1, 1);
    assertThat(results[CANCEL]).isIn(0, byDescriptor ? 1 : 0, -Errno.ENOENT.number(), -EALREADY);
    int result = results[RECEIVE];
    if (result != 1) {
      assertThat(result).isEqualTo(-ECANCELED);
      // it has taken nothing
      receive(false);
      awaitEnds(2, 1);
      assertThat(results[RECEIVE]).isOne();
    }
    while (when == 3 && written.get() != round) {
      Thread.onSpinWait();
    }
    return result;
  }

  private void receive(boolean pollFirst) {
    ring.next(Sqe.RECV, pair[0], RECEIVE).selectBuffer(BufferRing.GROUP, pollFirst);
  }

  private void awaitEnds(int receives, int cancels) throws ErrnoException {
    long start = System.nanoTime();
    while (ends[RECEIVE] < receives || ends[CANCEL] < cancels) {
      assertThat(System.nanoTime() - start).as("hangs").isLessThan(HANG_NANOS);
      ring.enter(1, HANG_NANOS);
      for (ring.reap(); ring.advance(); ) {
        int what = (int) ring.userData();
        assertThat(ring.flags() & Ring.CQE_F_MORE).isZero();
        ends[what]++;
        results[what] = ring.result();
        if ((ring.flags() & Ring.CQE_F_BUFFER) != 0) {
          received = buffers.bytes.get(buffers.take(ring.flags(), ring.result()));
          buffers.giveBack(BufferRing.buffer(ring.flags()));
        }
      }
    }
    assertThat(ends).as("ends of receives and cancels").containsExactly(0, receives, cancels);
  }
}
