package io.weft.poller.iouring.ring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.spi.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Where the buffers of a ring are: each in one place. */
public final class Ledger {
  private static final int REGISTER_PBUF_STATUS = 26;
  private static final int STATUS_BYTES = 40;

  private Ledger() {}

  /**
   * How many buffers are neither offered to the kernel nor ours: named by completions that are not
   * taken yet. None of the offered ones is known to kernels before 6.8.
   */
  public static int inCompletions(Ring ring, BufferRing buffers, int count) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment status = arena.allocate(STATUS_BYTES, Long.BYTES);
      status.set(JAVA_INT, 0, BufferRing.GROUP);
      int result = ring.register(REGISTER_PBUF_STATUS, status.address(), 1);
      if (result == -Errno.EINVAL.number()) {
        return 0;
      }
      assertThat(result).isZero();
      int offered = buffers.tail - status.get(JAVA_INT, 4) & 0xffff;
      int left = count - offered - buffers.lent();
      assertThat(left)
          .as("%d buffers, %d offered, %d lent", count, offered, buffers.lent())
          .isNotNegative();
      return left;
    }
  }
}
