package io.weft.poller.iouring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.weft.poller.iouring.ring.Ring;
import io.weft.poller.iouring.ring.sys.Sys;
import io.weft.poller.iouring.ring.sys.Sys.Call;
import io.weft.spi.KernelPipes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * The system calls of pipes. splice(2) is not made by the ring, which would have a thread of the
 * kernel's wait in it, but on the ring's thread, and does not wait.
 */
record RingPipes(Sys sys, Ring ring) implements KernelPipes.Calls {
  private static final int F_SETPIPE_SZ = 1031;
  private static final int O_NONBLOCK_CLOEXEC = 04000 | 02000000;

  @Override
  public long pipe() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(JAVA_INT, 2);
      long result = sys.call(Call.PIPE2, ends.address(), O_NONBLOCK_CLOEXEC);
      return result < 0
          ? result
          : (long) ends.getAtIndex(JAVA_INT, 1) << Integer.SIZE | ends.get(JAVA_INT, 0);
    }
  }

  @Override
  public int setPipeBytes(int end, int bytes) {
    return (int) sys.call(Call.FCNTL, end, F_SETPIPE_SZ, bytes);
  }

  @Override
  public int splice(int from, int to, int bytes) {
    return ring.spliceNow(from, to, bytes);
  }

  @Override
  public int read(int end, ByteBuffer dst, int position, int bytes) {
    long address = MemorySegment.ofBuffer(dst).address() - dst.position() + position;
    return (int) sys.call(Call.READ, end, address, bytes);
  }

  @Override
  public int close(int fd) {
    return (int) sys.call(Call.CLOSE, fd);
  }
}
