package io.weft.spi;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;

/** A socket that an adapter made; what listening and connected sockets have in common. */
public interface Handle {
  /**
   * Sets an option. Any thread.
   *
   * @param option a standard option or one of {@link io.weft.WeftOptions}
   * @param value the value
   * @param <T> the value's type
   * @throws ErrnoException the kernel refused
   * @throws UnsupportedOperationException the adapter does not have it
   */
  <T> void setOption(SocketOption<T> option, T value) throws IOException;

  /**
   * Reads an option. Any thread.
   *
   * @param option a standard option or one of {@link io.weft.WeftOptions}
   * @param <T> the value's type
   * @return the kernel's value
   * @throws ErrnoException the kernel refused
   * @throws UnsupportedOperationException the adapter does not have it
   */
  <T> T getOption(SocketOption<T> option) throws IOException;

  /**
   * The bound address. Any thread.
   *
   * @return the address; for a unix socket without a name the path {@code @}
   * @throws ErrnoException the kernel refused
   */
  SocketAddress localAddress() throws IOException;

  /**
   * Asks for the end of the pending operation of one direction, which then completes, with {@link
   * Completion#CANCELED} or with the result that came first; no effect when none is pending, or
   * when the poller is closed. A canceled receive loses nothing: bytes that arrive are there for
   * the next read.
   *
   * @param direction which operation
   */
  void cancel(Direction direction);

  /**
   * Releases the descriptor.
   *
   * @param done completed when the descriptor is released, if that is not at once
   * @return 0 released, or {@link Completion#PENDING}
   */
  int close(Completion done);
}
