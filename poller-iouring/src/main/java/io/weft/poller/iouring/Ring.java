package io.weft.poller.iouring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One io_uring: setup, submission, completion.
 *
 * <p>Made by any thread; the first {@link #enter} enables it and makes its thread the only one that
 * the kernel accepts from then on (IORING_SETUP_SINGLE_ISSUER). Completions appear only in {@link
 * #enter} (IORING_SETUP_DEFER_TASKRUN).
 */
final class Ring {
  /** IORING_REGISTER_PBUF_RING. */
  static final int REGISTER_PBUF_RING = 22;

  /** IORING_UNREGISTER_PBUF_RING. */
  static final int UNREGISTER_PBUF_RING = 23;

  private static final int REGISTER_ENABLE_RINGS = 12;
  private static final int REGISTER_IOWQ_MAX_WORKERS = 19;
  private static final int REGISTER_RING_FDS = 20;
  private static final int UNREGISTER_RING_FDS = 21;

  private static final int ENTER_GETEVENTS = 1;
  private static final int ENTER_EXT_ARG = 1 << 3;
  private static final int ENTER_REGISTERED_RING = 1 << 4;
  private static final int ENTER_NO_IOWAIT = 1 << 7;

  // IORING_SQ_CQ_OVERFLOW, IORING_SQ_TASKRUN
  private static final int SQ_WORK_WAITS = 1 << 1 | 1 << 2;

  private static final long OFF_SQES = 0x10000000L;
  private static final int CQE_BYTES = 16;
  private static final int EXT_ARG_BYTES = 24;
  private static final int EBUSY = 16;
  private static final int ETIME = 62;
  private static final int FLUSH_ATTEMPTS_MAX = 1000;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final VarHandle INT = JAVA_INT.varHandle();

  // the private page: errno, the wait's argument, its timespec, one register argument, then scratch
  private static final long ERRNO_AT = 0;
  private static final long EXT_ARG_AT = 64;
  private static final long TIMESPEC_AT = 96;
  private static final long REGISTER_AT = 128;
  private static final long SCRATCH_AT = 256;
  private static final long PRIVATE_BYTES = 64 * 1024;

  private final RingParams params;
  // both queues, the submissions, the private page
  private final List<Mapping> mappings;
  private final MemorySegment ring;
  private final MemorySegment page;
  private final MemorySegment errno;
  private final Sqe sqe;
  private final int sqMask;
  private final int cqMask;
  private boolean enabled;
  private int enterFd;
  private int enterFlags = ENTER_GETEVENTS | ENTER_EXT_ARG;
  private int sqTail;
  private int cqHead;
  private long scratchUsed = SCRATCH_AT;

  // what reap() took out of the completion queue and nobody has looked at
  private long[] reapedUserData = new long[256];
  private long[] reapedResult = new long[256];
  private int reapedFrom;
  private int reapedTo;

  private Ring(RingParams params, List<Mapping> mappings) {
    this.params = params;
    this.mappings = mappings;
    enterFd = params.fd();
    ring = mappings.get(0).segment();
    page = mappings.get(2).segment();
    errno = page.asSlice(ERRNO_AT, Sys.ERRNO_BYTES);
    sqe = new Sqe(mappings.get(1).segment());
    sqMask = params.sqEntries() - 1;
    cqMask = params.cqEntries() - 1;
    if (params.hasArray()) {
      for (int i = 0; i < params.sqEntries(); i++) {
        ring.set(JAVA_INT, params.sq()[6] + 4L * i, i);
      }
    }
  }

  /**
   * Sets a ring up; it is enabled later, by the first {@link #enter}.
   *
   * @param sqEntries length of the submission queue
   * @param cqEntries length of the completion queue
   * @return the ring; the caller closes it
   * @throws ErrnoException the kernel refused
   */
  static Ring open(int sqEntries, int cqEntries) throws ErrnoException {
    RingParams params = RingParams.setup(sqEntries, cqEntries);
    List<Mapping> mappings = new ArrayList<>();
    try {
      mappings.add(Mapping.ofRing(params.ringBytes(), params.fd(), 0));
      long sqeBytes = (long) params.sqEntries() * Sqe.BYTES;
      mappings.add(Mapping.ofRing(sqeBytes, params.fd(), OFF_SQES));
      mappings.add(Mapping.anonymous(PRIVATE_BYTES));
      return new Ring(params, mappings);
    } catch (ErrnoException e) {
      mappings.forEach(Mapping::unmap);
      Sys.CLOSE.call(params.fd());
      throw e;
    }
  }

  /** Makes this thread the ring's own; without effect the second time. */
  void enable() throws ErrnoException {
    if (enabled) {
      return;
    }
    Sys.checked(register(REGISTER_ENABLE_RINGS, 0, 0));
    enabled = true;
    // nothing on the hot path may need a kernel worker; a bound for what does
    page.set(JAVA_INT, REGISTER_AT, 2);
    page.set(JAVA_INT, REGISTER_AT + 4, 4);
    register(REGISTER_IOWQ_MAX_WORKERS, page.address() + REGISTER_AT, 2);
    if ((params.features() & RingParams.FEAT_NO_IOWAIT) != 0) {
      enterFlags |= ENTER_NO_IOWAIT;
    }
    // struct io_uring_rsrc_update: any free place, the ring itself
    page.set(JAVA_INT, REGISTER_AT, -1);
    page.set(JAVA_INT, REGISTER_AT + 4, 0);
    page.set(JAVA_LONG, REGISTER_AT + 8, params.fd());
    if (register(REGISTER_RING_FDS, page.address() + REGISTER_AT, 1) == 1) {
      enterFd = page.get(JAVA_INT, REGISTER_AT);
      enterFlags |= ENTER_REGISTERED_RING;
    }
  }

  boolean enabled() {
    return enabled;
  }

  /**
   * Registers something, as io_uring_register(2).
   *
   * @param operation an IORING_REGISTER constant
   * @param address its argument
   * @param count how many
   * @return its value, or a negated errno
   */
  int register(int operation, long address, int count) {
    return (int) Sys.IO_URING_REGISTER.call(params.fd(), operation, address, count);
  }

  /**
   * Reserves the next submission; hands the earlier ones over first when the queue is full.
   *
   * @param opcode an IORING_OP constant
   * @param fd the descriptor, or -1
   * @param userData comes back with the completion
   * @return the entry, to be filled at once
   */
  Sqe next(int opcode, int fd, long userData) {
    if (unsubmitted() == params.sqEntries()) {
      flush();
    }
    return sqe.at(sqTail++ & sqMask).start(opcode, fd, userData);
  }

  /**
   * Memory for what the kernel copies while it takes a submission: lives until the next {@link
   * #enter} that took everything. To be asked for before {@link #next}.
   *
   * @param bytes how much
   * @return its address
   */
  MemorySegment scratch(long bytes) {
    long aligned = bytes + 7 & ~7L;
    if (scratchUsed + aligned > PRIVATE_BYTES) {
      flush();
    }
    scratchUsed += aligned;
    return page.asSlice(scratchUsed - aligned, bytes);
  }

  private int unsubmitted() {
    return sqTail - (int) INT.getAcquire(ring, (long) params.sq()[0]);
  }

  /** Hands everything over without waiting; what completes meanwhile is kept for the next reap. */
  private void flush() {
    try {
      enable();
      for (int i = 0; i < FLUSH_ATTEMPTS_MAX && unsubmitted() > 0; i++) {
        enter(0, 0);
        reap();
      }
      if (unsubmitted() > 0) {
        throw new ErrnoException(Errno.ENOMEM.number(), null);
      }
    } catch (ErrnoException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Hands over what was filled, runs the kernel's deferred work, and waits.
   *
   * @param waitCount how many completions to wait for; 0 not to wait
   * @param timeoutNanos how long; negative without limit
   * @return submissions taken, or a negated errno that is no fault of the ring: ETIME, EINTR, EBUSY
   *     or EAGAIN
   * @throws ErrnoException the ring is unusable
   */
  int enter(int waitCount, long timeoutNanos) throws ErrnoException {
    enable();
    boolean timed = waitCount > 0 && timeoutNanos >= 0;
    if (timed) {
      page.set(JAVA_LONG, TIMESPEC_AT, timeoutNanos / NANOS_PER_SECOND);
      page.set(JAVA_LONG, TIMESPEC_AT + 8, timeoutNanos % NANOS_PER_SECOND);
    }
    // struct io_uring_getevents_arg: no signal mask, the timespec
    page.set(JAVA_LONG, EXT_ARG_AT + 16, timed ? page.address() + TIMESPEC_AT : 0);
    INT.setRelease(ring, (long) params.sq()[1], sqTail);
    int result =
        (int)
            Sys.IO_URING_ENTER.callInto(
                errno, enterFd, unsubmitted(), waitCount, enterFlags,
                page.address() + EXT_ARG_AT, EXT_ARG_BYTES);
    if (unsubmitted() == 0) {
      scratchUsed = SCRATCH_AT;
    }
    if (result < 0
        && result != -Errno.EINTR.number()
        && result != -ETIME
        && result != -EBUSY
        && result != -Errno.EAGAIN.number()) {
      throw new ErrnoException(-result, null);
    }
    return result;
  }

  /**
   * Whether an {@link #enter} that does not wait would do anything.
   *
   * @return false when nothing was filled and the kernel holds nothing back
   */
  boolean needsEnter() {
    return unsubmitted() != 0
        || ((int) INT.getOpaque(ring, (long) params.sq()[4]) & SQ_WORK_WAITS) != 0;
  }

  /**
   * Takes all completions out of the queue, so that the kernel has room again.
   *
   * @return how many are now there to be looked at with {@link #advance}
   */
  int reap() {
    if (reapedFrom == reapedTo) {
      reapedFrom = 0;
      reapedTo = 0;
    }
    int tail = (int) INT.getAcquire(ring, (long) params.cq()[1]);
    if (cqHead != tail) {
      makeRoom(tail - cqHead);
      while (cqHead != tail) {
        long at = params.cq()[5] + (long) (cqHead++ & cqMask) * CQE_BYTES;
        reapedUserData[reapedTo] = ring.get(JAVA_LONG, at);
        reapedResult[reapedTo++] = ring.get(JAVA_LONG, at + 8);
      }
      INT.setRelease(ring, (long) params.cq()[0], cqHead);
    }
    return reapedTo - reapedFrom;
  }

  private void makeRoom(int count) {
    if (reapedTo + count > reapedResult.length) {
      int length = Math.max(2 * reapedResult.length, reapedTo + count);
      reapedUserData = Arrays.copyOf(reapedUserData, length);
      reapedResult = Arrays.copyOf(reapedResult, length);
    }
  }

  /**
   * Moves to the next completion.
   *
   * @return whether there is one
   */
  boolean advance() {
    if (reapedFrom == reapedTo) {
      return false;
    }
    reapedFrom++;
    return true;
  }

  long userData() {
    return reapedUserData[reapedFrom - 1];
  }

  int result() {
    return (int) reapedResult[reapedFrom - 1];
  }

  int flags() {
    return (int) (reapedResult[reapedFrom - 1] >>> 32);
  }

  /** How many completions the kernel could not queue and kept aside or dropped. */
  int overflowCount() {
    return (int) INT.getOpaque(ring, (long) params.cq()[4]);
  }

  /**
   * Ends the ring. On its own thread if it was enabled.
   *
   * @param drained whether nothing is in flight; if not, memory is leaked rather than freed early
   */
  void close(boolean drained) {
    if (enterFd != params.fd()) {
      page.set(JAVA_INT, REGISTER_AT, enterFd);
      register(UNREGISTER_RING_FDS, page.address() + REGISTER_AT, 1);
    }
    Sys.CLOSE.call(params.fd());
    if (drained) {
      mappings.forEach(Mapping::unmap);
    }
  }
}
