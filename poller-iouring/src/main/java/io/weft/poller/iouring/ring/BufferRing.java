package io.weft.poller.iouring.ring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.weft.poller.iouring.ring.sys.Sys;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * Receive buffers that the kernel takes from when bytes arrive (IORING_REGISTER_PBUF_RING): an idle
 * connection holds none. A buffer is the kernel's from {@link #giveBack} to the completion that
 * names it.
 *
 * <p>It may also be filled in parts (IOU_PBUF_RING_INC), which can be different connections': then
 * it is offered again when the kernel is through with it and each of its parts was given back. No
 * completion tells where its part begins: behind the one before.
 */
public final class BufferRing {
  public static final int GROUP = 0;
  private static final VarHandle SHORT = JAVA_SHORT.varHandle();
  private static final int ENTRY_BYTES = 16;
  // in place of the last two bytes of entry 0, which therefore are not written as a part of it
  private static final long TAIL_AT = 14;
  private static final int REGISTRATION_BYTES = 40;
  private static final short INC = 2;
  // between the buffers, lest their first lines all compete for the same few places of a cache
  private static final int GAP_BYTES = 64;

  /** All buffers, one after the other: the bytes of buffer i begin at {@link #start}(i). */
  public final ByteBuffer bytes;

  private final Mapping entries;
  private final Mapping buffers;
  private final short flags;
  // of each buffer, how much is filled, and who holds it: the kernel, and each part that is lent
  private final int[] filled;
  private final int[] holders;
  public final int sizeBytes;
  short tail;
  private int lent;

  /** Registers buffers, a power of two of them, with a ring that is not enabled yet. */
  public BufferRing(Sys sys, Ring ring, int count, int sizeBytes, boolean inParts)
      throws ErrnoException {
    this.sizeBytes = sizeBytes;
    flags = inParts ? INC : 0;
    filled = new int[count];
    holders = new int[count];
    entries = Mapping.anonymous(sys, (long) count * ENTRY_BYTES);
    buffers = Mapping.anonymous(sys, (long) count * (sizeBytes + GAP_BYTES));
    bytes = buffers.segment().asByteBuffer();
    for (lent = count; lent > 0; ) {
      offer(count - lent);
    }
    int result = register(ring, Ring.REGISTER_PBUF_RING, 0);
    if (result == -Errno.EINVAL.number()) {
      // Ubuntu's 6.8.0-139 and later refuse what is reserved when it is zero
      result = register(ring, Ring.REGISTER_PBUF_RING, 1);
    }
    if (result < 0) {
      unmap();
      throw new ErrnoException(-result, null);
    }
  }

  private int register(Ring ring, int operation, long reserved) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment registration = arena.allocate(REGISTRATION_BYTES, Long.BYTES);
      registration.set(JAVA_LONG, 0, entries.segment().address());
      registration.set(JAVA_INT, 8, filled.length);
      registration.set(JAVA_SHORT, 12, (short) GROUP);
      registration.set(JAVA_SHORT, 14, flags);
      registration.set(JAVA_LONG, 16, reserved);
      return ring.register(operation, registration.address(), 1);
    }
  }

  private int start(int buffer) {
    return buffer * (sizeBytes + GAP_BYTES);
  }

  /** The buffer that a completion's flags name. */
  public static int buffer(int flags) {
    return flags >>> 16;
  }

  /**
   * Takes what a completion brings in a buffer: ours until {@link #giveBack}.
   *
   * @return where it begins in {@link #bytes}
   */
  public int take(int flags, int result) {
    int buffer = buffer(flags);
    int from = start(buffer) + filled[buffer];
    filled[buffer] += Math.max(result, 0);
    assert filled[buffer] <= sizeBytes : "more received than a buffer holds";
    if ((flags & Ring.CQE_F_BUF_MORE) != 0) {
      holders[buffer]++;
    } else {
      // the place of the kernel is now that of the part
      lent++;
      assert lent <= filled.length : "more buffers lent than there are";
    }
    return from;
  }

  public void giveBack(int buffer) {
    if (--holders[buffer] == 0) {
      offer(buffer);
    }
  }

  private void offer(int buffer) {
    lent--;
    assert lent >= 0 : "a buffer given back twice";
    filled[buffer] = 0;
    holders[buffer] = 1;
    long at = (long) (tail & filled.length - 1) * ENTRY_BYTES;
    MemorySegment segment = entries.segment();
    segment.set(JAVA_LONG, at, buffers.segment().address() + start(buffer));
    segment.set(JAVA_INT, at + 8, sizeBytes);
    segment.set(JAVA_SHORT, at + 12, (short) buffer);
    SHORT.setRelease(segment, TAIL_AT, ++tail);
  }

  /** Whether bytes that nobody has read yet should be held elsewhere. */
  public boolean isScarce() {
    return lent > filled.length / 2;
  }

  /** How many buffers the kernel is through with, and hold bytes that nobody has read yet. */
  public int lent() {
    return lent;
  }

  /** Ends the group, on the ring's own thread, when no receive is in flight. */
  public void close(Ring ring) {
    register(ring, Ring.UNREGISTER_PBUF_RING, 0);
    unmap();
  }

  private void unmap() {
    entries.unmap();
    buffers.unmap();
  }
}
