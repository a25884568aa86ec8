package io.weft.poller.iouring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.weft.poller.iouring.ring.InFlight;
import io.weft.poller.iouring.ring.Mapping;
import io.weft.poller.iouring.ring.sys.Sys;
import io.weft.poller.iouring.ring.sys.Sys.Call;
import io.weft.spi.ErrnoException;
import java.util.concurrent.atomic.AtomicBoolean;

/** How other threads end a wait: an eventfd(2) that the ring always reads. */
final class Wakeup extends InFlight {
  private static final int EFD_CLOEXEC = 02000000;

  final int fd;
  private final Sys sys;
  private final AtomicBoolean signaled = new AtomicBoolean();
  private final Mapping counters; // what is read, what is written
  private boolean closed; // guarded by this: no write meets a number used again

  Wakeup(Sys sys) throws ErrnoException {
    this.sys = sys;
    fd = (int) sys.need(Call.EVENTFD2, 0, EFD_CLOEXEC);
    try {
      counters = Mapping.anonymous(sys, 2 * Long.BYTES);
    } catch (ErrnoException e) {
      sys.call(Call.CLOSE, fd);
      throw e;
    }
    counters.segment().set(JAVA_LONG, Long.BYTES, 1);
  }

  void signal() {
    if (!signaled.getAndSet(true)) {
      synchronized (this) {
        if (!closed) {
          sys.call(Call.WRITE, fd, counters.segment().address() + Long.BYTES, Long.BYTES);
        }
      }
    }
  }

  /** The ring has read: the next signal writes again. */
  @Override
  public void completed(int kind, int result, int flags) {
    signaled.set(false);
  }

  long address() {
    return counters.segment().address();
  }

  synchronized void close(boolean drained) {
    closed = true;
    sys.call(Call.CLOSE, fd);
    if (drained) {
      counters.unmap();
    }
  }
}
