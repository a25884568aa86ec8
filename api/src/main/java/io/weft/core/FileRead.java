package io.weft.core;

import io.weft.spi.Completion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Fills a buffer from a file, on a thread that may block, for a side that waits for it as it waits
 * for the kernel.
 *
 * <p>While it waits for its turn it can be abandoned; once it runs, whoever waits has to wait for
 * the disk, because the buffer is in use.
 */
final class FileRead implements Runnable {
  private static final int QUEUED = 0;
  private static final int TAKEN = 1;

  private final FileChannel source;
  private final long position;
  private final ByteBuffer buffer;
  private final Completion done;
  private final AtomicInteger state = new AtomicInteger(QUEUED);
  // written before the completion
  private @Nullable Throwable failure;

  FileRead(FileChannel source, long position, ByteBuffer buffer, Completion done) {
    this.source = source;
    this.position = position;
    this.buffer = buffer;
    this.done = done;
  }

  @Override
  public void run() {
    if (!state.compareAndSet(QUEUED, TAKEN)) {
      return;
    }
    try {
      fill();
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    }
    done.complete(0);
  }

  // the end of the file leaves room
  private void fill() throws IOException {
    int start = buffer.position();
    while (buffer.hasRemaining()) {
      if (source.read(buffer, position + buffer.position() - start) <= 0) {
        return;
      }
    }
  }

  /** Ends it if it has not begun: completes with CANCELED. Any thread. */
  void abandon() {
    if (state.compareAndSet(QUEUED, TAKEN)) {
      done.complete(Completion.CANCELED);
    }
  }

  /** Throws what the file threw. */
  void rethrow() throws IOException {
    switch (failure) {
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> {}
    }
  }
}
