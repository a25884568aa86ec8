package io.weft.tck.soak;

/** The bytes of one direction: where they begin, and how many have been sent. */
final class Stream {
  private final long origin;
  // written by the one sender
  private volatile long sent;
  private volatile boolean ended;

  Stream(long origin) {
    this.origin = origin;
  }

  long sent() {
    return sent;
  }

  /** Where in all bytes the one is that has so many of this stream before it. */
  long position(long before) {
    return origin + before;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate")
  void addSent(long count) {
    sent += count;
  }

  /** No more is sent; to be told before the peer can see it. */
  void end() {
    ended = true;
  }

  boolean isWhole(long received) {
    return ended && received == sent;
  }

  @Override
  public String toString() {
    return sent + " bytes" + (ended ? "" : " and more") + " from " + origin;
  }
}
