package io.weft.poller.iouring;

import io.weft.PollerReport;
import io.weft.PollerUnavailableException;
import io.weft.poller.iouring.IoUringPoller.Size;
import io.weft.poller.iouring.ring.Caps;
import io.weft.poller.iouring.ring.Preflight;
import io.weft.poller.iouring.ring.Refusal;
import io.weft.poller.iouring.ring.sys.Sys;
import io.weft.spi.Completion;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import io.weft.spi.Poller;
import io.weft.spi.SocketAddressCodec;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What came of trying this machine's kernel.
 *
 * @param sys its calls; null when there is no ring
 * @param caps what can be relied on
 * @param reason what it is, or why it is not
 * @param remedy what to do about it; empty when it is
 */
record Probe(@Nullable Sys sys, Caps caps, String reason, String remedy) {
  static final String NAME = "io_uring";
  private static final Path PROC = Path.of("/proc");
  private static final long ECHO_MAX_NANOS = 1_000_000_000L;
  private static final long RELEASE_MAX_NANOS = 1_000_000_000L;
  private static final long RELEASE_STEP_NANOS = 10_000_000L;
  private static final long ECHO = 0x57656674_72696e67L;

  /** Tried when it is first asked for. */
  private static final class Once {
    static final Probe HERE = run(Sys::new, PROC);
  }

  /** What was found once is kept; a refusal may be of the moment. */
  static Probe here() {
    return Once.HERE.sys == null ? run(Sys::new, PROC) : Once.HERE;
  }

  /**
   * Tries on a thread that is not virtual: a ring is its thread's, which a carrier can cease to be.
   */
  static Probe run(Supplier<Sys> calls, Path proc) {
    return CompletableFuture.supplyAsync(
            () -> attempt(calls, proc), Thread.ofPlatform().daemon().name("weft-probe")::start)
        .join();
  }

  private static Probe attempt(Supplier<Sys> calls, Path proc) {
    try {
      return attempt(Preflight.calls(calls), proc);
    } catch (Refusal e) {
      return refused(e);
    }
  }

  private static Probe attempt(Sys sys, Path proc) {
    try {
      Caps caps = Preflight.run(sys);
      try (IoUringPoller poller = new IoUringPoller(sys, caps, Size.DEFAULT)) {
        echo(poller);
      }
      String release = Refusal.line(proc, "sys/kernel/osrelease", "");
      return new Probe(sys, caps, NAME + " of Linux " + release, "");
    } catch (IOException e) {
      return refused(Refusal.of(e, sys, proc, Size.DEFAULT.lockedBytes()));
    }
  }

  private static Probe refused(Refusal refusal) {
    return new Probe(null, Caps.ALL, refusal.reason, refusal.remedy);
  }

  /** There and back, through all that serves a connection. */
  static void echo(IoUringPoller poller) throws IOException {
    int[] pair = poller.sys.pair();
    StreamHandle near = new IoUringStreamHandle(poller, pair[0], SocketAddressCodec.AF_UNIX, false);
    StreamHandle far = new IoUringStreamHandle(poller, pair[1], SocketAddressCodec.AF_UNIX, false);
    try {
      pass(poller, near, far);
      pass(poller, far, near);
    } finally {
      await(poller, near::close);
      await(poller, far::close);
    }
  }

  private static void pass(IoUringPoller poller, StreamHandle from, StreamHandle to)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocateDirect(Long.BYTES).putLong(0, ECHO);
    await(poller, done -> from.write(bytes, done));
    bytes.clear().putLong(0, 0);
    await(poller, done -> to.read(bytes, done));
    if (bytes.getLong(0) != ECHO) {
      throw new Refusal("an echo through a ring is not what was sent", "boot another kernel");
    }
  }

  private static void await(IoUringPoller poller, ToIntFunction<Completion> operation)
      throws IOException {
    int[] result = {Completion.AGAIN};
    long start = System.nanoTime();
    while (result[0] == Completion.AGAIN) {
      result[0] = Completion.PENDING;
      int now = operation.applyAsInt(value -> result[0] = value);
      result[0] = now == Completion.PENDING ? result[0] : now;
      while (result[0] == Completion.PENDING) {
        if (System.nanoTime() - start > ECHO_MAX_NANOS) {
          throw new Refusal("an echo through a ring does not end", "boot another kernel");
        }
        poller.poll(ECHO_MAX_NANOS);
      }
    }
    ErrnoException.check(result[0]);
  }

  /** This kernel as if it had no more. */
  Probe only(Caps wanted) {
    return new Probe(sys, caps.and(wanted), reason, remedy);
  }

  PollerReport report() {
    boolean available = sys != null;
    return new PollerReport(NAME, available, reason + (available ? caps.lacking() : ""), remedy);
  }

  /**
   * A ring of its own for a loop. What closed rings have locked the kernel gives back a moment
   * later, so that a lack of memory may be of the moment, too: there was enough for the trial.
   */
  Poller open() throws IOException {
    if (sys == null) {
      throw unavailable(reason, remedy);
    }
    long start = System.nanoTime();
    for (; ; ) {
      try {
        return new IoUringPoller(sys, caps, Size.DEFAULT);
      } catch (IOException e) {
        boolean lasts = System.nanoTime() - start > RELEASE_MAX_NANOS;
        if (lasts || !isNoMemory(e) || Thread.currentThread().isInterrupted()) {
          Refusal refusal = Refusal.of(e, sys, PROC, Size.DEFAULT.lockedBytes());
          throw unavailable(refusal.reason, refusal.remedy);
        }
      }
      LockSupport.parkNanos(RELEASE_STEP_NANOS);
    }
  }

  private static boolean isNoMemory(IOException failure) {
    return failure instanceof ErrnoException e && e.errno() == Errno.ENOMEM.number();
  }

  private static IOException unavailable(String why, String remedy) {
    return new PollerUnavailableException(
        "poller " + NAME + " is not available: " + why + "; " + remedy);
  }
}
