package io.weft;

import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A listening stream socket.
 *
 * <p>Every method may be called from any thread at any time. States: open; then, by {@link
 * #close()} alone, closed.
 */
public interface Listener extends AutoCloseable {
  /**
   * Waits for a connection and takes it.
   *
   * <p><b>Blocking:</b> parks the calling thread; a virtual thread never pins or holds its carrier.
   *
   * <p><b>Threads:</b> one at a time inside, further callers queue; each connection goes to one.
   *
   * <p><b>Deadline:</b> the listener's; already past, it fails even when a connection waits; that
   * connection stays queued.
   *
   * <p><b>Close and interrupt:</b> close ends this call with {@link
   * java.nio.channels.AsynchronousCloseException}; an interrupt, also one that came before the
   * call, ends it with {@link java.io.InterruptedIOException}, flag kept, the listener still
   * usable.
   *
   * <p><b>Partial effect:</b> none: a connection is either returned or still queued.
   *
   * <p><b>Limits and units:</b> when descriptors run out (EMFILE, ENFILE) the error is returned and
   * the connection stays queued; a caller that loops should pause, as {@link Net#serve} does.
   *
   * <p><b>Maps to:</b> nio ServerSocketChannel.accept; epoll accept4(2); io_uring IORING_OP_ACCEPT.
   *
   * <p><b>Source:</b> accept4(2); Go net.Listener.Accept.
   *
   * @return the connection, with the options of its {@link ListenConfig} set
   * @throws java.net.SocketTimeoutException the deadline passed
   * @throws java.nio.channels.ClosedChannelException closed, before or during the call
   * @throws java.net.SocketException out of descriptors or memory, or another errno
   * @throws java.io.InterruptedIOException the calling thread was interrupted
   */
  Conn accept() throws IOException;

  /**
   * The address that was bound, with the port that the kernel chose; also after close.
   *
   * @return an {@link java.net.InetSocketAddress} or {@link java.net.UnixDomainSocketAddress}
   */
  SocketAddress address();

  /**
   * The network, as it was given to {@link Net#listen}.
   *
   * @return the network
   */
  Network network();

  /**
   * Sets the deadline of accepts; otherwise as {@link Conn#setDeadline}.
   *
   * @param deadline when accepts fail; null for never
   * @throws java.nio.channels.ClosedChannelException closed
   */
  void setDeadline(@Nullable Instant deadline) throws IOException;

  /**
   * Sets the deadline to a time from now; otherwise as {@link #setDeadline}.
   *
   * @param timeout the time; null for never; zero or negative for at once
   * @throws java.nio.channels.ClosedChannelException closed
   */
  void setTimeout(@Nullable Duration timeout) throws IOException;

  /**
   * Tells whether {@link #close()} was not called yet.
   *
   * @return whether open
   */
  boolean isOpen();

  /**
   * Stops listening. Waiting accepts end with {@link java.nio.channels.AsynchronousCloseException};
   * when this method returns, the address can be bound again. The file of a unix listener is
   * removed. Connections that were not accepted are reset by the kernel. A second close has no
   * effect, but waits for a first one that is still at it.
   *
   * <p><b>Blocking:</b> until the descriptor is released; not interruptible. <b>Threads:</b> any.
   * <b>Deadline:</b> none. <b>Close and interrupt:</b> an interrupt has no effect, and its flag is
   * kept. <b>Partial effect:</b> connections that were accepted stay open. <b>Limits and units:</b>
   * waits at most 10 seconds, for the case that a handler holds the loop up. <b>Maps to:</b>
   * unlink(2) for unix, close(2). <b>Source:</b> Go net.Listener.Close.
   */
  @Override
  void close();
}
