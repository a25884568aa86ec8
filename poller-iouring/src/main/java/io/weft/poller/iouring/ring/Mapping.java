package io.weft.poller.iouring.ring;

import io.weft.poller.iouring.ring.sys.Sys;
import io.weft.poller.iouring.ring.sys.Sys.Call;
import io.weft.spi.ErrnoException;
import java.lang.foreign.MemorySegment;

/**
 * Memory that the kernel uses, too (mmap(2)). Its segment has global scope, because virtual threads
 * of one carrier use it in turns; nobody may use it after {@link #unmap}.
 */
public record Mapping(Sys sys, MemorySegment segment) {
  private static final int PROT_READ_WRITE = 1 | 2;
  private static final int MAP_SHARED_POPULATE = 1 | 0x8000;
  private static final int MAP_PRIVATE_ANONYMOUS = 2 | 0x20;
  private static final int MADV_DONTFORK = 10;

  /** Memory of our own, zeroed, from a page's begin on. */
  public static Mapping anonymous(Sys sys, long bytes) throws ErrnoException {
    return map(sys, bytes, MAP_PRIVATE_ANONYMOUS, -1, 0);
  }

  /** A part of a ring: its offset is an IORING_OFF constant. */
  static Mapping ofRing(Sys sys, long bytes, int fd, long offset) throws ErrnoException {
    return map(sys, bytes, MAP_SHARED_POPULATE, fd, offset);
  }

  private static Mapping map(Sys sys, long bytes, int flags, int fd, long offset)
      throws ErrnoException {
    long address = sys.need(Call.MMAP, 0, bytes, PROT_READ_WRITE, flags, fd, offset);
    sys.call(Call.MADVISE, address, bytes, MADV_DONTFORK);
    return new Mapping(sys, MemorySegment.ofAddress(address).reinterpret(bytes));
  }

  public void unmap() {
    sys.call(Call.MUNMAP, segment.address(), segment.byteSize());
  }
}
