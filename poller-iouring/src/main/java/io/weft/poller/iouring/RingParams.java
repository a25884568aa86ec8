package io.weft.poller.iouring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A new ring as the kernel describes it, in struct io_uring_params of io_uring_setup(2).
 *
 * @param fd the ring's descriptor
 * @param words the struct as ints
 */
record RingParams(int fd, int[] words) {
  // CQSIZE, CLAMP, R_DISABLED, SUBMIT_ALL, TASKRUN_FLAG, SINGLE_ISSUER, DEFER_TASKRUN
  private static final int SETUP_NEEDED =
      1 << 3 | 1 << 4 | 1 << 6 | 1 << 7 | 1 << 9 | 1 << 12 | 1 << 13;
  private static final int SETUP_NO_SQARRAY = 1 << 16;
  // SINGLE_MMAP, NODROP, SUBMIT_STABLE, FAST_POLL, EXT_ARG, NATIVE_WORKERS, RSRC_TAGS
  private static final int FEATURES_NEEDED =
      1 | 1 << 1 | 1 << 2 | 1 << 5 | 1 << 8 | 1 << 9 | 1 << 10;
  private static final int FEAT_NO_IOWAIT = 1 << 17;
  private static final int PARAMS_BYTES = 120;

  /** Sets a ring up, disabled; without an index array where the kernel can (6.6). */
  static RingParams setup(int sqEntries, int cqEntries) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment params = arena.allocate(PARAMS_BYTES, Long.BYTES);
      params.set(JAVA_INT, 4, cqEntries);
      params.set(JAVA_INT, 8, SETUP_NEEDED | SETUP_NO_SQARRAY);
      long result = Sys.IO_URING_SETUP.call(sqEntries, params.address());
      if (result == -Errno.EINVAL.number()) {
        params.set(JAVA_INT, 8, SETUP_NEEDED);
        result = Sys.IO_URING_SETUP.call(sqEntries, params.address());
      }
      int fd = (int) Sys.checked(result);
      RingParams made = new RingParams(fd, params.toArray(JAVA_INT));
      if ((made.words[5] & FEATURES_NEEDED) != FEATURES_NEEDED) {
        Sys.CLOSE.call(fd);
        throw new ErrnoException(Errno.ENOSYS.number(), null);
      }
      return made;
    }
  }

  int sqEntries() {
    return words[0];
  }

  int cqEntries() {
    return words[1];
  }

  boolean hasArray() {
    return (words[2] & SETUP_NO_SQARRAY) == 0;
  }

  boolean hasNoIowait() {
    return (words[5] & FEAT_NO_IOWAIT) != 0;
  }

  /** An offset of struct io_sqring_offsets: head, tail, mask, entries, flags, dropped, array. */
  long sq(int index) {
    return words[10 + index];
  }

  /** An offset of struct io_cqring_offsets: head, tail, mask, entries, overflow, cqes. */
  long cq(int index) {
    return words[20 + index];
  }

  /** The size of the mapping with both queues' heads and tails and the completions. */
  long ringBytes() {
    long arrayEnd = hasArray() ? sq(6) + 4L * sqEntries() : 0;
    return Math.max(cq(5) + 16L * cqEntries(), arrayEnd);
  }
}
