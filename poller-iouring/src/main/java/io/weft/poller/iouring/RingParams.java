package io.weft.poller.iouring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A new ring as the kernel describes it: struct io_uring_params after io_uring_setup(2).
 *
 * @param fd the ring's descriptor
 * @param flags the setup flags that were granted
 * @param features the IORING_FEAT bits
 * @param sqEntries length of the submission queue
 * @param cqEntries length of the completion queue
 * @param sq offsets in the shared mapping: head, tail, mask, entries, flags, dropped, array
 * @param cq offsets in the shared mapping: head, tail, mask, entries, overflow, cqes
 */
// docs/adr/0002 allows ParameterNumber
record RingParams(
    int fd, int flags, int features, int sqEntries, int cqEntries, int[] sq, int[] cq) {
  /** IORING_FEAT_NO_IOWAIT (6.15). */
  static final int FEAT_NO_IOWAIT = 1 << 17;

  /** IORING_SETUP_NO_SQARRAY (6.6). */
  static final int NO_SQARRAY = 1 << 16;

  private static final int CQSIZE = 1 << 3;
  private static final int CLAMP = 1 << 4;
  private static final int R_DISABLED = 1 << 6;
  private static final int SUBMIT_ALL = 1 << 7;
  private static final int TASKRUN_FLAG = 1 << 9;
  private static final int SINGLE_ISSUER = 1 << 12;
  private static final int DEFER_TASKRUN = 1 << 13;

  // SINGLE_MMAP, NODROP, SUBMIT_STABLE, FAST_POLL, EXT_ARG, NATIVE_WORKERS, RSRC_TAGS
  private static final int FEATURES_NEEDED =
      1 | 1 << 1 | 1 << 2 | 1 << 5 | 1 << 8 | 1 << 9 | 1 << 10;

  private static final int PARAMS_BYTES = 120;
  private static final int CQ_ENTRIES_AT = 4;
  private static final int FLAGS_AT = 8;
  private static final int FEATURES_AT = 20;
  private static final int SQ_OFF_AT = 40;
  private static final int CQ_OFF_AT = 80;

  /**
   * Sets a ring up, disabled, with the flags that must be and those that the kernel knows.
   *
   * @param sqEntries wanted length of the submission queue
   * @param cqEntries wanted length of the completion queue
   * @return the ring
   * @throws ErrnoException the kernel refused, or lacks what is needed (ENOSYS)
   */
  static RingParams setup(int sqEntries, int cqEntries) throws ErrnoException {
    int needed = CQSIZE | CLAMP | R_DISABLED | SUBMIT_ALL | SINGLE_ISSUER | DEFER_TASKRUN;
    int[] ladder = {needed | TASKRUN_FLAG | NO_SQARRAY, needed | TASKRUN_FLAG, needed};
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment params = arena.allocate(PARAMS_BYTES, Long.BYTES);
      long result = -Errno.EINVAL.number();
      for (int rung = 0; rung < ladder.length && result == -Errno.EINVAL.number(); rung++) {
        params.fill((byte) 0);
        params.set(JAVA_INT, CQ_ENTRIES_AT, cqEntries);
        params.set(JAVA_INT, FLAGS_AT, ladder[rung]);
        result = Sys.IO_URING_SETUP.call(sqEntries, params.address());
      }
      int fd = (int) Sys.checked(result);
      int features = params.get(JAVA_INT, FEATURES_AT);
      if ((features & FEATURES_NEEDED) != FEATURES_NEEDED) {
        Sys.CLOSE.call(fd);
        throw new ErrnoException(Errno.ENOSYS.number(), null);
      }
      return new RingParams(
          fd,
          params.get(JAVA_INT, FLAGS_AT),
          features,
          params.get(JAVA_INT, 0),
          params.get(JAVA_INT, CQ_ENTRIES_AT),
          ints(params, SQ_OFF_AT, 7),
          ints(params, CQ_OFF_AT, 6));
    }
  }

  private static int[] ints(MemorySegment params, int offset, int count) {
    return params.asSlice(offset, (long) count * Integer.BYTES).toArray(JAVA_INT);
  }

  /**
   * The size of the mapping that holds both queues' heads, tails and the completions.
   *
   * @return bytes
   */
  long ringBytes() {
    long completionsEnd = cq[5] + 16L * cqEntries;
    long arrayEnd = hasArray() ? sq[6] + 4L * sqEntries : 0;
    return Math.max(completionsEnd, arrayEnd);
  }

  boolean hasArray() {
    return (flags & NO_SQARRAY) == 0;
  }
}
