package io.weft;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connected stream socket with plain blocking calls.
 *
 * <p>Every method may be called from any thread at any time. One read and one write run at the same
 * time; further readers and further writers queue, so that the bytes of two writes never mix.
 *
 * <p>States: open; then, by {@link #close()} alone, closed. An end of stream, a timeout and an
 * interrupt leave the connection open. A reset by the peer is sticky: every later read and write
 * reports it.
 *
 * <p>A deadline holds for calls that are already waiting and for all later ones, until it is moved.
 * Once it has passed, every call of its direction fails before any syscall; moving it makes the
 * connection fully usable again.
 */
public interface Conn extends ByteChannel, GatheringByteChannel {
  /**
   * Reads at least one byte into {@code dst}, waiting for data, end of stream, deadline or close.
   *
   * <p><b>Blocking:</b> parks the calling thread; a virtual thread never pins or holds its carrier.
   *
   * <p><b>Threads:</b> one reader at a time, further readers queue; safe beside write and close.
   *
   * <p><b>Deadline:</b> the read deadline; already past, it fails before any syscall.
   *
   * <p><b>Close and interrupt:</b> close from another thread ends this call with {@link
   * java.nio.channels.AsynchronousCloseException}; an interrupt, also one that came before the
   * call, ends it with {@link java.io.InterruptedIOException}, flag kept, the connection still
   * usable.
   *
   * <p><b>Partial effect:</b> on an exception {@code dst} is unchanged and is not touched again.
   *
   * <p><b>Limits and units:</b> bytes; one receive per call, through memory of {@link
   * NetConfig#bufferBytes()} when {@code dst} is not direct; an empty {@code dst} returns 0 at
   * once.
   *
   * <p><b>Maps to:</b> nio SocketChannel.read; epoll recv(2); io_uring IORING_OP_RECV.
   *
   * <p><b>Source:</b> read(2); Go net.Conn.Read.
   *
   * @param dst destination; its position advances by the result
   * @return bytes read (at least 1), or -1 at end of stream; 0 only for an empty buffer
   * @throws java.net.SocketTimeoutException the read deadline passed, or keep-alive gave up
   * @throws java.nio.channels.ClosedChannelException this end was closed, before or during the call
   * @throws java.net.SocketException the peer reset the connection (ECONNRESET), or another errno
   * @throws java.io.InterruptedIOException the calling thread was interrupted
   */
  @Override
  int read(ByteBuffer dst) throws IOException;

  /**
   * Reads into an array; otherwise as {@link #read(ByteBuffer)}.
   *
   * @param dst destination
   * @return bytes read, or -1 at end of stream; 0 only for an empty array
   * @throws IOException as {@link #read(ByteBuffer)}
   */
  default int read(byte[] dst) throws IOException {
    return read(ByteBuffer.wrap(Objects.requireNonNull(dst, "dst")));
  }

  /**
   * Reads into a part of an array; otherwise as {@link #read(ByteBuffer)}.
   *
   * @param dst destination
   * @param offset where the first byte goes
   * @param length how many bytes at most
   * @return bytes read, or -1 at end of stream; 0 only for length 0
   * @throws IOException as {@link #read(ByteBuffer)}
   */
  default int read(byte[] dst, int offset, int length) throws IOException {
    return read(ByteBuffer.wrap(Objects.requireNonNull(dst, "dst"), offset, length));
  }

  /**
   * Waits until a read would not block: bytes, end of stream or a reset are there. Holds no memory
   * while it waits: this is how an idle connection costs nothing.
   *
   * <p><b>Blocking, Threads, Deadline, Close and interrupt:</b> as {@link #read(ByteBuffer)};
   * counts as a reader.
   *
   * <p><b>Partial effect:</b> none; nothing is consumed.
   *
   * <p><b>Limits and units:</b> none.
   *
   * <p><b>Maps to:</b> nio OP_READ; epoll EPOLLIN|EPOLLRDHUP; io_uring a receive with a provided
   * buffer.
   *
   * <p><b>Source:</b> poll(2).
   *
   * @throws IOException as {@link #read(ByteBuffer)}, but for resets, which the next read reports
   */
  void awaitReadable() throws IOException;

  /**
   * Writes all remaining bytes of {@code src}, or throws.
   *
   * <p><b>Blocking:</b> parks the calling thread until the kernel has taken every byte; a virtual
   * thread never pins or holds its carrier.
   *
   * <p><b>Threads:</b> one writer at a time, further writers queue: bytes of two writes never mix;
   * safe beside read and close.
   *
   * <p><b>Deadline:</b> the write deadline, for the whole call; already past, it fails before any
   * syscall, also for an empty {@code src}.
   *
   * <p><b>Close and interrupt:</b> as {@link #read(ByteBuffer)}.
   *
   * <p><b>Partial effect:</b> on an exception the position of {@code src} stands behind the bytes
   * that the kernel took; {@link NetError#transferredBytes()} is their count, and so is, of a
   * timeout and an interrupt, {@link java.io.InterruptedIOException#bytesTransferred}.
   *
   * <p><b>Limits and units:</b> bytes; on unixpacket one call is one message, never split; an empty
   * {@code src} sends an empty message there, which the peer's read takes for the end of the stream
   * though the connection lives, and nothing elsewhere.
   *
   * <p><b>Maps to:</b> nio SocketChannel.write; epoll send(2) with MSG_NOSIGNAL; io_uring
   * IORING_OP_SEND with MSG_WAITALL.
   *
   * <p><b>Source:</b> send(2); Go net.Conn.Write.
   *
   * @param src the bytes; its position advances to its limit
   * @return the bytes written: all that remained in {@code src}
   * @throws java.net.SocketTimeoutException the write deadline passed
   * @throws java.nio.channels.ClosedChannelException this end was closed, before or during the call
   * @throws java.net.SocketException reset (ECONNRESET), broken pipe (EPIPE), or another errno
   * @throws java.io.InterruptedIOException the calling thread was interrupted
   */
  @Override
  int write(ByteBuffer src) throws IOException;

  /**
   * Writes an array; otherwise as {@link #write(ByteBuffer)}.
   *
   * @param src the bytes
   * @return the bytes written: all
   * @throws IOException as {@link #write(ByteBuffer)}
   */
  default int write(byte[] src) throws IOException {
    return write(ByteBuffer.wrap(Objects.requireNonNull(src, "src")));
  }

  /**
   * Writes a part of an array; otherwise as {@link #write(ByteBuffer)}.
   *
   * @param src the bytes
   * @param offset where they begin
   * @param length how many
   * @return the bytes written: {@code length}
   * @throws IOException as {@link #write(ByteBuffer)}
   */
  default int write(byte[] src, int offset, int length) throws IOException {
    return write(ByteBuffer.wrap(Objects.requireNonNull(src, "src"), offset, length));
  }

  /**
   * Writes all remaining bytes of all buffers, in order, or throws; no other write comes between.
   *
   * <p>Otherwise as {@link #write(ByteBuffer)}: every buffer's position stands behind what the
   * kernel took of it. Without any bytes it sends nothing, on unixpacket either.
   *
   * @param srcs the buffers
   * @return the bytes written: all that remained
   * @throws IOException as {@link #write(ByteBuffer)}
   */
  @Override
  default long write(ByteBuffer[] srcs) throws IOException {
    return write(Objects.requireNonNull(srcs, "srcs"), 0, srcs.length);
  }

  /**
   * Writes a part of a list of buffers; otherwise as {@link #write(ByteBuffer[])}.
   *
   * @param srcs the buffers
   * @param offset index of the first buffer
   * @param length how many buffers
   * @return the bytes written: all that remained in them
   * @throws IOException as {@link #write(ByteBuffer)}
   */
  @Override
  long write(ByteBuffer[] srcs, int offset, int length) throws IOException;

  /**
   * Moves bytes from here to another connection until a count is reached or the stream ends: the
   * inner loop of a proxy, and of an echo when the target is this connection itself. Two
   * connections may be moved to each other at the same time.
   *
   * <p><b>Blocking:</b> parks the calling thread, without memory or a pipe while nothing is there
   * to read.
   *
   * <p><b>Threads:</b> a reader until it ends: further readers queue. It writes as {@link
   * #write(ByteBuffer)} does, each piece for itself: other writes to the target may come between.
   *
   * <p><b>Deadline:</b> this connection's read deadline and the target's write deadline, each while
   * it reads or writes.
   *
   * <p><b>Close and interrupt:</b> as {@link #read(ByteBuffer)} and {@link #write(ByteBuffer)}; a
   * close of this connection during a write is noticed when the write has ended. A reset of this
   * connection is noticed at once, even while the target takes no bytes; with the poller nio, or a
   * target that is no connection of Weft's, when the write has ended.
   *
   * <p><b>Partial effect:</b> nothing is lost: bytes that were read and could not be written stay
   * here, and the next read, {@link #awaitReadable()} or transfer finds them first, even before a
   * reset; only a close drops them. Whichever side failed, {@link NetError#transferredBytes()} is
   * the count of what was moved, and so is, of a timeout and an interrupt, {@link
   * java.io.InterruptedIOException#bytesTransferred}; {@link NetError#op()} and the addresses tell
   * which side it was. What another implementation throws is handed on as it is, but for that.
   *
   * <p><b>Limits and units:</b> bytes, in pieces of up to {@link NetConfig#bufferBytes()}, or of up
   * to 1 MiB as long as they go by pipe; then that much waits in the kernel for a slow target. The
   * target may belong to another net, or be any implementation of this interface. From unixpacket,
   * whole messages of up to 512 KiB, so that the last one may go beyond the count; an empty one
   * looks like the end of the stream.
   *
   * <p><b>Maps to:</b> as {@link #awaitReadable()}, {@link #read(ByteBuffer)} and {@link
   * #write(ByteBuffer)}; epoll and io_uring, as long as more is there than a buffer holds,
   * splice(2) into a pipe and out of it, which copies nothing. A loop that carries the caller makes
   * sched_yield(2) before the wait that follows a piece of 32 KiB or more.
   *
   * <p><b>Source:</b> Go io.CopyN and net.TCPConn.ReadFrom.
   *
   * @param target where the bytes go; may be this connection
   * @param countMax how many bytes at most; {@link Long#MAX_VALUE} for all
   * @return bytes moved; less than {@code countMax} only at end of stream, 0 if it was there at
   *     once
   * @throws IllegalArgumentException {@code countMax} is negative
   * @throws IOException as {@link #read(ByteBuffer)} and {@link #write(ByteBuffer)}
   */
  long transferTo(Conn target, long countMax) throws IOException;

  /**
   * Writes bytes of a file, as many as there are; no other write comes between.
   *
   * <p><b>Blocking:</b> parks the calling thread; the file is read on the net's offload threads,
   * never on an event loop.
   *
   * <p><b>Threads:</b> a writer until it ends: further writers queue. The file's own position is
   * neither used nor moved.
   *
   * <p><b>Deadline:</b> the write deadline, for the whole call; already past, it fails before any
   * syscall.
   *
   * <p><b>Close and interrupt:</b> as {@link #write(ByteBuffer)}, except that a read of the file
   * that runs is let come to its end; an interrupt does not close the file, a close of the net may.
   *
   * <p><b>Partial effect:</b> on an exception, those bytes are sent that the kernel took, and
   * counted as by {@link #write(ByteBuffer)}; what reading the file throws does not count them.
   * What is sent may be the file's own pages: who changes them before the peer has acknowledged
   * them may change what arrives.
   *
   * <p><b>Limits and units:</b> bytes, in pieces of {@link NetConfig#bufferBytes()}, each of which
   * is a message on unixpacket; in pieces of up to 1 MiB when they go by pipe.
   *
   * <p><b>Maps to:</b> pread(2) and as {@link #write(ByteBuffer)}; epoll, of more bytes than a
   * buffer holds, sendfile(2) into a pipe and splice(2) from there to the socket.
   *
   * <p><b>Source:</b> Go net.TCPConn.ReadFrom with a file.
   *
   * @param source the file, open for reading
   * @param position where in the file to begin
   * @param count how many bytes
   * @return bytes sent: {@code count}, or less when the file ends before
   * @throws IllegalArgumentException {@code position} or {@code count} is negative
   * @throws java.nio.channels.NonReadableChannelException the file is not open for reading
   * @throws IOException as {@link #write(ByteBuffer)}, or what reading the file throws
   */
  long transferFrom(FileChannel source, long position, long count) throws IOException;

  /**
   * The reading direction as a stream, for code that wants one. It holds no bytes back: streams and
   * {@link #read(ByteBuffer)} may be mixed. Closing it closes this connection.
   *
   * <p><b>Blocking:</b> never; the stream's reads wait as {@link #read(ByteBuffer)} does.
   * <b>Threads:</b> any; every stream of a connection is as good as another. <b>Deadline, Close and
   * interrupt, Partial effect:</b> those of {@link #read(ByteBuffer)}. <b>Limits and units:</b> not
   * buffered, so wrap it for reads of single bytes; {@code available} is always 0. <b>Maps to:</b>
   * {@link #read(ByteBuffer)}. <b>Source:</b> java.net.Socket.getInputStream.
   *
   * @return the stream
   */
  default InputStream inputStream() {
    return new ConnInputStream(this);
  }

  /**
   * The writing direction as a stream, for code that wants one. It holds no bytes back: streams and
   * {@link #write(ByteBuffer)} may be mixed, and flush has nothing to do. Closing it closes this
   * connection; {@link #closeWrite()} ends writing alone.
   *
   * <p><b>Blocking:</b> never; the stream's writes wait as {@link #write(ByteBuffer)} does.
   * <b>Threads:</b> any; every stream of a connection is as good as another. <b>Deadline, Close and
   * interrupt, Partial effect:</b> those of {@link #write(ByteBuffer)}; how far an array was
   * written only {@link NetError#transferredBytes()} tells. <b>Limits and units:</b> not buffered,
   * so wrap it for writes of single bytes; a write of no bytes has no effect. <b>Maps to:</b>
   * {@link #write(ByteBuffer)}. <b>Source:</b> java.net.Socket.getOutputStream.
   *
   * @return the stream
   */
  default OutputStream outputStream() {
    return new ConnOutputStream(this);
  }

  /**
   * Ends reading: a waiting read and all later ones return -1. The peer of a TCP connection notices
   * nothing; the peer of a unix connection gets EPIPE for its writes.
   *
   * <p><b>Blocking:</b> never. <b>Threads:</b> any. <b>Deadline:</b> none. <b>Close and
   * interrupt:</b> fails when closed; an interrupt has no effect. <b>Partial effect:</b> none.
   * <b>Limits and units:</b> a second call has no effect. <b>Maps to:</b> shutdown(2) with SHUT_RD
   * on every adapter. <b>Source:</b> Go TCPConn.CloseRead.
   *
   * @throws IOException closed, or the peer is already gone (ENOTCONN)
   */
  void closeRead() throws IOException;

  /**
   * Ends writing: the peer reads what was written and then end of stream; later writes fail with
   * EPIPE. Reading goes on.
   *
   * <p><b>Blocking:</b> never; does not wait for a write in progress. <b>Threads:</b> any.
   * <b>Deadline:</b> none. <b>Close and interrupt:</b> fails when closed; an interrupt has no
   * effect. <b>Partial effect:</b> a write that waits fails with EPIPE; what the kernel took of it
   * is sent. <b>Limits and units:</b> a second call has no effect. <b>Maps to:</b> shutdown(2) with
   * SHUT_WR on every adapter. <b>Source:</b> Go TCPConn.CloseWrite.
   *
   * @throws IOException closed, or the peer is already gone (ENOTCONN)
   */
  void closeWrite() throws IOException;

  /**
   * Sets the deadline of reads and of writes.
   *
   * <p><b>Blocking:</b> never; costs a field write. <b>Threads:</b> any; of several calls the last
   * one holds. <b>Deadline:</b> the one it sets, for waiting calls too. <b>Close and interrupt:</b>
   * fails when closed; an interrupt has no effect. <b>Partial effect:</b> none. <b>Limits and
   * units:</b> an instant in the past, or now, ends waiting calls at once; converted to monotonic
   * time when set; very far instants mean never. Never early; late by scheduling and at most a
   * millisecond of rounding. <b>Maps to:</b> a timer of the connection's loop; no syscall.
   * <b>Source:</b> Go net.Conn.SetDeadline.
   *
   * @param deadline when calls fail with {@link java.net.SocketTimeoutException}; null for never
   * @throws java.nio.channels.ClosedChannelException closed
   */
  default void setDeadline(@Nullable Instant deadline) throws IOException {
    setReadDeadline(deadline);
    setWriteDeadline(deadline);
  }

  /**
   * Sets the deadline of reads; otherwise as {@link #setDeadline}.
   *
   * @param deadline when reads fail; null for never
   * @throws java.nio.channels.ClosedChannelException closed
   */
  void setReadDeadline(@Nullable Instant deadline) throws IOException;

  /**
   * Sets the deadline of writes; otherwise as {@link #setDeadline}.
   *
   * @param deadline when writes fail; null for never
   * @throws java.nio.channels.ClosedChannelException closed
   */
  void setWriteDeadline(@Nullable Instant deadline) throws IOException;

  /**
   * Sets both deadlines to a time from now; otherwise as {@link #setDeadline}.
   *
   * @param timeout the time; null for never; zero or negative for at once
   * @throws java.nio.channels.ClosedChannelException closed
   */
  default void setTimeout(@Nullable Duration timeout) throws IOException {
    setReadTimeout(timeout);
    setWriteTimeout(timeout);
  }

  /**
   * Sets the read deadline to a time from now; otherwise as {@link #setDeadline}.
   *
   * @param timeout the time; null for never; zero or negative for at once
   * @throws java.nio.channels.ClosedChannelException closed
   */
  void setReadTimeout(@Nullable Duration timeout) throws IOException;

  /**
   * Sets the write deadline to a time from now; otherwise as {@link #setDeadline}.
   *
   * @param timeout the time; null for never; zero or negative for at once
   * @throws java.nio.channels.ClosedChannelException closed
   */
  void setWriteTimeout(@Nullable Duration timeout) throws IOException;

  /**
   * This end's address, taken once when the connection was made; also after close.
   *
   * @return an {@link java.net.InetSocketAddress} or {@link java.net.UnixDomainSocketAddress}
   */
  SocketAddress localAddress();

  /**
   * The other end's address, taken once when the connection was made; also after close.
   *
   * @return an {@link java.net.InetSocketAddress}, or a {@link java.net.UnixDomainSocketAddress}
   *     whose path is {@code @} for a peer without a name
   */
  SocketAddress remoteAddress();

  /**
   * Sets a socket option.
   *
   * <p><b>Blocking:</b> never. <b>Threads:</b> any. <b>Deadline:</b> none. <b>Close and
   * interrupt:</b> fails when closed; an interrupt has no effect. <b>Partial effect:</b> none: an
   * option that was refused is as it was. <b>Limits and units:</b> the option's own; the kernel may
   * round, which {@link #getOption} tells. <b>Maps to:</b> setsockopt(2); nio
   * SocketChannel.setOption. <b>Source:</b> setsockopt(2).
   *
   * @param option an option of {@link java.net.StandardSocketOptions} or {@link WeftOptions}
   * @param value the value
   * @param <T> the value's type
   * @throws IOException closed, or the kernel refused
   * @throws UnsupportedOperationException the adapter does not have this option
   */
  <T> void setOption(SocketOption<T> option, T value) throws IOException;

  /**
   * Reads a socket option.
   *
   * <p><b>Blocking:</b> never. <b>Threads:</b> any. <b>Deadline:</b> none. <b>Close and
   * interrupt:</b> fails when closed; an interrupt has no effect. <b>Partial effect:</b> none.
   * <b>Limits and units:</b> the option's own; SO_SNDBUF and SO_RCVBUF as they are set, which is
   * half of what Linux reserves. <b>Maps to:</b> getsockopt(2); nio SocketChannel.getOption.
   * <b>Source:</b> getsockopt(2).
   *
   * @param option an option of {@link java.net.StandardSocketOptions} or {@link WeftOptions}
   * @param <T> the value's type
   * @return the kernel's value
   * @throws IOException closed, or the kernel refused
   * @throws UnsupportedOperationException the adapter does not have this option
   */
  <T> T getOption(SocketOption<T> option) throws IOException;

  /**
   * Closes this end. Waiting calls end with {@link java.nio.channels.AsynchronousCloseException},
   * queued ones too; when this method returns, the descriptor is released.
   *
   * <p><b>Blocking:</b> until the last running syscall on the connection has returned and the
   * descriptor is released; not interruptible. <b>Threads:</b> any; of many concurrent calls one
   * closes and all wait; a second close has no effect. <b>Deadline:</b> none. <b>Close and
   * interrupt:</b> an interrupt has no effect, and its flag is kept. <b>Partial effect:</b> bytes
   * that the kernel has taken are still sent; unread input makes the kernel send a reset. <b>Limits
   * and units:</b> waits at most 10 seconds, for the case that a handler holds the loop up. <b>Maps
   * to:</b> close(2). <b>Source:</b> close(2); Go net.Conn.Close.
   */
  @Override
  void close();
}
