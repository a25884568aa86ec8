package io.weft.spi;

import io.weft.Network;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's access to the kernel: it makes sockets, starts operations on them through their
 * handles, waits for completions and delivers them.
 *
 * <p><b>Threads.</b> <i>Loop</i> means the thread that calls {@link #poll}, or a virtual thread
 * that is mounted on it. {@link #poll} and {@link #close} are called on the loop's own platform
 * thread only; but where {@link #anyThread()} says that operations may be started from any thread,
 * a poll that does not wait may come from another one, virtual or not, never two polls at a time.
 * {@link #wakeup}, {@link #stream}, {@link #listener} and {@link #pipe} may be called from any
 * thread. Operations of handles may be called from any thread when {@link #anyThread()} says so,
 * else on the loop only. An adapter must not let {@link #poll} queue for a lock that operations
 * take: a virtual thread of the loop could be ahead in the queue, and wait for the loop.
 *
 * <p><b>What an adapter may assume.</b> Per handle and {@link Direction} there is one operation at
 * a time; the next one starts only after the last one's result. {@link Handle#close} is called
 * once, after every operation has had its result, and nothing is called after it.
 *
 * <p><b>What an adapter promises.</b> No method but {@link #poll} ever waits. {@link
 * Completion#complete} is called from inside {@link #poll}, {@link #close}, {@code cancel} or
 * {@code shutdown}, never from inside the call that starts the operation. Steady-state reads and
 * writes allocate nothing.
 */
public interface Poller extends AutoCloseable {
  /**
   * Whether operations may be started from any thread, on which the syscall then runs.
   *
   * @return true for readiness, false when only the loop may talk to the kernel
   */
  boolean anyThread();

  /**
   * Creates a socket to connect with, close-on-exec and otherwise without options.
   *
   * @param network its kind; {@link Network#TCP} for both IP families when the machine has both
   * @return the handle; the caller closes it
   * @throws ErrnoException the kernel refused
   * @throws UnsupportedOperationException naming the network and the adapters that have it
   */
  StreamHandle stream(Network network) throws IOException;

  /**
   * Creates a socket to listen on, close-on-exec and otherwise without options.
   *
   * @param network its kind; {@link Network#TCP} for both IP families when the machine has both
   * @return the handle; the caller closes it
   * @throws ErrnoException the kernel refused
   * @throws UnsupportedOperationException naming the network and the adapters that have it
   */
  ListenHandle listener(Network network) throws IOException;

  /**
   * Lends an empty pipe, for bytes that go from a handle of this poller, or from a file, to another
   * handle. It holds descriptors, so a caller keeps it only while there are bytes in it.
   *
   * @return the pipe, which the caller releases; null when this adapter has none, or none at the
   *     moment: too many are lent, the kernel refuses one, or the poller is closed
   */
  default @Nullable Pipe pipe() {
    return null;
  }

  /**
   * Whether {@link Pipe#fill} of its pipes is worth a call: it is never where the adapter has no
   * way to a file. Any thread.
   *
   * @return whether it is
   */
  default boolean pipesTakeFiles() {
    return true;
  }

  /**
   * Hands over what was started, waits for completions and delivers all that are there.
   *
   * @param timeoutNanos 0 not to wait, negative to wait without limit; else waits at least this
   *     long unless something completes or {@link #wakeup} is called; spurious returns are allowed
   * @return how many things were delivered; 0 says that polling again at once is of no use
   * @throws IOException the poller is broken; the loop then ends
   */
  int poll(long timeoutNanos) throws IOException;

  /**
   * How often this poller has been short of something that it has a limited number of, by what that
   * is: a name in lower case, words joined by underscores. Any thread, also after close.
   *
   * @return the counts so far; empty when there is nothing that it could be short of
   */
  default Map<String, Long> shortages() {
    return Map.of();
  }

  /** Makes a current or the next {@link #poll} return soon; no effect during and after close. */
  void wakeup();

  /**
   * Releases everything; completes what is still pending with {@link Completion#CANCELED}, and
   * closes with 0. An operation that another thread starts meanwhile returns CANCELED. Handles that
   * are still open can afterwards only be closed, then from any thread and at once, and pipes that
   * are lent be emptied and released. A poller whose {@link #poll} was never called may be closed
   * by the thread that opened it.
   */
  @Override
  void close();
}
