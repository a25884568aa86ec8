package io.weft.poller.iouring.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.poller.iouring.ring.sys.Sys.Call;
import io.weft.spi.ErrnoException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Goal: buffers that are filled in parts keep every byte where it is said to be. */
class BufferRingTest {
  private static final int BUFFERS = 4;
  private static final int BUFFER_BYTES = 64;
  private static final int PAIRS = 3;

  private final List<int[]> pairs = new ArrayList<>();
  private Ring ring;
  private BufferRing buffers;
  private Mapping memory;

  /** A part that is not given back yet. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares it
  private record Part(int buffer, int from, byte[] bytes) {}

  @BeforeAll
  static void kernelFillsInParts() throws Exception {
    Kernel.mustHave(Caps.Feature.BUFFER_PARTS);
  }

  @BeforeEach
  void open() throws Exception {
    ring = Ring.open(Kernel.SYS, Caps.ALL, 8, 64);
    buffers = new BufferRing(Kernel.SYS, ring, BUFFERS, BUFFER_BYTES, true);
    memory = Mapping.anonymous(Kernel.SYS, 4096);
    for (int i = 0; i < PAIRS; i++) {
      pairs.add(Kernel.SYS.pair());
    }
    ring.enter(0, 0);
  }

  @AfterEach
  void close() {
    buffers.close(ring);
    ring.close(true);
    memory.unmap();
    for (int[] pair : pairs) {
      Kernel.SYS.call(Call.CLOSE, pair[0]);
      Kernel.SYS.call(Call.CLOSE, pair[1]);
    }
  }

  private void send(int pair, byte[] bytes) throws ErrnoException {
    memory.segment().asByteBuffer().put(bytes);
    long sent =
        Kernel.SYS.need(Call.WRITE, pairs.get(pair)[1], memory.segment().address(), bytes.length);
    assertThat(sent).isEqualTo(bytes.length);
  }

  private void receive(int pair) {
    ring.next(Sqe.RECV, pairs.get(pair)[0], pair).selectBuffer(BufferRing.GROUP, false);
  }

  /** Waits for the next completion, and takes what it brings. */
  private Part take() throws ErrnoException {
    while (!ring.advance()) {
      ring.enter(1, 5_000_000_000L);
      ring.reap();
    }
    int from = buffers.take(ring.flags(), ring.result());
    Part part = new Part(BufferRing.buffer(ring.flags()), from, bytes(from, ring.result()));
    assertThat(Ledger.inCompletions(ring, buffers, BUFFERS)).isZero();
    return part;
  }

  private byte[] bytes(int from, int count) {
    byte[] bytes = new byte[count];
    buffers.bytes.get(from, bytes);
    return bytes;
  }

  private static byte[] random(Random random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  @Test
  void partsOfOneBufferFollowEachOtherWhoeverReceivesThem() throws Exception {
    // they complete in another order than they were started in
    for (int pair = 0; pair < PAIRS; pair++) {
      receive(pair);
    }
    ring.enter(0, 0);
    int next = -1;
    for (int pair : new int[] {2, 0, 1}) {
      byte[] sent = {(byte) pair, 1, 2, 3, (byte) pair};
      send(pair, sent);
      Part part = take();
      assertThat(ring.userData()).isEqualTo(pair);
      assertThat(part.bytes).isEqualTo(sent);
      assertThat(part.buffer).isZero();
      assertThat(part.from).isEqualTo(next < 0 ? part.from : next);
      next = part.from + sent.length;
    }
    assertThat(buffers.lent()).as("the kernel is not through with it").isZero();
  }

  @Test
  void aBufferIsOfferedAgainWhenItIsFullAndEachPartCameBack() throws Exception {
    Random random = new Random(12);
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      send(0, random(random, BUFFER_BYTES / 4));
      receive(0);
      parts.add(take());
    }
    assertThat(buffers.lent()).isOne();
    short before = buffers.tail;
    for (Part part : parts) {
      assertThat(buffers.tail).isEqualTo(before);
      assertThat(part.buffer).isZero();
      buffers.giveBack(part.buffer);
    }
    assertThat(buffers.tail).isEqualTo((short) (before + 1));
    assertThat(buffers.lent()).isZero();
  }

  @Test
  void anEndLeavesAPartlyUsedBufferWhereItIs() throws Exception {
    send(0, new byte[] {1, 2, 3});
    receive(0);
    Part first = take();
    buffers.giveBack(first.buffer);
    Kernel.SYS.call(Call.SHUTDOWN, pairs.get(1)[1], 1);
    receive(1);
    while (!ring.advance()) {
      ring.enter(1, 5_000_000_000L);
      ring.reap();
    }
    assertThat(ring.result()).isZero();
    if ((ring.flags() & Ring.CQE_F_BUFFER) != 0) {
      buffers.take(ring.flags(), 0);
      buffers.giveBack(first.buffer);
    }
    send(0, new byte[] {4, 5});
    receive(0);
    Part second = take();
    assertThat(second.buffer).isEqualTo(first.buffer);
    assertThat(second.from).isEqualTo(first.from + 3);
    assertThat(second.bytes).containsExactly(4, 5);
    buffers.giveBack(second.buffer);
    assertThat(buffers.lent()).isZero();
  }

  @Test
  void whatIsLentStaysWhileTheRingWrapsManyTimes() throws Exception {
    long seed = 12;
    Random random = new Random(seed);
    Queue<Part> lent = new ArrayDeque<>();
    @Nullable Part kept = null;
    for (int round = 0; round < 5_000; round++) {
      int pair = random.nextInt(PAIRS);
      byte[] sent = random(random, 1 + random.nextInt(BUFFER_BYTES));
      send(pair, sent);
      ByteBuffer received = ByteBuffer.allocate(sent.length);
      while (received.hasRemaining()) {
        // all parts but the kept one come back in time for the others
        while (lent.size() >= BUFFERS - 2) {
          giveBack(lent.remove(), seed);
        }
        receive(pair);
        Part part = take();
        received.put(part.bytes);
        lent.add(part);
      }
      assertThat(received.array()).as("round %d of seed %d", round, seed).isEqualTo(sent);
      kept = kept == null ? lent.remove() : kept;
    }
    assertThat((int) buffers.tail).as("offered").isGreaterThan(10 * BUFFERS);
    while (!lent.isEmpty()) {
      giveBack(lent.remove(), seed);
    }
    giveBack(Objects.requireNonNull(kept), seed);
    assertThat(buffers.lent()).isZero();
  }

  private void giveBack(Part part, long seed) {
    assertThat(bytes(part.from, part.bytes.length)).as("seed %d", seed).isEqualTo(part.bytes);
    buffers.giveBack(part.buffer);
  }
}
