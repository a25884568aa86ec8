package io.weft.spi;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Room in the kernel for bytes that go from one descriptor to another and are never seen by this
 * process: filled by {@link StreamHandle#read(Pipe, int)} or {@link #fill}, emptied by {@link
 * StreamHandle#write(Pipe, int, Completion)}, and by {@link #read} of what nobody wanted to take.
 *
 * <p>It comes empty from {@link Poller#pipe}, and is filled once before it is emptied again. Its
 * bytes come out in the order in which they went in. It may go to a handle of any poller, which
 * refuses what it does not know.
 *
 * <p><b>Threads.</b> One at a time, and any: whoever hands it on orders the two. From a PENDING
 * write to its completion it is the adapter's.
 */
public interface Pipe {
  /**
   * How much is in it.
   *
   * @return bytes
   */
  int bytes();

  /**
   * Takes bytes of a file into an empty pipe. Waits for the disk, so it is called on a thread that
   * may: never on a loop. The file's own position is neither used nor moved.
   *
   * <p>A file that is closed meanwhile is a failure, never bytes of what has its descriptor next.
   *
   * @param source the file
   * @param position where in the file to begin
   * @param bytesMax how many at most, at least 1; what it has room for limits them, too
   * @return bytes taken; 0 at the end of the file; or a negated errno, whatever the reason: a read
   *     of the file tells it, or succeeds
   */
  int fill(FileChannel source, long position, int bytesMax);

  /**
   * Takes bytes that are in it out into memory, without waiting.
   *
   * @param dst where to, direct; its remaining bytes; its position is not moved
   * @return bytes taken out, at least 1, but 0 of an empty pipe; or a negated errno
   */
  int read(ByteBuffer dst);

  /** Gives it back, and what is in it up. Nothing is called after it. Any thread. */
  void release();
}
