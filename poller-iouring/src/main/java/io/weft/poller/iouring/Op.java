package io.weft.poller.iouring;

import org.jspecify.annotations.Nullable;

/**
 * One direction's place in {@link Ops}, used again for each of its operations. While an operation is
 * in flight the place and {@link #memory} belong to the kernel.
 */
final class Op {
  /** Who hears of the completion. */
  @FunctionalInterface
  interface Target {
    /**
     * The operation has ended.
     *
     * @param op which one; a new operation may be started on it
     * @param result its value, or a negated errno
     * @param flags IORING_CQE_F bits
     */
    void completed(Op op, int result, int flags);
  }

  final Target target;
  final int slot;
  private int generation;
  private boolean inFlight;
  // keeps the operation's memory reachable, which its address alone does not
  private @Nullable Object memory;

  Op(Target target, int slot, int generation) {
    this.target = target;
    this.slot = slot;
    this.generation = generation;
  }

  /**
   * Begins an operation.
   *
   * @param owner of the memory that the kernel will use, if any
   * @return what identifies it in submission and completion: generation and slot, never an address
   */
  long begin(@Nullable Object owner) {
    assert !inFlight : "one operation at a time";
    inFlight = true;
    memory = owner;
    generation++;
    return userData();
  }

  void end() {
    inFlight = false;
    memory = null;
  }

  boolean inFlight() {
    return inFlight;
  }

  int generation() {
    return generation;
  }

  long userData() {
    return (long) (generation & Ops.GENERATION_MASK) << 32 | slot;
  }
}
