package io.weft.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Sends bytes of a file over a connection, whose write lock the caller holds: fills a buffer of the
 * pool's on a thread that may block, sends it, and so on.
 */
final class FileTransfer {
  private final PolledConn target;
  private final FileChannel source;
  private final long position;
  private long sentBytes;

  FileTransfer(PolledConn target, FileChannel source, long position) {
    this.target = target;
    this.source = source;
    this.position = position;
  }

  /** What the kernel has taken so far. */
  long sentBytes() {
    return sentBytes;
  }

  /** Sends until the count is reached or the file ends. */
  void run(long count, BufferPool pool) throws IOException {
    ByteBuffer buffer = pool.take();
    try {
      boolean more = count > 0;
      while (more) {
        buffer.clear();
        buffer.limit((int) Math.min(count - sentBytes, buffer.capacity()));
        target.fill(buffer, source, position + sentBytes);
        more = !buffer.hasRemaining() && sentBytes + buffer.limit() < count;
        send(buffer.flip());
      }
    } finally {
      pool.give(buffer);
    }
  }

  private void send(ByteBuffer buffer) throws IOException {
    if (buffer.hasRemaining()) {
      try {
        target.send(buffer);
      } finally {
        sentBytes += buffer.position();
      }
    }
  }
}
