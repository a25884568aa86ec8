package io.weft.poller.iouring.ring;

import io.weft.poller.iouring.ring.sys.Sys.Call;
import io.weft.spi.ErrnoException;

/** Event counters, each readable once somebody has written. */
final class Wires implements AutoCloseable {
  private static final int BYTES = 8;

  private final int[] fds;
  private final Mapping memory;

  Wires(int count) throws ErrnoException {
    memory = Mapping.anonymous(Kernel.SYS, 2 * BYTES);
    memory.segment().set(java.lang.foreign.ValueLayout.JAVA_LONG, BYTES, 1);
    fds = new int[count];
    for (int i = 0; i < count; i++) {
      fds[i] = (int) Kernel.SYS.need(Call.EVENTFD2, 0, 0);
    }
  }

  int reader(int index) {
    return fds[index];
  }

  long memory() {
    return memory.segment().address();
  }

  void write(int index) throws ErrnoException {
    Kernel.SYS.need(Call.WRITE, fds[index], memory() + BYTES, BYTES);
  }

  @Override
  public void close() {
    for (int fd : fds) {
      Kernel.SYS.call(Call.CLOSE, fd);
    }
    memory.unmap();
  }
}
