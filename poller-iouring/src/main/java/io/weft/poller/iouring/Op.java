package io.weft.poller.iouring;

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

  static final int NO_SLOT = -1;

  final Target target;
  int slot = NO_SLOT;
  int generation;
  boolean inFlight;
  // keeps the operation's memory reachable, which its address alone does not
  @Nullable Object memory;

  Op(Target target) {
    this.target = target;
  }

  /** What the kernel knows an operation by; never an address. */
  long userData() {
    return (long) (generation & Ops.GENERATION_MASK) << 32 | slot;
  }
}
