package io.weft.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Goal: a buffer is with one thread at a time, and what was given stays in the pool. */
public class BufferPoolShare {
  private static final int BYTES = 4;

  private BufferPoolShare() {}

  private static BufferPool poolOf(int buffers) {
    BufferPool pool = new BufferPool(BYTES, 2);
    for (int i = 0; i < buffers; i++) {
      pool.give(ByteBuffer.allocate(BYTES));
    }
    return pool;
  }

  // buffers of equal content are equal
  private static Set<ByteBuffer> identities(@Nullable ByteBuffer one, @Nullable ByteBuffer other) {
    Set<ByteBuffer> identities = Collections.newSetFromMap(new IdentityHashMap<>());
    identities.add(Objects.requireNonNull(one));
    identities.add(Objects.requireNonNull(other));
    return identities;
  }

  /** Both take a buffer, of one that is there. */
  @JCStressTest
  @Outcome(id = "2", expect = ACCEPTABLE, desc = "two buffers")
  @State
  public static class TakeAgainstTake {
    private final BufferPool pool = poolOf(1);
    private @Nullable ByteBuffer ones;
    private @Nullable ByteBuffer others;

    @Actor
    public void one() {
      ones = pool.take();
    }

    @Actor
    public void other() {
      others = pool.take();
    }

    @Arbiter
    public void end(I_Result r) {
      r.r1 = identities(ones, others).size();
    }
  }

  /** Both give a buffer, and both buffers can be taken again. */
  @JCStressTest
  @Outcome(id = "1", expect = ACCEPTABLE, desc = "both are in the pool, once")
  @State
  public static class GiveAgainstGive {
    private final BufferPool pool = poolOf(0);
    private final ByteBuffer ones = ByteBuffer.allocate(BYTES);
    private final ByteBuffer others = ByteBuffer.allocate(BYTES);

    @Actor
    public void one() {
      pool.give(ones);
    }

    @Actor
    public void other() {
      pool.give(others);
    }

    @Arbiter
    public void end(I_Result r) {
      Set<ByteBuffer> given = identities(ones, others);
      r.r1 = identities(pool.take(), pool.take()).equals(given) ? 1 : 0;
    }
  }

  /** Both take, mark and give, often enough to go round; a strange mark is a shared buffer. */
  @JCStressTest
  @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "each was alone with its buffers")
  @State
  public static class RoundAndRound {
    private final BufferPool pool = poolOf(2);

    @Actor
    public void one(II_Result r) {
      r.r1 = goRound((byte) 1);
    }

    @Actor
    public void other(II_Result r) {
      r.r2 = goRound((byte) 2);
    }

    private int goRound(byte mark) {
      int strange = 0;
      for (int i = 0; i < 8; i++) {
        ByteBuffer buffer = pool.take();
        buffer.put(0, mark);
        Thread.onSpinWait();
        strange += buffer.position() == 0 && buffer.get(0) == mark ? 0 : 1;
        pool.give(buffer);
      }
      return strange;
    }
  }
}
