package io.weft.core;

import io.weft.spi.Pipe;
import io.weft.spi.Poller;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Sends bytes of a file over a connection, whose write lock the caller holds: fills a pipe, or a
 * buffer of the pool's, on a thread that may block, sends it, and so on.
 *
 * <p>A pipe saves the copies; whatever speaks against it, memory goes on where it ended, and tells
 * what is wrong with the file, if something is.
 */
final class FileTransfer {
  // so that a deadline and others of the loop have their turn
  private static final int PIPED_BYTES_MAX = 1024 * 1024;

  private final PolledConn target;
  private final Poller poller;
  private final FileChannel source;
  private final long position;
  private final long count;
  private long sentBytes;

  FileTransfer(PolledConn target, FileChannel source, long position, long count) {
    this.target = target;
    poller = target.loop().poller();
    this.source = source;
    this.position = position;
    this.count = count;
  }

  /** What the kernel has taken so far. */
  long sentBytes() {
    return sentBytes;
  }

  /** Sends until the count is reached or the file ends. */
  void run(BufferPool pool) throws IOException {
    // what fits into a buffer costs least there
    boolean small = count <= pool.bufferBytes();
    boolean more = small || !target.takesPipes() || !poller.pipesTakeFiles() || sendPiped();
    if (more && sentBytes < count) {
      sendCopied(pool);
    }
  }

  // whether memory has to go on
  private boolean sendPiped() throws IOException {
    boolean taken = true;
    while (taken && sentBytes < count) {
      Pipe pipe = poller.pipe();
      if (pipe == null) {
        return true;
      }
      try {
        int bytesMax = (int) Math.min(count - sentBytes, PIPED_BYTES_MAX);
        int r = target.read(() -> pipe.fill(source, position + sentBytes, bytesMax));
        if (r <= 0) {
          return r < 0;
        }
        taken = send(pipe, r);
      } finally {
        pipe.release();
      }
    }
    return true;
  }

  private boolean send(Pipe pipe, int bytes) throws IOException {
    try {
      return target.send(pipe);
    } finally {
      sentBytes += bytes - pipe.bytes();
    }
  }

  private void sendCopied(BufferPool pool) throws IOException {
    ByteBuffer buffer = pool.take();
    try {
      boolean more = true;
      while (more) {
        buffer.clear();
        buffer.limit((int) Math.min(count - sentBytes, buffer.capacity()));
        target.read(() -> fill(buffer));
        more = !buffer.hasRemaining() && sentBytes + buffer.limit() < count;
        send(buffer.flip());
      }
    } finally {
      pool.give(buffer);
    }
  }

  // the end of the file leaves room
  private int fill(ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (source.read(buffer, position + sentBytes + buffer.position()) <= 0) {
        break;
      }
    }
    return 0;
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
