package io.weft.spi;

import java.io.IOException;
import java.net.SocketAddress;

/** A listening socket. */
public interface ListenHandle extends Handle {
  /**
   * Binds and listens. Any thread; once, before every other operation.
   *
   * @param address where
   * @param backlogMax connections that the kernel may queue
   * @throws ErrnoException the kernel refused
   * @throws UnsupportedOperationException the adapter does not have this kind of address
   */
  void listen(SocketAddress address, int backlogMax) throws IOException;

  /**
   * Takes a connection from the queue.
   *
   * @param done completed after PENDING, with {@link Completion#AGAIN} or a negated errno
   * @return 0 when {@link #accepted} has one, PENDING, or a negated errno (ECONNABORTED when the
   *     connection was reset while queued: the caller tries again)
   */
  int accept(Completion done);

  /**
   * The connection that {@link #accept} took; to be called exactly once after each 0, on the thread
   * that got it.
   *
   * @param owner the poller, of the same adapter, whose loop shall serve it
   * @return its handle; the caller closes it
   * @throws ErrnoException the kernel refused, or the owner is closed; the connection is then
   *     closed
   */
  StreamHandle accepted(Poller owner) throws IOException;
}
