package io.weft.poller.iouring.ring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.weft.poller.iouring.ring.sys.Sys.Call;
import java.lang.foreign.MemorySegment;

/** Changes what completions say, of the one ring that is opened through its system calls. */
public final class FaultyCompletions {
  private static final int PARAMS_BYTES = 120;
  private static final int CQE_BYTES = 16;

  /** Sees a completion before the ring does: struct io_uring_cqe. */
  @FunctionalInterface
  public interface Change {
    void accept(MemorySegment completion);
  }

  private int[] words = {};
  private long base;
  private int seen;

  public FaultyCompletions(FaultySys sys, Change change) {
    sys.with(
        Call.IO_URING_SETUP,
        (real, args) -> {
          long fd = real.getAsLong();
          words = FaultySys.at(args[1], PARAMS_BYTES).toArray(JAVA_INT);
          return fd;
        });
    sys.with(
        Call.MMAP,
        (real, args) -> {
          long address = real.getAsLong();
          // IORING_OFF_SQ_RING, of a file
          base = args[5] == 0 && (int) args[4] >= 0 ? address : base;
          return address;
        });
    sys.with(
        Call.IO_URING_ENTER,
        (real, args) -> {
          long result = real.getAsLong();
          int tail = FaultySys.at(base + words[21], 4).get(JAVA_INT, 0);
          for (; seen != tail; seen++) {
            long at = base + words[25] + (long) CQE_BYTES * (seen & words[1] - 1);
            change.accept(FaultySys.at(at, CQE_BYTES));
          }
          return result;
        });
  }

  /** Counts one that there was no memory for, as the kernel does. */
  public void drop() {
    FaultySys.at(base + words[24], 4).set(JAVA_INT, 0, 1);
  }
}
