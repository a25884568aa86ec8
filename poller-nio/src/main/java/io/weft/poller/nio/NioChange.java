package io.weft.poller.nio;

import org.jspecify.annotations.Nullable;

/**
 * What any thread wants changed in a selector, and the loop then does: it alone touches its
 * selector.
 *
 * <p>A selector guards its lists by monitors. On the loop, a virtual thread that found one taken
 * would unmount and queue for it; the loop would then queue behind that thread, which nobody but
 * the loop can run, and JDK 25 lets a platform thread wait so for ever (JDK-8369019).
 */
abstract sealed class NioChange permits NioInterest, NioClose {
  // the change that was asked for before; belongs to who asks, then to who took the list
  private @Nullable NioChange next;

  /** Makes the change. Loop only. */
  abstract void make();

  /** There is no selector any more. Any thread. */
  abstract void abandon();

  final @Nullable NioChange next() {
    return next;
  }

  final void next(@Nullable NioChange next) {
    this.next = next;
  }
}
