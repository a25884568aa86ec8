package io.weft.poller.iouring;

import io.weft.spi.Completion;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a handle, used again for each of its operations. While one is in flight, its
 * memory is the kernel's.
 */
final class Op {
  /** Who hears of the completion: a value or a negated errno, and IORING_CQE_F bits. */
  interface Target {
    void completed(Op op, int result, int flags);
  }

  /** Identifies what nobody waits for: a cancel. */
  static final long NOBODY = 1L << 56;

  private static final int GENERATION_MASK = 0xffffff;
  private static final int NO_SLOT = -1;

  final Target target;
  boolean inFlight;
  // keeps the operation's memory reachable, which its address alone does not
  @Nullable Object memory;
  @Nullable Completion waiter;
  private int slot = NO_SLOT;
  private int generation;

  Op(Target target) {
    this.target = target;
  }

  /** Tells the one who waits, if somebody does. */
  void tell(int result) {
    Completion told = waiter;
    waiter = null;
    if (told != null) {
      told.complete(result);
    }
  }

  /** What the kernel knows an operation by; never an address. */
  long userData() {
    return (long) (generation & GENERATION_MASK) << 32 | slot;
  }

  /**
   * The operations of one ring by slot; a completion of an earlier generation finds nothing here.
   */
  static final class Table {
    // a free slot keeps its last operation, for its generation
    private final List<Op> bySlot = new ArrayList<>();
    private final BitSet used = new BitSet();
    private int inFlight;

    /** Begins an operation; its memory's owner stays reachable until it has ended. */
    long begin(Op op, @Nullable Object memory) {
      assert !op.inFlight : "one operation at a time";
      if (op.slot == NO_SLOT) {
        allocate(op);
      }
      op.inFlight = true;
      op.memory = memory;
      op.generation++;
      inFlight++;
      return op.userData();
    }

    private void allocate(Op op) {
      op.slot = used.nextClearBit(0);
      used.set(op.slot);
      if (op.slot == bySlot.size()) {
        bySlot.add(op);
      } else {
        op.generation = bySlot.set(op.slot, op).generation;
      }
    }

    void release(Op op) {
      assert !op.inFlight : "a slot is free only after its terminal completion";
      if (op.slot != NO_SLOT) {
        used.clear(op.slot);
      }
    }

    /** Takes what a completion names out of flight; null for a cancel or an earlier generation. */
    @Nullable Op end(long userData) {
      int slot = (int) userData;
      Op op = userData >>> 56 == 0 && used.get(slot) ? bySlot.get(slot) : null;
      if (op == null || !op.inFlight || op.userData() != userData) {
        return null;
      }
      op.inFlight = false;
      op.memory = null;
      inFlight--;
      return op;
    }

    int inFlight() {
      return inFlight;
    }

    List<Op> all() {
      return used.stream().mapToObj(bySlot::get).toList();
    }
  }
}
