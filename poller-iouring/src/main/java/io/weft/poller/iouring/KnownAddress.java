package io.weft.poller.iouring;

import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where the memory of a buffer is that comes again and again. Asking may allocate, which depends on
 * what the compiler has seen of other buffers; the answer never changes.
 *
 * <p>Owned by the thread whose operation is going on in one direction of a stream.
 */
final class KnownAddress {
  private static final int QUESTIONS_PER_NOTE = 16;

  private @Nullable WeakReference<ByteBuffer> noted;
  private long startAddress;
  private byte unnoted;

  /** The address of the byte at a direct buffer's position. */
  long of(ByteBuffer buffer) {
    WeakReference<ByteBuffer> known = noted;
    if (known != null && known.refersTo(buffer)) {
      return startAddress + buffer.position();
    }
    long address = MemorySegment.ofBuffer(buffer).address();
    // not at once: a note is of no use for those that come only once
    if (++unnoted == QUESTIONS_PER_NOTE) {
      unnoted = 0;
      noted = new WeakReference<>(buffer);
      startAddress = address - buffer.position();
    }
    return address;
  }
}
