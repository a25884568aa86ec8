package io.weft.poller.iouring.ring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.weft.poller.iouring.ring.Caps.Feature;
import io.weft.poller.iouring.ring.sys.Sys;
import io.weft.poller.iouring.ring.sys.Sys.Call;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One io_uring: submission and completion. Made by any thread; the first {@link #enter} makes its
 * thread the only one that the kernel accepts from then on (IORING_SETUP_SINGLE_ISSUER).
 * Completions appear only in {@link #enter} (IORING_SETUP_DEFER_TASKRUN).
 */
public final class Ring {
  /** Of a completion's {@link #flags}: it names a buffer, and its operation goes on. */
  public static final int CQE_F_BUFFER = 1;

  public static final int CQE_F_MORE = 1 << 1;

  /** Of the buffer that a completion names: the kernel is not through with it. */
  static final int CQE_F_BUF_MORE = 1 << 4;

  static final int REGISTER_PBUF_RING = 22;
  static final int UNREGISTER_PBUF_RING = 23;
  private static final int REGISTER_ENABLE_RINGS = 12;
  private static final int REGISTER_IOWQ_MAX_WORKERS = 19;
  private static final int REGISTER_RING_FDS = 20;
  private static final int UNREGISTER_RING_FDS = 21;

  private static final int ENTER_GETEVENTS = 1;
  private static final int ENTER_EXT_ARG = 1 << 3;
  private static final int ENTER_REGISTERED_RING = 1 << 4;
  private static final int ENTER_NO_IOWAIT = 1 << 7;
  private static final int SQ_CQ_OVERFLOW = 1 << 1;
  private static final int SQ_CQ_OVERFLOW_OR_TASKRUN = SQ_CQ_OVERFLOW | 1 << 2;
  private static final long OFF_SQES = 0x10000000L;

  private static final int EBUSY = 16;
  private static final int EBADR = 53;
  private static final int ETIME = 62;
  private static final int F_SETFL = 4;
  private static final int SPLICE_F_MOVE_NONBLOCK = 1 | 2;
  private static final int FLUSH_ATTEMPTS_MAX = 1000;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final VarHandle INT = JAVA_INT.varHandle();

  // of the kernel's threads for what cannot be done at once and not be waited for: few, as nothing
  // that we do comes to them
  private static final int WORKERS_BOUNDED_MAX = 2;
  private static final int WORKERS_UNBOUNDED_MAX = 4;

  // our own pages: the frame of a call, struct io_uring_getevents_arg, its timespec, what is
  // registered, scratch
  private static final long EXT_ARG_AT = 64;
  private static final int EXT_ARG_BYTES = 24;
  private static final long TIMESPEC_AT = 96;
  private static final long REGISTERED_AT = 112;
  private static final long SCRATCH_AT = 128;
  private static final long PAGES_BYTES = 64 * 1024;

  /** What of it all this ring has. */
  public final Caps caps;

  private final Sys sys;
  private final Params params;
  private final List<Mapping> mappings;
  private final MemorySegment ring;
  private final MemorySegment pages;
  private final MemorySegment frame;
  private final Sqe sqe;
  // submissions by opcode, and enters
  private final long[] submitted = new long[Sqe.OPCODES];
  private long enters;
  private final AtomicLong overflows = new AtomicLong();
  private @Nullable Thread enabler;
  private int enterFlags = ENTER_GETEVENTS | ENTER_EXT_ARG;
  private int enterFd;
  private int sqTail;
  private int cqHead;
  private long scratchUsed = SCRATCH_AT;

  // what reap() took out of the completion queue: user_data, and flags and result in one
  private long[] userData = new long[256];
  private long[] results = new long[256];
  private int next;
  private int reaped;

  private Ring(Sys sys, Caps asked, Params params, List<Mapping> mappings) {
    this.sys = sys;
    caps = params.granted(asked);
    this.params = params;
    enterFd = params.fd();
    this.mappings = mappings;
    ring = mappings.get(0).segment();
    sqe = new Sqe(mappings.get(1).segment());
    pages = mappings.get(2).segment();
    frame = pages.asSlice(0, Sys.FRAME_BYTES);
    for (int i = 0; params.hasArray() && i < params.sqEntries(); i++) {
      ring.set(JAVA_INT, params.sq(6) + 4L * i, i);
    }
  }

  public static Ring open(Sys sys, Caps asked, int sqEntries, int cqEntries) throws IOException {
    Params params = Params.setup(sys, asked, sqEntries, cqEntries);
    List<Mapping> mappings = new ArrayList<>();
    try {
      mappings.add(Mapping.ofRing(sys, params.ringBytes(), params.fd(), 0));
      long sqeBytes = (long) params.sqEntries() * Sqe.BYTES;
      mappings.add(Mapping.ofRing(sys, sqeBytes, params.fd(), OFF_SQES));
      mappings.add(Mapping.anonymous(sys, PAGES_BYTES));
      return new Ring(sys, asked, params, mappings);
    } catch (ErrnoException e) {
      mappings.forEach(Mapping::unmap);
      sys.call(Call.CLOSE, params.fd());
      throw e;
    }
  }

  /** Makes this thread the ring's own; without effect the second time. */
  void enable() throws ErrnoException {
    if (enabler != null) {
      return;
    }
    ErrnoException.check(register(REGISTER_ENABLE_RINGS, 0, 0));
    enabler = Thread.currentThread();
    if (caps.has(Feature.NO_IOWAIT)) {
      enterFlags |= ENTER_NO_IOWAIT;
    }
    if (caps.has(Feature.RING_FD) && registerFd(REGISTER_RING_FDS, -1)) {
      enterFlags |= ENTER_REGISTERED_RING;
      enterFd = pages.get(JAVA_INT, REGISTERED_AT);
    }
    pages.set(JAVA_INT, REGISTERED_AT, WORKERS_BOUNDED_MAX);
    pages.set(JAVA_INT, REGISTERED_AT + 4, WORKERS_UNBOUNDED_MAX);
    register(REGISTER_IOWQ_MAX_WORKERS, pages.address() + REGISTERED_AT, 2);
  }

  /** This ring's number of this thread: struct io_uring_rsrc_update. */
  private boolean registerFd(int operation, int number) {
    pages.set(JAVA_INT, REGISTERED_AT, number);
    pages.set(JAVA_INT, REGISTERED_AT + 4, 0);
    pages.set(JAVA_LONG, REGISTERED_AT + 8, operation == REGISTER_RING_FDS ? params.fd() : 0);
    return register(operation, pages.address() + REGISTERED_AT, 1) == 1;
  }

  /** As io_uring_register(2); its value, or a negated errno. */
  int register(int operation, long address, int count) {
    return (int) sys.call(Call.IO_URING_REGISTER, params.fd(), operation, address, count);
  }

  /**
   * The next submission, to be filled at once; hands the earlier ones over when there is no room.
   */
  public Sqe next(int opcode, int fd, long data) {
    if (unsubmitted() == params.sqEntries()) {
      flush();
    }
    submitted[opcode]++;
    return sqe.at(sqTail++ & params.sqEntries() - 1, opcode, fd, data);
  }

  /**
   * Memory for what the kernel copies while it takes a submission, until the enter that takes it.
   * To be asked for before {@link #next}.
   */
  public MemorySegment scratch(long bytes) {
    // also for want of a submission: the enter that makes room for it ends the memory's time
    if (scratchUsed + bytes > PAGES_BYTES || unsubmitted() == params.sqEntries()) {
      flush();
    }
    MemorySegment memory = pages.asSlice(scratchUsed, bytes);
    scratchUsed += bytes + 7 & ~7L;
    return memory;
  }

  private int unsubmitted() {
    return sqTail - (int) INT.getAcquire(ring, params.sq(0));
  }

  /** Hands everything over without waiting; what completes meanwhile is kept. */
  private void flush() {
    try {
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
   * Hands over what was filled, runs the kernel's deferred work, and waits for that many
   * completions; a negative timeout is none.
   *
   * @return submissions taken, or a negated errno that is no fault: EINTR, also for a wait that has
   *     expired, EBUSY, EAGAIN
   * @throws ErrnoException the ring is unusable, or completions were dropped: EBADR
   */
  public int enter(int waitCount, long timeoutNanos) throws ErrnoException {
    enable();
    boolean timed = waitCount > 0 && timeoutNanos >= 0;
    if (timed) {
      pages.set(JAVA_LONG, TIMESPEC_AT, timeoutNanos / NANOS_PER_SECOND);
      pages.set(JAVA_LONG, TIMESPEC_AT + 8, timeoutNanos % NANOS_PER_SECOND);
    }
    pages.set(JAVA_LONG, EXT_ARG_AT + 16, timed ? pages.address() + TIMESPEC_AT : 0);
    long extArg = pages.address() + EXT_ARG_AT;
    INT.setRelease(ring, params.sq(1), sqTail);
    enters++;
    if ((sqFlags() & SQ_CQ_OVERFLOW) != 0) {
      overflows.incrementAndGet();
    }
    Sys.fill(frame, enterFd, unsubmitted(), waitCount, enterFlags);
    frame.set(JAVA_LONG, 40, extArg);
    frame.set(JAVA_LONG, 48, EXT_ARG_BYTES);
    long result = sys.make(Call.IO_URING_ENTER, frame);
    if (unsubmitted() == 0) {
      scratchUsed = SCRATCH_AT;
    }
    // which the errno tells only an enter that takes no submission
    if (ring.get(JAVA_INT, params.cq(4)) != 0) {
      result = -EBADR;
    }
    if (result < 0
        && result != -Errno.EINTR.number()
        && result != -ETIME
        && result != -EBUSY
        && result != -Errno.EAGAIN.number()) {
      throw new ErrnoException((int) -result, null);
    }
    return (int) result;
  }

  /** Whether an {@link #enter} that does not wait would do anything. */
  public boolean needsEnter() {
    return unsubmitted() != 0
        || !params.hasTaskrunFlag()
        || (sqFlags() & SQ_CQ_OVERFLOW_OR_TASKRUN) != 0;
  }

  private int sqFlags() {
    return (int) INT.getOpaque(ring, params.sq(4));
  }

  /** Makes room in the completion queue; returns how many completions are there to be looked at. */
  public int reap() {
    if (next == reaped) {
      next = 0;
      reaped = 0;
    }
    int tail = (int) INT.getAcquire(ring, params.cq(1));
    if (cqHead != tail) {
      int needed = reaped + tail - cqHead;
      if (needed > results.length) {
        userData = Arrays.copyOf(userData, 2 * needed);
        results = Arrays.copyOf(results, 2 * needed);
      }
      for (; cqHead != tail; cqHead++) {
        long at = params.cq(5) + 16L * (cqHead & params.cqEntries() - 1);
        userData[reaped] = ring.get(JAVA_LONG, at);
        results[reaped++] = ring.get(JAVA_LONG, at + 8);
      }
      INT.setRelease(ring, params.cq(0), cqHead);
    }
    return reaped - next;
  }

  /** Moves to the next completion, if there is one; {@link #result} and the others are then its. */
  public boolean advance() {
    if (next == reaped) {
      return false;
    }
    next++;
    return true;
  }

  public long userData() {
    return userData[next - 1];
  }

  public int result() {
    return (int) results[next - 1];
  }

  public int flags() {
    return (int) (results[next - 1] >>> 32);
  }

  /** How many submissions of an opcode there were. */
  public long submitted(int opcode) {
    return submitted[opcode];
  }

  /** How many enters there were. */
  public long enters() {
    return enters;
  }

  /** How many enters there were because the completion queue had no room. Any thread. */
  public long overflows() {
    return overflows.get();
  }

  /** As recv(2), on the ring's own thread. */
  public int receiveNow(int fd, long address, int bytes, int flags) {
    return (int) sys.make(Call.RECVFROM, Sys.fill(frame, fd, address, bytes, flags));
  }

  /** As splice(2) with SPLICE_F_MOVE and SPLICE_F_NONBLOCK, on the ring's own thread. */
  public int spliceNow(int from, int to, int bytes) {
    Sys.fill(frame, from, 0, to, 0);
    frame.set(JAVA_LONG, 40, bytes);
    frame.set(JAVA_LONG, 48, SPLICE_F_MOVE_NONBLOCK);
    return (int) sys.make(Call.SPLICE, frame);
  }

  /** As fcntl(2) with F_SETFL, on the ring's own thread. */
  public int setFlagsNow(int fd, int flags) {
    return (int) sys.make(Call.FCNTL, Sys.fill(frame, fd, F_SETFL, flags, 0));
  }

  /** Ends the ring. Memory of what is not drained is lost, not freed early. */
  public void close(boolean drained) {
    // a number is its thread's, and keeps the ring open
    if (enabler == Thread.currentThread() && enterFd != params.fd()) {
      registerFd(UNREGISTER_RING_FDS, enterFd);
    }
    sys.call(Call.CLOSE, params.fd());
    if (drained) {
      mappings.forEach(Mapping::unmap);
    }
  }
}
