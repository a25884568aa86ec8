package io.weft.poller.iouring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.weft.spi.ErrnoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * Receive buffers that the kernel takes from when bytes arrive (IORING_REGISTER_PBUF_RING): an idle
 * connection holds none. A buffer belongs to the kernel from {@link #giveBack} to the completion
 * that names it.
 */
final class BufferRing {
  /** The only group of a ring. */
  static final int GROUP = 0;

  private static final VarHandle SHORT = JAVA_SHORT.varHandle();
  private static final int ENTRY_BYTES = 16;
  // in place of the last two bytes of entry 0, which therefore are never written as a part of it
  private static final long TAIL_AT = 14;
  private static final int REGISTRATION_BYTES = 40;

  private final Mapping entriesMapping;
  private final Mapping bufferMapping;
  private final MemorySegment entries;
  private final ByteBuffer bytes;
  private final int count;
  private final int sizeBytes;
  private short tail;
  private int lent;

  /**
   * Registers buffers with a ring that is not enabled yet.
   *
   * @param ring the ring
   * @param count how many, a power of two
   * @param sizeBytes the size of each
   * @throws ErrnoException the kernel refused
   */
  BufferRing(Ring ring, int count, int sizeBytes) throws ErrnoException {
    this.count = count;
    this.sizeBytes = sizeBytes;
    entriesMapping = Mapping.anonymous((long) count * ENTRY_BYTES);
    entries = entriesMapping.segment();
    try {
      bufferMapping = Mapping.anonymous((long) count * sizeBytes);
    } catch (ErrnoException e) {
      entriesMapping.unmap();
      throw e;
    }
    bytes = bufferMapping.segment().asByteBuffer();
    lent = count;
    for (int i = 0; i < count; i++) {
      giveBack(i);
    }
    int result = register(ring);
    if (result < 0) {
      unmap();
      throw new ErrnoException(-result, null);
    }
  }

  private int register(Ring ring) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment registration = arena.allocate(REGISTRATION_BYTES, Long.BYTES);
      registration.set(JAVA_LONG, 0, entries.address());
      registration.set(JAVA_INT, 8, count);
      registration.set(JAVA_SHORT, 12, (short) GROUP);
      return ring.register(Ring.REGISTER_PBUF_RING, registration.address(), 1);
    }
  }

  /** All buffers, one after the other: the bytes of buffer i begin at {@link #start}(i). */
  ByteBuffer bytes() {
    return bytes;
  }

  int start(int buffer) {
    return buffer * sizeBytes;
  }

  /**
   * The completion of a receive named this buffer: it is ours until {@link #giveBack}.
   *
   * @param flags of the completion
   * @return the buffer
   */
  int take(int flags) {
    lent++;
    assert lent <= count : "more buffers lent than exist";
    return flags >>> 16;
  }

  void giveBack(int buffer) {
    lent--;
    assert lent >= 0 : "a buffer given back twice";
    long at = (long) (tail & count - 1) * ENTRY_BYTES;
    entries.set(JAVA_LONG, at, bufferMapping.segment().address() + start(buffer));
    entries.set(JAVA_INT, at + 8, sizeBytes);
    entries.set(JAVA_SHORT, at + 12, (short) buffer);
    SHORT.setRelease(entries, TAIL_AT, ++tail);
  }

  /** How many buffers hold bytes that nobody has read yet. */
  int lent() {
    return lent;
  }

  /**
   * Ends the group. On the ring's own thread, when no receive is in flight.
   *
   * @param ring the ring
   */
  void close(Ring ring) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment registration = arena.allocate(REGISTRATION_BYTES, Long.BYTES);
      registration.set(JAVA_SHORT, 12, (short) GROUP);
      ring.register(Ring.UNREGISTER_PBUF_RING, registration.address(), 1);
    }
    unmap();
  }

  private void unmap() {
    entriesMapping.unmap();
    bufferMapping.unmap();
  }
}
