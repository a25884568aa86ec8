package io.weft.poller.iouring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.poller.iouring.ring.Kernel;
import io.weft.poller.iouring.ring.sys.Sys.Call;
import io.weft.spi.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Goal: a signal ends a wait of the ring, and nothing else. */
class SignalTest {
  /** By which the JDK itself wakes threads out of system calls; its handler does nothing. */
  private static final int SIGNAL = 62;

  private static final int ROUNDS = 100;
  private static final long PAUSE_NANOS = 5_000_000;

  private static final boolean ARM = "aarch64".equals(System.getProperty("os.arch"));
  private static final int GETTID = ARM ? 178 : 186;
  private static final int TGKILL = ARM ? 131 : 234;
  private static final MethodHandle SYSCALL =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
              FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
              Linker.Option.firstVariadicArg(1));

  @BeforeAll
  static void kernelHasRings() {
    Kernel.mustHaveRings();
  }

  private static long call(int number, long a, long b, long c) {
    try {
      return (long) SYSCALL.invokeExact((long) number, a, b, c);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Whether the signal has a handler: without one it would end the process. */
  private static boolean isCaught() throws IOException {
    String line =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(each -> each.startsWith("SigCgt:"))
            .findFirst()
            .orElseThrow();
    return new BigInteger(line.substring(7).strip(), 16).testBit(SIGNAL - 1);
  }

  @Test
  void aThousandOfThemASecondLoseNothing() throws Exception {
    AtomicInteger interrupted = new AtomicInteger();
    AtomicBoolean ended = new AtomicBoolean();
    try (Rig rig = new Rig(Rig.SMALL)) {
      rig.sys.with(
          Call.IO_URING_ENTER,
          (real, args) -> {
            long result = real.getAsLong();
            interrupted.addAndGet(result == -Errno.EINTR.number() ? 1 : 0);
            return result;
          });
      Rig.Pair pair = rig.connect();
      assertThat(isCaught()).isTrue();
      long loop = call(GETTID, 0, 0, 0);
      Thread storm = Thread.ofPlatform().daemon().start(() -> signal(loop, ended));
      try {
        CompletableFuture<Void> peer = CompletableFuture.runAsync(() -> pingPong(pair.peer()));
        ByteBuffer dst = ByteBuffer.allocateDirect(8);
        for (int round = 0; round < ROUNDS; round++) {
          assertThat(rig.finish(done -> pair.stream().read(dst.clear(), done))).isOne();
          assertThat(dst.get(0)).isEqualTo((byte) round);
          rig.write(pair.stream(), dst.limit(1));
        }
        peer.join();
      } finally {
        ended.set(true);
        storm.join();
      }
    }
    System.out.printf("signals: %d waits ended by one%n", interrupted.get());
    assertThat(interrupted.get()).isGreaterThan(ROUNDS);
  }

  private static void signal(long thread, AtomicBoolean ended) {
    long process = ProcessHandle.current().pid();
    while (!ended.get()) {
      assertThat(call(TGKILL, process, thread, SIGNAL)).isZero();
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static void pingPong(SocketChannel peer) {
    try {
      for (int round = 0; round < ROUNDS; round++) {
        // the other end waits meanwhile, and is signaled
        LockSupport.parkNanos(PAUSE_NANOS);
        ByteBuffer one = ByteBuffer.allocate(1).put(0, (byte) round);
        peer.write(one);
        assertThat(peer.read(one.clear())).isOne();
        assertThat(one.get(0)).isEqualTo((byte) round);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
