package io.weft;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;

/**
 * Sees every socket after it was made and before it is bound or connected: for options that have to
 * be set by then, and that depend on the address.
 *
 * <p>It is called once for each socket. A dial that tries several addresses makes several sockets,
 * and may have two of them in work at a time, on two threads; a listen makes one. Connections that
 * a listener accepts are not shown to it. The dial or the listen waits for it, also when it is
 * closed or interrupted meanwhile.
 */
@FunctionalInterface
public interface SocketControl {
  /** Does nothing. */
  SocketControl NONE = socket -> {};

  /**
   * Prepares a socket, after SO_REUSEADDR of a listener and the options of the {@link SocketSetup}
   * were set. An exception ends this attempt, and the socket is closed: an {@link IOException} is
   * the cause of the failed dial's or listen's, a {@link RuntimeException} goes to the caller of
   * dial or listen as it is.
   *
   * @param socket the socket; not to be used after this call has returned
   * @throws IOException the socket shall not be used
   */
  void control(Unconnected socket) throws IOException;

  /** A socket that is neither bound nor connected. */
  interface Unconnected {
    /**
     * The kind of the socket.
     *
     * @return tcp4, tcp6, unix or unixpacket; tcp6 for a socket that serves both IP families
     */
    Network network();

    /**
     * Where the socket is about to go.
     *
     * @return the local address to listen on, or the remote address to connect to
     */
    SocketAddress address();

    /**
     * Sets an option.
     *
     * @param option a standard option or one of {@link WeftOptions}
     * @param value the value
     * @param <T> the value's type
     * @return this socket
     * @throws java.net.SocketException the kernel refused
     * @throws UnsupportedOperationException the poller does not have this option
     * @throws IllegalStateException {@link #control} has returned
     */
    <T> Unconnected setOption(SocketOption<T> option, T value) throws IOException;

    /**
     * Reads an option.
     *
     * @param option a standard option or one of {@link WeftOptions}
     * @param <T> the value's type
     * @return the kernel's value
     * @throws java.net.SocketException the kernel refused
     * @throws UnsupportedOperationException the poller does not have this option
     * @throws IllegalStateException {@link #control} has returned
     */
    <T> T getOption(SocketOption<T> option) throws IOException;
  }
}
