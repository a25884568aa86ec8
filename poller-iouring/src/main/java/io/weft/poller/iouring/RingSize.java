package io.weft.poller.iouring;

/**
 * How large one loop's ring is; all powers of two. Buffers limit the receives whose bytes nobody
 * has read yet.
 */
record RingSize(int submissions, int completions, int buffers, int bufferBytes) {
  /** About 170 KiB of queues, and 8 MiB of buffers once each has been used. */
  static final RingSize DEFAULT = new RingSize(512, 8192, 1024, 8 * 1024);
}
