package io.weft.poller.iouring;

/**
 * How large one loop's ring is; powers of two.
 *
 * @param submissions what one iteration can start before the queue is handed over early
 * @param completions more than can come in between two reaps
 * @param buffers receives whose bytes nobody has read yet
 * @param bufferBytes most bytes of one receive
 */
record RingSize(int submissions, int completions, int buffers, int bufferBytes) {
  /** For one loop of a server: about 170 KiB of queues, 8 MiB of buffers once all were used. */
  static final RingSize DEFAULT = new RingSize(512, 8192, 1024, 8 * 1024);
}
