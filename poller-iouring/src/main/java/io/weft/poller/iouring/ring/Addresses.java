package io.weft.poller.iouring.ring;

import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where direct buffers are. The JDK makes two objects for the answer, unless the compiler sees
 * through all of the question, and how deep the caller stands decides on that. So the answers of
 * buffers that come again are kept, and none of the buffers. Belongs to the ring's thread.
 */
final class Addresses {
  // pairs of places, each from an even one on; a buffer has one pair, by its hash
  static final int PLACES = 2048;

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
