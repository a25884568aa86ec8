package io.weft.poller.iouring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.weft.spi.ErrnoException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/** How other threads end a wait: an eventfd(2) that the ring always reads. */
final class Wakeup {
  private static final int CLOEXEC = 02000000;
  private static final int BYTES = 8;

  private final int fd;
  private final Mapping mapping = Mapping.anonymous(2 * BYTES);
  private final AtomicBoolean signaled = new AtomicBoolean();
  private boolean closed; // guarded by this, so that no write meets a number used again

  Wakeup() throws ErrnoException {
    long result = Sys.EVENTFD2.call(0, CLOEXEC);
    if (result < 0) {
      mapping.unmap();
    }
    fd = (int) Sys.checked(result);
    memory().set(JAVA_LONG, BYTES, 1);
  }

  int fd() {
    return fd;
  }

  /** Where the ring reads the counter to. */
  MemorySegment memory() {
    return mapping.segment();
  }

  int bytes() {
    return BYTES;
  }

  /** Any thread. */
  void signal() {
    if (!signaled.getAndSet(true)) {
      synchronized (this) {
        if (!closed) {
          Sys.WRITE.call(fd, memory().address() + BYTES, BYTES);
        }
      }
    }
  }

  /** The ring has read: the next signal writes again. */
  void consume() {
    signaled.set(false);
  }

  void close(boolean drained) {
    synchronized (this) {
      closed = true;
      Sys.CLOSE.call(fd);
      if (drained) {
        mapping.unmap();
      }
    }
  }
}
