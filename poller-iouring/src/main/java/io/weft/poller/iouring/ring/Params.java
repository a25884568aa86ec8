package io.weft.poller.iouring.ring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.weft.poller.iouring.ring.Caps.Feature;
import io.weft.poller.iouring.ring.sys.Sys;
import io.weft.poller.iouring.ring.sys.Sys.Call;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;

/**
 * A new ring as the kernel describes it, in struct io_uring_params of io_uring_setup(2).
 *
 * @param fd the ring's descriptor
 * @param words the struct as ints
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares it
record Params(int fd, int[] words) {
  private static final int SETUP_TASKRUN_FLAG = 1 << 9;
  private static final int SETUP_NO_SQARRAY = 1 << 16;
  private static final int FEAT_NO_IOWAIT = 1 << 17;
  private static final int PARAMS_BYTES = 120;

  /**
   * Sets a ring up, disabled. What a kernel does not know it answers with EINVAL, what goes beyond
   * the locked memory with ENOMEM: then again without the youngest flag, or with a shorter queue.
   */
  static Params setup(Sys sys, Caps caps, int sqEntries, int cqEntries) throws IOException {
    int flags =
        Need.mask(Need.SETUP)
            | (caps.has(Feature.TASKRUN_FLAG) ? SETUP_TASKRUN_FLAG : 0)
            | (caps.has(Feature.NO_SQARRAY) ? SETUP_NO_SQARRAY : 0);
    int entries = cqEntries;
    Params made = attempt(sys, flags, sqEntries, entries);
    while (made.fd < 0) {
      int youngest = Integer.highestOneBit(flags & (SETUP_TASKRUN_FLAG | SETUP_NO_SQARRAY));
      if (made.fd == -Errno.EINVAL.number() && youngest != 0) {
        flags &= ~youngest;
      } else if (made.fd == -Errno.ENOMEM.number() && entries == cqEntries && entries > sqEntries) {
        entries = Math.max(sqEntries, entries / 4);
      } else {
        break;
      }
      made = attempt(sys, flags, sqEntries, entries);
    }
    if (made.fd == -Errno.EINVAL.number()) {
      throw Need.refusal(refusedFlags(sys));
    }
    ErrnoException.check(made.fd);
    Set<Need> lacking = EnumSet.copyOf(Need.FEATURES);
    int features = made.words[5];
    lacking.removeIf(need -> (features & 1 << need.number) != 0);
    if (!lacking.isEmpty()) {
      sys.call(Call.CLOSE, made.fd);
      throw Need.refusal(lacking);
    }
    return made;
  }

  private static Params attempt(Sys sys, int flags, int sqEntries, int cqEntries) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment params = arena.allocate(PARAMS_BYTES, Long.BYTES);
      params.set(JAVA_INT, 4, cqEntries);
      params.set(JAVA_INT, 8, flags);
      int fd = (int) sys.call(Call.IO_URING_SETUP, sqEntries, params.address());
      return new Params(fd, params.toArray(JAVA_INT));
    }
  }

  /** The flags that the kernel refuses, each tried beside those that it takes. */
  private static Set<Need> refusedFlags(Sys sys) {
    Set<Need> refused = EnumSet.copyOf(Need.SETUP);
    int taken = 0;
    for (Need need : Need.SETUP) {
      int fd = attempt(sys, taken | 1 << need.number, 1, 2).fd;
      if (fd >= 0) {
        sys.call(Call.CLOSE, fd);
        taken |= 1 << need.number;
        refused.remove(need);
      }
    }
    return refused;
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

  /** Whether the ring says that deferred work waits for an enter. */
  boolean hasTaskrunFlag() {
    return (words[2] & SETUP_TASKRUN_FLAG) != 0;
  }

  /** What the kernel gives of what was asked for. */
  Caps granted(Caps asked) {
    Set<Feature> refused = EnumSet.noneOf(Feature.class);
    if (hasArray()) {
      refused.add(Feature.NO_SQARRAY);
    }
    if (!hasTaskrunFlag()) {
      refused.add(Feature.TASKRUN_FLAG);
    }
    if ((words[5] & FEAT_NO_IOWAIT) == 0) {
      refused.add(Feature.NO_IOWAIT);
    }
    return asked.without(refused);
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
