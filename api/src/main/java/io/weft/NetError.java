package io.weft;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What every exception of a network operation knows about it, whatever its class.
 *
 * <p>The exceptions themselves are the JDK's types, so that existing catch clauses work; those that
 * Weft throws implement this interface beside.
 */
public interface NetError {
  /**
   * The operation that failed.
   *
   * @return dial, listen, accept, read, write, close, set, get, open or offload; the empty string
   *     for a text that was only parsed
   */
  String op();

  /**
   * The network, as the user gave it.
   *
   * @return tcp, tcp4, tcp6, unix or unixpacket; an unknown name as it was given; the empty string
   *     where none was
   */
  String network();

  /**
   * The local address.
   *
   * @return the address, or null where the operation had none
   */
  @Nullable SocketAddress local();

  /**
   * The remote address.
   *
   * @return the address, or null where the operation had none
   */
  @Nullable SocketAddress remote();

  /**
   * The kernel's error number.
   *
   * @return the number as Linux counts, or 0 when the kernel had no part in it (a deadline, a
   *     close)
   */
  int errno();

  /**
   * The error number's name.
   *
   * @return for example {@code ECONNRESET}, or the empty string when {@link #errno()} is 0
   */
  String errnoName();

  /**
   * How far a write or a transfer had come when it failed, whatever ended it. What the peer has got
   * of it is another matter. {@link java.io.InterruptedIOException#bytesTransferred} says the same
   * as an int.
   *
   * @return bytes; 0 for every other operation
   */
  default long transferredBytes() {
    return 0;
  }
}
