package io.weft.poller.iouring;

import io.weft.spi.ErrnoException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The system calls that this adapter makes, by number, through syscall(2): that way each one has the
 * same shape, and the result does not depend on a C library's wrapper.
 */
enum Sys {
  /** close(2). */
  CLOSE(3, 57),
  /** mmap(2). */
  MMAP(9, 222),
  /** munmap(2). */
  MUNMAP(11, 215),
  /** madvise(2). */
  MADVISE(28, 233),
  /** write(2). */
  WRITE(1, 64),
  /** fcntl(2). */
  FCNTL(72, 25),
  /** eventfd(2), the form with flags. */
  EVENTFD2(290, 19),
  /** socket(2). */
  SOCKET(41, 198),
  /** bind(2). */
  BIND(49, 200),
  /** listen(2). */
  LISTEN(50, 201),
  /** connect(2). */
  CONNECT(42, 203),
  /** getsockname(2). */
  GETSOCKNAME(51, 204),
  /** getpeername(2). */
  GETPEERNAME(52, 205),
  /** setsockopt(2). */
  SETSOCKOPT(54, 208),
  /** getsockopt(2). */
  GETSOCKOPT(55, 209),
  /** recv(2), by its general form recvfrom. */
  RECVFROM(45, 207),
  /** shutdown(2). */
  SHUTDOWN(48, 210),
  /** io_uring_setup(2). */
  IO_URING_SETUP(425, 425),
  /** io_uring_enter(2). */
  IO_URING_ENTER(426, 426),
  /** io_uring_register(2). */
  IO_URING_REGISTER(427, 427);

  private static final boolean AARCH64 = "aarch64".equals(System.getProperty("os.arch"));
  private static final MethodHandle SYSCALL = downcall();

  /** What one call needs to hand its errno back. */
  static final long ERRNO_BYTES = Linker.Option.captureStateLayout().byteSize();

  private final int onX86;
  private final int onArm;

  Sys(int onX86, int onArm) {
    this.onX86 = onX86;
    this.onArm = onArm;
  }

  private static MethodHandle downcall() {
    ValueLayout.OfLong word = ValueLayout.JAVA_LONG;
    return Linker.nativeLinker()
        .downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(word, word, word, word, word, word, word, word),
            Linker.Option.firstVariadicArg(1),
            Linker.Option.captureCallState("errno"));
  }

  /**
   * Makes the call; for the calls that are rare.
   *
   * @param args its arguments, addresses as numbers
   * @return its value, or a negated errno
   */
  long call(long... args) {
    try (Arena arena = Arena.ofConfined()) {
      return callInto(arena.allocate(ERRNO_BYTES, Integer.BYTES), args);
    }
  }

  /**
   * Makes the call without allocating native memory.
   *
   * @param errno {@link #ERRNO_BYTES} that no other thread uses
   * @param args its arguments, addresses as numbers; missing ones are 0
   * @return its value, or a negated errno
   */
  long callInto(MemorySegment errno, long... args) {
    long number = AARCH64 ? onArm : onX86;
    try {
      long value =
          (long)
              SYSCALL.invokeExact(
                  errno, number, arg(args, 0), arg(args, 1), arg(args, 2), arg(args, 3),
                  arg(args, 4), arg(args, 5));
      return value != -1 ? value : -errno.get(ValueLayout.JAVA_INT, 0);
    } catch (Throwable e) {
      throw new AssertionError("syscall(2) throws nothing", e);
    }
  }

  /**
   * Makes the call and insists.
   *
   * @param args its arguments
   * @return its value, zero or more
   * @throws ErrnoException the kernel refused
   */
  long need(long... args) throws ErrnoException {
    return checked(call(args));
  }

  /**
   * Turns a negated errno into an exception.
   *
   * @param result a value, or a negated errno
   * @return the value
   * @throws ErrnoException it was an errno
   */
  static long checked(long result) throws ErrnoException {
    if (result < 0) {
      throw new ErrnoException((int) -result, null);
    }
    return result;
  }

  private static long arg(long[] args, int index) {
    return index < args.length ? args[index] : 0;
  }
}
