package io.weft.poller.iouring.ring.sys;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Collections;

/**
 * The system calls that this needs, through syscall(2): so all have one shape.
 *
 * <p>They are methods of an object, so that a test can put failing ones in the place of some. As
 * long as nobody does, the virtual machine knows that there is one class only, and the calls cost
 * what static ones do.
 */
public class Sys {
  /** A call by its number on x86-64 and on aarch64; each on the man page of its name. */
  public enum Call {
    READ(0, 63),
    CLOSE(3, 57),
    MMAP(9, 222),
    MUNMAP(11, 215),
    MADVISE(28, 233),
    WRITE(1, 64),
    FCNTL(72, 25),
    EVENTFD2(290, 19),
    PRLIMIT64(302, 261),
    PIPE2(293, 59),
    SPLICE(275, 76),
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

  // of socket(2)
  public static final int AF_UNIX = 1;
  public static final int SOCK_STREAM = 1;
  public static final int SOCK_CLOEXEC = 02000000;

  /** What one call needs: first to hand its errno back, then for its six arguments. */
  public static final long FRAME_BYTES = 7 * Long.BYTES;

  private static final Linker.Option VARIADIC = Linker.Option.firstVariadicArg(1);
  private static final MethodHandle SYSCALL =
      syscall(VARIADIC, Linker.Option.captureCallState("errno"));

  // For the errno's place the JDK makes an object with each call, unless the compiler sees through
  // all of it, and how deep the caller stands decides on that. What is called most does without.
  private static final MethodHandle SYSCALL_WITHOUT_ERRNO = syscall(VARIADIC);

  private static MethodHandle syscall(Linker.Option... options) {
    MemoryLayout[] longs = Collections.nCopies(7, JAVA_LONG).toArray(new MemoryLayout[0]);
    Linker linker = Linker.nativeLinker();
    MemorySegment address = linker.defaultLookup().findOrThrow("syscall");
    return linker.downcallHandle(address, FunctionDescriptor.of(JAVA_LONG, longs), options);
  }

  /** Makes the call; its value, or a negated errno. */
  public final long call(Call call, long... args) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment frame = arena.allocate(FRAME_BYTES, Long.BYTES);
      MemorySegment.copy(args, 0, frame, JAVA_LONG, Long.BYTES, args.length);
      return make(call, frame);
    }
  }

  /**
   * Puts four arguments into a frame, and zeroes behind them, for {@link #make}: what is called
   * often. An array of arguments could not be relied on to stay in registers.
   */
  public static MemorySegment fill(MemorySegment frame, long a, long b, long c, long d) {
    frame.set(JAVA_LONG, 8, a);
    frame.set(JAVA_LONG, 16, b);
    frame.set(JAVA_LONG, 24, c);
    frame.set(JAVA_LONG, 32, d);
    frame.set(JAVA_LONG, 40, 0);
    frame.set(JAVA_LONG, 48, 0);
    return frame;
  }

  /** Makes the call whose arguments are in that frame of its thread; what a test overrides. */
  public long make(Call call, MemorySegment frame) {
    long a = frame.get(JAVA_LONG, 8);
    long b = frame.get(JAVA_LONG, 16);
    long c = frame.get(JAVA_LONG, 24);
    long d = frame.get(JAVA_LONG, 32);
    long e = frame.get(JAVA_LONG, 40);
    long f = frame.get(JAVA_LONG, 48);
    boolean enters = call == Call.IO_URING_ENTER;
    try {
      if (enters) {
        long value = (long) SYSCALL_WITHOUT_ERRNO.invokeExact(call.number, a, b, c, d, e, f);
        if (value != -1) {
          return value;
        }
        // It has taken nothing. Made again, but not to wait, it tells why; or that only the wait
        // was ended.
        c = 0;
      }
      long value = (long) SYSCALL.invokeExact(frame, call.number, a, b, c, d, e, f);
      if (value == -1) {
        return -frame.get(JAVA_INT, 0);
      }
      return enters ? -Errno.EINTR.number() : value;
    } catch (Throwable t) {
      throw new AssertionError("syscall(2) throws nothing", t);
    }
  }

  /** Makes the call and insists on a value. */
  public final long need(Call call, long... args) throws ErrnoException {
    return ErrnoException.check(call(call, args));
  }

  /** As socketpair(2): two streams, connected. */
  public final int[] pair() throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment fds = arena.allocate(JAVA_INT, 2);
      need(Call.SOCKETPAIR, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.address());
      return fds.toArray(JAVA_INT);
    }
  }
}
