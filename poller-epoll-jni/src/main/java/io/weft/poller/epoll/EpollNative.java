package io.weft.poller.epoll;

import io.weft.spi.KernelPipes;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The system calls of this adapter. Each returns its value or a negated errno; none waits but the
 * two that wait for events. Memory is given as an address, which the caller keeps alive, or as a
 * direct buffer and a position.
 *
 * <p>They are methods of an object, so that a test can put failing ones in the place of some. As
 * long as nobody does, the virtual machine knows that there is one class only, and the calls cost
 * what static ones do.
 */
class EpollNative implements KernelPipes.Calls {
  /** In what {@link #recvmsg} returns: more may be there although not all the room was used. */
  static final long STOPPED_SHORT = 1L << Integer.SIZE;

  /** The address of a direct buffer's first byte, whatever its position. */
  native long address(ByteBuffer buffer);

  /** How large an epoll_event is on this architecture; its data are its last eight bytes. */
  native int eventBytes();

  /** epoll_create1(2), close-on-exec. */
  native int epollCreate();

  /** epoll_ctl(2) with EPOLL_CTL_ADD. */
  native int epollAdd(int ep, int fd, int events, long data);

  /** epoll_ctl(2) with EPOLL_CTL_DEL. */
  native int epollDelete(int ep, int fd);

  /** epoll_pwait2(2): since Linux 5.11. A negative timeout is none. */
  native int epollWaitNanos(int ep, long events, int max, long timeoutNanos);

  /** epoll_wait(2). */
  native int epollWaitMillis(int ep, long events, int max, int timeoutMillis);

  /** eventfd(2), non-blocking and close-on-exec. */
  native int eventfd();

  /** write(2) of a one to an eventfd. */
  native int eventfdWrite(int fd);

  /** read(2) of an eventfd, which resets it. */
  native int eventfdRead(int fd);

  /** socket(2), non-blocking and close-on-exec. */
  native int socket(int family, int type);

  /** bind(2). */
  native int bind(int fd, long address, int addressBytes);

  /** connect(2). */
  native int connect(int fd, long address, int addressBytes);

  /** listen(2). */
  native int listen(int fd, int backlogMax);

  /** accept4(2), non-blocking and close-on-exec: the descriptor, and above it its peer's length. */
  native long accept(int fd, long address);

  /** getsockname(2): the address's length. */
  native int getsockname(int fd, long address);

  /** getpeername(2): the address's length. */
  native int getpeername(int fd, long address);

  /** setsockopt(2) of one int or two, the first one in the low half. */
  native int setsockopt(int fd, int level, int name, long value, int valueBytes);

  /** getsockopt(2), with the value as above. */
  native long getsockopt(int fd, int level, int name);

  /** shutdown(2). */
  native int shutdown(int fd, int how);

  /** close(2). */
  @Override
  public native int close(int fd);

  /** recv(2). */
  native int recv(int fd, ByteBuffer buffer, int position, int bytes);

  /** recvmsg(2): the bytes, with {@link #STOPPED_SHORT} when descriptors came along. */
  native long recvmsg(int fd, ByteBuffer buffer, int position, int bytes);

  /** poll(2) of one descriptor, without waiting: the events found. */
  native int poll(int fd, int events);

  /** send(2) with MSG_NOSIGNAL. */
  native int send(int fd, ByteBuffer buffer, int position, int bytes);

  /** sendmsg(2) of an array of struct iovec, with MSG_NOSIGNAL. */
  native int sendmsg(int fd, long vectors, int count);

  @Override
  public native long pipe();

  @Override
  public native int setPipeBytes(int end, int bytes);

  @Override
  public native int read(int end, ByteBuffer dst, int position, int bytes);

  @Override
  public native int splice(int from, int to, int bytes);

  // a negative descriptor makes the call fail, which is right
  @Override
  public final int sendfile(int end, FileChannel file, long position, int bytes) {
    return sendFile(end, descriptor(file), position, bytes);
  }

  /** sendfile(2) from a position of the file. */
  native int sendFile(int to, int file, long position, int bytes);

  /**
   * The descriptor of a file; -1 when it is closed, or not one of the JDK's own. As soon as
   * somebody closes the file, the number may be another one's.
   */
  native int descriptor(FileChannel file);
}
