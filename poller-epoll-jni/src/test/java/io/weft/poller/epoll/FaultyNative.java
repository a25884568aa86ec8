package io.weft.poller.epoll;

import java.nio.ByteBuffer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * The real system calls, but for those that a test puts in: it is given the real one and makes it,
 * or not. Counts the calls and the descriptors that are open.
 */
class FaultyNative extends EpollNative {
  /** A system call in the place of a real one. */
  interface Fault {
    int call(IntSupplier real);
  }

  /** A system call that returns a long. */
  interface LongFault {
    long call(LongSupplier real);
  }

  volatile Fault epollCreate = IntSupplier::getAsInt;
  volatile Fault eventfd = IntSupplier::getAsInt;
  volatile Fault eventfdWrite = IntSupplier::getAsInt;
  volatile Fault epollAdd = IntSupplier::getAsInt;
  volatile Fault epollDelete = IntSupplier::getAsInt;
  volatile Fault epollWaitNanos = IntSupplier::getAsInt;
  volatile Fault epollWaitMillis = IntSupplier::getAsInt;
  volatile Fault setsockopt = IntSupplier::getAsInt;
  volatile LongFault getsockopt = LongSupplier::getAsLong;
  volatile Fault getpeername = IntSupplier::getAsInt;
  volatile Fault connect = IntSupplier::getAsInt;
  volatile LongFault accept = LongSupplier::getAsLong;
  volatile Fault recv = IntSupplier::getAsInt;
  volatile LongFault recvmsg = LongSupplier::getAsLong;
  volatile Fault poll = IntSupplier::getAsInt;
  volatile Fault send = IntSupplier::getAsInt;
  volatile Fault sendmsg = IntSupplier::getAsInt;
  volatile LongFault pipe = LongSupplier::getAsLong;
  volatile Fault setPipeBytes = IntSupplier::getAsInt;
  volatile Fault splice = IntSupplier::getAsInt;
  volatile Fault read = IntSupplier::getAsInt;

  // how much of what is asked for reaches the kernel
  volatile int sendBytesMax = Integer.MAX_VALUE;
  volatile int recvmsgBytesMax = Integer.MAX_VALUE;
  volatile int spliceBytesMax = Integer.MAX_VALUE;
  // what a test looks at on the thread that made the calls
  int open;
  int registrations;
  int polls;
  int reads;
  int writes;
  int wakeups;
  int pipes;
  int lastTimeoutMillis;

  FaultyNative() {
    if (NativeLibrary.load() != null) {
      throw new AssertionError("the library is not there: " + NativeLibrary.load());
    }
  }

  private int opened(int fd) {
    open += fd >= 0 ? 1 : 0;
    return fd;
  }

  @Override
  int epollCreate() {
    return opened(epollCreate.call(super::epollCreate));
  }

  @Override
  int eventfd() {
    return opened(eventfd.call(super::eventfd));
  }

  @Override
  int eventfdWrite(int fd) {
    wakeups++;
    return eventfdWrite.call(() -> super.eventfdWrite(fd));
  }

  @Override
  int socket(int family, int type) {
    return opened(super.socket(family, type));
  }

  @Override
  public int close(int fd) {
    open--;
    return super.close(fd);
  }

  @Override
  int epollAdd(int ep, int fd, int events, long data) {
    registrations++;
    return epollAdd.call(() -> super.epollAdd(ep, fd, events, data));
  }

  @Override
  int epollDelete(int ep, int fd) {
    registrations--;
    return epollDelete.call(() -> super.epollDelete(ep, fd));
  }

  @Override
  int epollWaitNanos(int ep, long events, int max, long timeoutNanos) {
    return epollWaitNanos.call(() -> super.epollWaitNanos(ep, events, max, timeoutNanos));
  }

  @Override
  int epollWaitMillis(int ep, long events, int max, int timeoutMillis) {
    lastTimeoutMillis = timeoutMillis;
    return epollWaitMillis.call(() -> super.epollWaitMillis(ep, events, max, timeoutMillis));
  }

  @Override
  int setsockopt(int fd, int level, int name, long value, int valueBytes) {
    return setsockopt.call(() -> super.setsockopt(fd, level, name, value, valueBytes));
  }

  @Override
  long getsockopt(int fd, int level, int name) {
    return getsockopt.call(() -> super.getsockopt(fd, level, name));
  }

  @Override
  int getpeername(int fd, long address) {
    return getpeername.call(() -> super.getpeername(fd, address));
  }

  @Override
  int connect(int fd, long address, int addressBytes) {
    return connect.call(() -> super.connect(fd, address, addressBytes));
  }

  @Override
  long accept(int fd, long address) {
    long accepted = accept.call(() -> super.accept(fd, address));
    opened((int) (accepted < 0 ? accepted : 0));
    return accepted;
  }

  @Override
  int recv(int fd, ByteBuffer buffer, int position, int bytes) {
    reads++;
    return recv.call(() -> super.recv(fd, buffer, position, bytes));
  }

  @Override
  long recvmsg(int fd, ByteBuffer buffer, int position, int bytes) {
    reads++;
    return recvmsg.call(
        () -> super.recvmsg(fd, buffer, position, Math.min(bytes, recvmsgBytesMax)));
  }

  @Override
  int poll(int fd, int events) {
    polls++;
    return poll.call(() -> super.poll(fd, events));
  }

  @Override
  int send(int fd, ByteBuffer buffer, int position, int bytes) {
    writes++;
    return send.call(() -> super.send(fd, buffer, position, Math.min(bytes, sendBytesMax)));
  }

  @Override
  int sendmsg(int fd, long vectors, int count) {
    writes++;
    return sendmsg.call(() -> super.sendmsg(fd, vectors, count));
  }

  @Override
  public long pipe() {
    long ends = pipe.call(super::pipe);
    if (ends >= 0) {
      pipes++;
      open += 2;
    }
    return ends;
  }

  @Override
  public int setPipeBytes(int fd, int bytes) {
    return setPipeBytes.call(() -> super.setPipeBytes(fd, bytes));
  }

  @Override
  public int splice(int from, int to, int bytes) {
    return splice.call(() -> super.splice(from, to, Math.min(bytes, spliceBytesMax)));
  }

  @Override
  int sendFile(int to, int file, long position, int bytes) {
    int bytesMax = Math.min(bytes, spliceBytesMax);
    return splice.call(() -> super.sendFile(to, file, position, bytesMax));
  }

  @Override
  public int read(int fd, ByteBuffer buffer, int position, int bytes) {
    return read.call(() -> super.read(fd, buffer, position, bytes));
  }
}
