package io.weft.poller.iouring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.weft.spi.ErrnoException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * The system calls of this adapter, through syscall(2): so all have one shape.
 *
 * <p>They are methods of an object, so that a test can put failing ones in the place of some. As
 * long as nobody does, the virtual machine knows that there is one class only, and the calls cost
 * what static ones do.
 */
class Sys {
  /** A call by its number on x86-64 and on aarch64; each on the man page of its name. */
  enum Call {
    CLOSE(3, 57),
    MMAP(9, 222),
    MUNMAP(11, 215),
    MADVISE(28, 233),
    WRITE(1, 64),
    FCNTL(72, 25),
    EVENTFD2(290, 19),
    PRLIMIT64(302, 261),
    SOCKET(41, 198),
    SOCKETPAIR(53, 199),
    BIND(49, 200),
    LISTEN(50, 201),
    CONNECT(42, 203),
    SENDTO(44, 206),
    RECVFROM(45, 207),
    GETSOCKNAME(51, 204),
    GETPEERNAME(52, 205),
    SETSOCKOPT(54, 208),
    GETSOCKOPT(55, 209),
    SHUTDOWN(48, 210),
    IO_URING_SETUP(425, 425),
    IO_URING_ENTER(426, 426),
    IO_URING_REGISTER(427, 427);

    private final long number;

    Call(int onX86, int onArm) {
      number = "aarch64".equals(System.getProperty("os.arch")) ? onArm : onX86;
    }
  }

  private static final int ARGS = 6;

  /** What one call needs: first to hand its errno back, then for its arguments. */
  static final long ERRNO_BYTES = (1 + ARGS) * Long.BYTES;

  private static final MethodHandle SYSCALL =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
              FunctionDescriptor.of(
                  JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                  JAVA_LONG),
              Linker.Option.firstVariadicArg(1),
              Linker.Option.captureCallState("errno"));

  /** Makes the call; its value, or a negated errno. */
  final long call(Call call, long... args) {
    try (Arena arena = Arena.ofConfined()) {
      return callInto(call, arena.allocate(ERRNO_BYTES, Long.BYTES), Arrays.copyOf(args, ARGS));
    }
  }

  /** Makes the call, of six arguments, with {@link #ERRNO_BYTES} of its thread: no allocation. */
  final long callInto(Call call, MemorySegment frame, long... args) {
    // not handed on as an array, which then could not stay in registers
    frame.setAtIndex(JAVA_LONG, 1, args[0]);
    frame.setAtIndex(JAVA_LONG, 2, args[1]);
    frame.setAtIndex(JAVA_LONG, 3, args[2]);
    frame.setAtIndex(JAVA_LONG, 4, args[3]);
    frame.setAtIndex(JAVA_LONG, 5, args[4]);
    frame.setAtIndex(JAVA_LONG, 6, args[5]);
    return make(call, frame);
  }

  /** Makes the call whose arguments are there; what a test overrides. */
  long make(Call call, MemorySegment frame) {
    try {
      long value =
          (long)
              SYSCALL.invokeExact(
                  frame,
                  call.number,
                  frame.getAtIndex(JAVA_LONG, 1),
                  frame.getAtIndex(JAVA_LONG, 2),
                  frame.getAtIndex(JAVA_LONG, 3),
                  frame.getAtIndex(JAVA_LONG, 4),
                  frame.getAtIndex(JAVA_LONG, 5),
                  frame.getAtIndex(JAVA_LONG, 6));
      return value != -1 ? value : -frame.get(JAVA_INT, 0);
    } catch (Throwable e) {
      throw new AssertionError("syscall(2) throws nothing", e);
    }
  }

  /** Makes the call and insists on a value. */
  final long need(Call call, long... args) throws ErrnoException {
    return ErrnoException.check(call(call, args));
  }
}
