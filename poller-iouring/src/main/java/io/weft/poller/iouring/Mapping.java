package io.weft.poller.iouring;

import io.weft.spi.ErrnoException;
import java.lang.foreign.MemorySegment;

/**
 * Memory that the kernel and this process share (mmap(2)).
 *
 * <p>The segment has global scope, because virtual threads of one carrier use it in turns; nobody
 * may use it after {@link #unmap}.
 */
final class Mapping {
  private static final int PROT_READ_WRITE = 1 | 2;
  private static final int MAP_SHARED = 1;
  private static final int MAP_PRIVATE = 2;
  private static final int MAP_ANONYMOUS = 0x20;
  private static final int MAP_POPULATE = 0x8000;
  private static final int MADV_DONTFORK = 10;

  private final MemorySegment segment;

  private Mapping(long bytes, int flags, long fd, long offset) throws ErrnoException {
    long address = Sys.MMAP.need(0, bytes, PROT_READ_WRITE, flags, fd, offset);
    segment = MemorySegment.ofAddress(address).reinterpret(bytes);
    Sys.MADVISE.call(address, bytes, MADV_DONTFORK);
  }

  /**
   * Maps memory of our own, zeroed and aligned to a page.
   *
   * @param bytes how much
   * @return the mapping
   * @throws ErrnoException the kernel refused
   */
  static Mapping anonymous(long bytes) throws ErrnoException {
    return new Mapping(bytes, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  }

  /**
   * Maps a part of a ring.
   *
   * @param bytes how much
   * @param fd the ring
   * @param offset which part: an IORING_OFF constant
   * @return the mapping
   * @throws ErrnoException the kernel refused
   */
  static Mapping ofRing(long bytes, int fd, long offset) throws ErrnoException {
    return new Mapping(bytes, MAP_SHARED | MAP_POPULATE, fd, offset);
  }

  MemorySegment segment() {
    return segment;
  }

  void unmap() {
    Sys.MUNMAP.call(segment.address(), segment.byteSize());
  }
}
