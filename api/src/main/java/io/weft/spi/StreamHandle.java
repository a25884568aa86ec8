package io.weft.spi;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A stream socket, connected or about to be.
 *
 * <p><b>Memory.</b> Buffers are direct, of global or automatic scope, and have bytes remaining (but
 * those behind the first one of a gathering write, and that of an empty message). From PENDING to
 * completion their memory is the adapter's; the caller keeps them reachable and untouched. No
 * method moves a position; the result says how far it has to move.
 */
public interface StreamHandle extends Handle {
  /**
   * Binds the local end, before {@link #connect}. Any thread.
   *
   * @param local the address
   * @throws ErrnoException the kernel refused
   * @throws UnsupportedOperationException the adapter does not have this kind of address
   */
  void bind(SocketAddress local) throws IOException;

  /**
   * Connects. A failed or canceled connect leaves a handle that can only be closed.
   *
   * @param remote whom
   * @param done completed after PENDING
   * @return 0, PENDING, or a negated errno; a full queue of a unix listener is a negated EAGAIN
   * @throws UnsupportedOperationException the adapter does not have this kind of address
   */
  int connect(SocketAddress remote, Completion done);

  /**
   * Receives once.
   *
   * <p>An attempt (no {@code done}) takes what the adapter has or finds without waiting. Only
   * behind a wait that has ended must it find something: an adapter on completions has nothing
   * before it was asked to receive.
   *
   * @param dst where to; its remaining bytes
   * @param done completed after PENDING, with {@link Completion#AGAIN}, bytes received, 0 at end of
   *     stream, or a negated errno; null to attempt only
   * @return bytes received; 0 at end of stream; PENDING (a negated EAGAIN when {@code done} is
   *     null); or a negated errno
   */
  int read(ByteBuffer dst, @Nullable Completion done);

  /**
   * Receives once into an empty pipe, without waiting. Who wants to wait does it by {@link
   * #readable}, and holds no pipe meanwhile.
   *
   * <p>May find nothing although {@link #read(ByteBuffer, Completion)} would find something: bytes
   * that a pipe cannot take. So after a wait that has ended, an attempt that finds nothing is
   * followed by one into memory.
   *
   * @param to where to
   * @param bytesMax how many at most, at least 1; what the pipe has room for limits them, too
   * @return bytes received; 0 at end of stream; a negated EAGAIN; a negated EOPNOTSUPP when it is
   *     not possible, here or with this pipe, and nothing was received; or another negated errno
   */
  default int read(Pipe to, int bytesMax) {
    return -Errno.EOPNOTSUPP.number();
  }

  /**
   * Waits until {@link #read(ByteBuffer, Completion)} would not be pending, without memory. May be
   * wrong in the positive: a read that finds nothing is no error. Started again after its
   * completion, it returns 0.
   *
   * @param done completed after PENDING, with {@link Completion#AGAIN} or a negated errno; whatever
   *     it was, the next read has it
   * @return 0 or PENDING
   */
  int readable(Completion done);

  /**
   * Sends once, or in part. On unixpacket, one call is one message, also without bytes.
   *
   * @param src the bytes; its remaining bytes
   * @param done completed after PENDING, and told of a full socket, as by every write
   * @return bytes taken, at least 1, but 0 of an empty message; PENDING; or a negated errno
   */
  int write(ByteBuffer src, Completion done);

  /**
   * Attempts to send once without waiting, for callers that are not on the loop of an adapter whose
   * other operations must be started there. Any thread, while no write is pending.
   *
   * @param src the bytes; its remaining bytes
   * @return as of a write, but for a negated EAGAIN in place of PENDING: the caller then starts a
   *     write; always that where an adapter has no such attempt
   */
  default int attemptWrite(ByteBuffer src) {
    return -Errno.EAGAIN.number();
  }

  /**
   * Sends from several buffers in one syscall, or a part of them.
   *
   * @param srcs the buffers
   * @param from index of the first one to send
   * @param to index behind the last one; at most {@link #GATHER_MAX} of them are sent at once
   * @param done completed after PENDING
   * @return bytes taken, at least 1; PENDING; or a negated errno
   */
  int write(ByteBuffer[] srcs, int from, int to, Completion done);

  /**
   * Sends once what is in a pipe, or a part of it. Not on unixpacket.
   *
   * @param from the pipe; what was taken is no longer in it
   * @param bytesMax how many bytes at most, at least 1 and no more than there are
   * @param done completed after PENDING
   * @return bytes taken, at least 1; PENDING; a negated EOPNOTSUPP when it is not possible, here or
   *     with this pipe, and nothing was taken; or another negated errno
   */
  default int write(Pipe from, int bytesMax, Completion done) {
    return -Errno.EOPNOTSUPP.number();
  }

  /**
   * Has somebody told when the connection has failed though nobody reads or writes: the peer has
   * reset it, or the kernel has given it up. An end of stream is no failure, not even of both
   * directions. To be called once. It is no operation: nothing ends it, and {@link #close} is not
   * kept from.
   *
   * @param told run once or more when it has failed, inside this call or on the thread that drives
   *     the poller; must only record that and make a thread runnable
   * @return whether this adapter can tell; one that cannot lacks {@link
   *     Capability#RESET_WHILE_PAUSED}
   */
  default boolean onFailure(Runnable told) {
    return false;
  }

  /**
   * Takes what the connection has failed with, which no read or write tells then. Any thread, while
   * no read is pending.
   *
   * @return a negated errno, or 0 when it has not failed or a read or write has told it already
   */
  default int failure() {
    return 0;
  }

  /** How many buffers one gathering write takes at most (IOV_MAX). */
  int GATHER_MAX = 1024;

  /**
   * Ends one direction: shutdown(2) with SHUT_RD or SHUT_WR. Any thread. The caller then cancels
   * what is pending in that direction; started again, it has a result at once.
   *
   * @param direction which
   * @throws ErrnoException the kernel refused
   */
  void shutdown(Direction direction) throws IOException;

  /**
   * The peer's address. Any thread.
   *
   * @return the address; for a unix peer without a name the path {@code @}
   * @throws ErrnoException the kernel refused
   */
  SocketAddress remoteAddress() throws IOException;
}
