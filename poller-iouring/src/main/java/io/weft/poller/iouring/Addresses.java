package io.weft.poller.iouring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.weft.poller.iouring.ring.Ring;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where direct buffers are. The JDK makes two objects for the answer, unless the compiler sees
 * through all of the question, and how deep the caller stands decides on that. So the answers of
 * buffers that come again are kept, and none of the buffers. Belongs to the loop's thread.
 */
final class Addresses {
  // pairs of places, each from an even one on; a buffer has one pair, by its hash
  static final int PLACES = 2048;

  private static final int MSGHDR_BYTES = 56;
  private static final int IOVEC_BYTES = 16;

  private static final class Known extends WeakReference<ByteBuffer> {
    final long start;

    Known(ByteBuffer buffer) {
      super(buffer);
      start = MemorySegment.ofBuffer(buffer).address() - buffer.position();
    }
  }

  private final @Nullable Known[] known = new @Nullable Known[PLACES];

  /** The address of a buffer's position. */
  long of(ByteBuffer buffer) {
    int place = System.identityHashCode(buffer) & PLACES - 2;
    Known here = known[place];
    if (here == null || !here.refersTo(buffer)) {
      here = lookFurther(buffer, place);
    }
    return here.start + buffer.position();
  }

  /** The address of a struct msghdr of buffers, of what remains in each, in the ring's scratch. */
  long gather(Ring ring, ByteBuffer[] srcs, int first, int count) {
    MemorySegment message = ring.scratch(MSGHDR_BYTES + (long) count * IOVEC_BYTES).fill((byte) 0);
    message.set(JAVA_LONG, 16, message.address() + MSGHDR_BYTES);
    message.set(JAVA_LONG, 24, count);
    for (int i = 0; i < count; i++) {
      long at = MSGHDR_BYTES + (long) i * IOVEC_BYTES;
      message.set(JAVA_LONG, at, of(srcs[first + i]));
      message.set(JAVA_LONG, at + 8, srcs[first + i].remaining());
    }
    return message.address();
  }

  private Known lookFurther(ByteBuffer buffer, int place) {
    Known there = known[place ^ 1];
    if (there != null && there.refersTo(buffer)) {
      return there;
    }
    Known asked = new Known(buffer);
    known[place ^ 1] = known[place];
    known[place] = asked;
    return asked;
  }
}
