package io.weft.poller.epoll;

import io.weft.spi.Errno;
import io.weft.spi.Pipe;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A pipe of the kernel's, of which whoever holds it has both ends. */
final class EpollPipe implements Pipe {
  static final int NOT_POSSIBLE = -Errno.EOPNOTSUPP.number();

  private final EpollPipes home;
  private final EpollNative sys;
  private final int readEnd;
  private final int writeEnd;
  private int bytes;
  // whether there may be in it what must not come out
  private boolean spoilt;

  EpollPipe(EpollPipes home, EpollNative sys, int readEnd, int writeEnd) {
    this.home = home;
    this.sys = sys;
    this.readEnd = readEnd;
    this.writeEnd = writeEnd;
  }

  @Override
  public int bytes() {
    return bytes;
  }

  @Override
  public int fill(FileChannel source, long position, int bytesMax) {
    // a negative descriptor makes the call fail, which is right
    int file = sys.descriptor(source);
    int result;
    do {
      result = sys.sendfile(writeEnd, file, position, bytesMax);
    } while (result == EpollHandle.INTERRUPTED);
    // What is open now was open all the time: its descriptor was no other file's.
    if (!source.isOpen()) {
      spoilt = true;
      return -Errno.EBADF.number();
    }
    bytes += Math.max(result, 0);
    return possible(result);
  }

  /** Receives; at the end of the stream 0. */
  int receive(int socket, int bytesMax) {
    int result = splice(socket, writeEnd, bytesMax);
    bytes += Math.max(result, 0);
    return result;
  }

  /** Sends of what is in it. */
  int send(int socket, int bytesMax) {
    int result = splice(readEnd, socket, bytesMax);
    bytes -= Math.max(result, 0);
    return result;
  }

  private int splice(int from, int to, int bytesMax) {
    int result;
    do {
      result = sys.splice(from, to, bytesMax);
    } while (result == EpollHandle.INTERRUPTED);
    return possible(result);
  }

  private static int possible(int result) {
    // it may be that these two do not go together, that the kernel has no such call, or that a
    // container's profile refuses it
    boolean refused =
        result == -Errno.EINVAL.number()
            || result == -Errno.ENOSYS.number()
            || result == -Errno.EPERM.number();
    return refused ? NOT_POSSIBLE : result;
  }

  @Override
  public int read(ByteBuffer dst) {
    if (bytes == 0) {
      return 0;
    }
    int result;
    do {
      result = sys.read(readEnd, dst, dst.position(), dst.remaining());
    } while (result == EpollHandle.INTERRUPTED);
    bytes -= Math.max(result, 0);
    return result;
  }

  @Override
  public void release() {
    home.giveBack(this, bytes == 0 && !spoilt);
  }

  void close() {
    sys.close(readEnd);
    sys.close(writeEnd);
  }
}
