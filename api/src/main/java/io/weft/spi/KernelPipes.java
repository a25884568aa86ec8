package io.weft.spi;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The pipes of one poller on Linux, for {@link Poller#pipe}: empty ones that wait for their next
 * use, and a count of those that are open. Any thread; never waits.
 */
public final class KernelPipes {
  /** The system calls of pipes, as an adapter makes them. Any thread; values or negated errnos. */
  public interface Calls {
    /**
     * pipe2(2), non-blocking and close-on-exec.
     *
     * @return the end to read from, above it that to write to
     */
    long pipe();

    /**
     * fcntl(2) with F_SETPIPE_SZ.
     *
     * @param end of a pipe
     * @param bytes how much room it is to have
     * @return how much it has then
     */
    int setPipeBytes(int end, int bytes);

    /**
     * splice(2) between a socket and a pipe of any poller's, without waiting for either. Called by
     * operations of the socket's handle, on their thread.
     *
     * @param from descriptor
     * @param to descriptor
     * @param bytes how many at most
     * @return bytes moved
     */
    int splice(int from, int to, int bytes);

    /**
     * sendfile(2) into a pipe, which Linux has since 5.12. A refusal where the adapter cannot tell
     * a file's descriptor.
     *
     * @param end to write to
     * @param file from where
     * @param position where in the file to begin
     * @param bytes how many at most
     * @return bytes moved
     */
    default int sendfile(int end, FileChannel file, long position, int bytes) {
      return KernelPipe.NOT_POSSIBLE;
    }

    /**
     * read(2).
     *
     * @param end to read from
     * @param dst direct
     * @param position where in it to begin
     * @param bytes how many at most
     * @return bytes read
     */
    int read(int end, ByteBuffer dst, int position, int bytes);

    /**
     * close(2).
     *
     * @param fd descriptor
     * @return 0
     */
    int close(int fd);
  }

  /** How much room a pipe is given, if the kernel lets this user have it. */
  public static final int PIPE_BYTES = 256 * 1024;

  /** How many are open at once: with what is in them, they hold up to 16 MiB of the kernel's. */
  public static final int OPEN_MAX = 64;

  /** How many of them wait for their next use. */
  public static final int KEPT_MAX = 8;

  private final Calls sys;
  private final AtomicReferenceArray<@Nullable KernelPipe> kept =
      new AtomicReferenceArray<>(KEPT_MAX);
  private final AtomicInteger openCount = new AtomicInteger();
  private volatile boolean closed;

  /**
   * Has no pipe yet.
   *
   * @param sys makes the system calls
   */
  public KernelPipes(Calls sys) {
    this.sys = sys;
  }

  /**
   * Lends an empty pipe.
   *
   * @return the pipe; null when too many are open, the kernel has none, or this is closed
   */
  public @Nullable KernelPipe take() {
    for (int i = 0; i < KEPT_MAX; i++) {
      if (kept.get(i) != null) {
        KernelPipe taken = kept.getAndSet(i, null);
        if (taken != null) {
          return taken;
        }
      }
    }
    return closed ? null : open();
  }

  private @Nullable KernelPipe open() {
    if (openCount.incrementAndGet() <= OPEN_MAX) {
      long ends = sys.pipe();
      if (ends >= 0) {
        int writeEnd = (int) (ends >> Integer.SIZE);
        // refused when this user has much in pipes already; then it has less room
        sys.setPipeBytes(writeEnd, PIPE_BYTES);
        return new KernelPipe(this, sys, (int) ends, writeEnd);
      }
    }
    openCount.decrementAndGet();
    return null;
  }

  void giveBack(KernelPipe pipe, boolean usable) {
    for (int i = 0; usable && i < KEPT_MAX; i++) {
      if (kept.compareAndSet(i, null, pipe)) {
        // put in before the look at the mark; close() sets the mark before it looks in
        if (closed) {
          closeKept();
        }
        return;
      }
    }
    pipe.close();
    openCount.decrementAndGet();
  }

  /** Closes what waits here, and from now on what is given back. */
  public void close() {
    closed = true;
    closeKept();
  }

  private void closeKept() {
    for (int i = 0; i < KEPT_MAX; i++) {
      KernelPipe pipe = kept.getAndSet(i, null);
      if (pipe != null) {
        pipe.close();
        openCount.decrementAndGet();
      }
    }
  }
}
