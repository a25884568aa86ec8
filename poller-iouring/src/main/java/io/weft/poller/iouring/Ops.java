package io.weft.poller.iouring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The operations of one ring by slot. What the kernel gets is generation and slot; a completion of
 * an earlier generation finds nothing here.
 */
final class Ops {
  /** Of a generation, how much fits beside the kind. */
  static final int GENERATION_MASK = 0xffffff;

  /** Of submissions whose completion nobody waits for. */
  static final long NOBODY = 1L << 56;

  private @Nullable Op[] bySlot = new Op[64];
  private int[] generations = new int[64];
  private int[] free = new int[64];
  private int freeCount;
  private int used;
  private int inFlight;

  Op allocate(Op.Target target) {
    int slot = freeCount > 0 ? free[--freeCount] : used++;
    if (slot == bySlot.length) {
      bySlot = Arrays.copyOf(bySlot, 2 * slot);
      generations = Arrays.copyOf(generations, 2 * slot);
      free = Arrays.copyOf(free, 2 * slot);
    }
    Op op = new Op(target, slot, generations[slot]);
    bySlot[slot] = op;
    return op;
  }

  void release(Op op) {
    assert !op.inFlight() : "a slot is free only after its terminal completion";
    generations[op.slot] = op.generation();
    bySlot[op.slot] = null;
    free[freeCount++] = op.slot;
  }

  long begin(Op op, @Nullable Object memory) {
    inFlight++;
    return op.begin(memory);
  }

  /**
   * Takes the operation that a completion names out of flight.
   *
   * @param userData of the completion
   * @return the operation, or null when there is none: a cancel, or an earlier generation
   */
  @Nullable Op end(long userData) {
    int slot = (int) userData;
    Op op = userData >>> 56 == 0 && slot < used ? bySlot[slot] : null;
    if (op == null || !op.inFlight() || op.userData() != userData) {
      return null;
    }
    inFlight--;
    op.end();
    return op;
  }

  int inFlight() {
    return inFlight;
  }

  /** How many slots are taken. */
  int count() {
    return used - freeCount;
  }

  List<Op> all() {
    List<Op> all = new ArrayList<>();
    for (Op op : bySlot) {
      if (op != null) {
        all.add(op);
      }
    }
    return all;
  }
}
