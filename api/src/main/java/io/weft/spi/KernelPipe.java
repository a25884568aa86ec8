package io.weft.spi;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A pipe of Linux's, of which whoever holds it has both ends; see {@link KernelPipes}. */
public final class KernelPipe implements Pipe {
  /** What is returned where the kernel refuses: a negated EOPNOTSUPP. */
  public static final int NOT_POSSIBLE = -Errno.EOPNOTSUPP.number();

  private final KernelPipes home;
  private final KernelPipes.Calls sys;
  private final int readEnd;
  private final int writeEnd;
  private int bytes;
  // whether there may be in it what must not come out
  private boolean spoilt;

  KernelPipe(KernelPipes home, KernelPipes.Calls sys, int readEnd, int writeEnd) {
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
    int result;
    do {
      result = sys.sendfile(writeEnd, source, position, bytesMax);
    } while (result == -Errno.EINTR.number());
    // What is open now was open all the time: its descriptor was no other file's.
    if (!source.isOpen()) {
      spoilt = true;
      return -Errno.EBADF.number();
    }
    bytes += Math.max(result, 0);
    return possible(result);
  }

  /**
   * Receives from a socket that does not block.
   *
   * @param by makes the system call: the adapter of the socket, which may be another one
   * @param socket its descriptor
   * @param bytesMax how many at most, at least 1
   * @return as of {@link StreamHandle#read(Pipe, int)}
   */
  public int receive(KernelPipes.Calls by, int socket, int bytesMax) {
    int result = splice(by, socket, writeEnd, bytesMax);
    bytes += Math.max(result, 0);
    return result;
  }

  /**
   * Sends of what is in it to a socket that does not block.
   *
   * @param by makes the system call: the adapter of the socket, which may be another one
   * @param socket its descriptor
   * @param bytesMax how many at most, at least 1 and no more than there are
   * @return bytes taken, at least 1; a negated EAGAIN where the socket is full; {@link
   *     #NOT_POSSIBLE}; or another negated errno
   */
  public int send(KernelPipes.Calls by, int socket, int bytesMax) {
    int result = splice(by, readEnd, socket, bytesMax);
    bytes -= Math.max(result, 0);
    return result;
  }

  private static int splice(KernelPipes.Calls by, int from, int to, int bytesMax) {
    int result;
    do {
      result = by.splice(from, to, bytesMax);
    } while (result == -Errno.EINTR.number());
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
    } while (result == -Errno.EINTR.number());
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
