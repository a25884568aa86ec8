package io.weft.core;

import io.weft.spi.Completion;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A read of a file, on a thread that may block, for a side that waits for it as it waits for the
 * kernel.
 *
 * <p>While it waits for its turn it can be abandoned; once it runs, whoever waits has to wait for
 * the disk, because the buffer or the pipe is in use.
 */
final class FileRead implements Runnable {
  private static final int QUEUED = 0;
  private static final int TAKEN = 1;

  private final Call call;
  private final Completion done;
  private final AtomicInteger state = new AtomicInteger(QUEUED);
  // written before the completion
  private @Nullable Throwable failure;

  /** What blocks. */
  @FunctionalInterface
  interface Call {
    /** Reads; what the waiting side is told, but not CANCELED. */
    int run() throws IOException;
  }

  FileRead(Call call, Completion done) {
    this.call = call;
    this.done = done;
  }

  @Override
  public void run() {
    if (!state.compareAndSet(QUEUED, TAKEN)) {
      return;
    }
    int result = 0;
    try {
      result = call.run();
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    }
    done.complete(result);
  }

  /** Ends it if it has not begun: completes with CANCELED. Any thread. */
  void abandon() {
    if (state.compareAndSet(QUEUED, TAKEN)) {
      done.complete(Completion.CANCELED);
    }
  }

  /** Throws what the file threw. */
  void rethrow() throws IOException {
    NetErrors.rethrow(failure);
  }
}
