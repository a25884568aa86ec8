package io.weft.core;

import io.weft.Conn;
import io.weft.ErrorListener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Accepts until the listener is closed. After a failed accept it pauses, 5 ms at first, doubling to
 * 1 s, so that a lack of descriptors does not make it spin.
 */
final class AcceptLoop {
  private static final long PAUSE_MIN_NANOS = 5_000_000;
  private static final long PAUSE_MAX_NANOS = 1_000_000_000;

  private final PolledListener listener;
  private final ErrorListener onError;
  private final Consumer<Conn> start;

  AcceptLoop(PolledListener listener, ErrorListener onError, Consumer<Conn> start) {
    this.listener = listener;
    this.onError = onError;
    this.start = start;
  }

  /**
   * Runs on a virtual thread of the listener's loop, so that an accept needs no wake-up of another
   * thread; the caller waits.
   */
  void run(Threads threads) throws IOException {
    Outcome outcome = new Outcome();
    Thread thread = threads.start("accept-", listener.loop(), () -> acceptAll(outcome));
    try {
      thread.join();
    } catch (InterruptedException e) {
      thread.interrupt();
      joinUninterruptibly(thread);
      Thread.currentThread().interrupt();
      throw listener.interrupted("accept");
    }
    if (outcome.interrupted != null) {
      throw outcome.interrupted;
    }
  }

  private void acceptAll(Outcome outcome) {
    long pauseNanos = PAUSE_MIN_NANOS;
    for (; ; ) {
      try {
        Conn conn = listener.accept();
        pauseNanos = PAUSE_MIN_NANOS;
        handOver(conn);
      } catch (ClosedChannelException e) {
        return;
      } catch (InterruptedIOException e) {
        if (Thread.currentThread().isInterrupted()) {
          outcome.interrupted = e;
          return;
        }
        // a deadline of the listener: it fails every accept until it is moved
        report(e, pauseNanos);
        pauseNanos = Math.min(pauseNanos * 2, PAUSE_MAX_NANOS);
      } catch (IOException e) {
        if (!listener.isOpen() || listener.loop().hasEnded()) {
          return;
        }
        report(e, pauseNanos);
        pauseNanos = Math.min(pauseNanos * 2, PAUSE_MAX_NANOS);
      }
    }
  }

  private void handOver(Conn conn) throws IOException {
    try {
      start.accept(conn);
    } catch (RejectedExecutionException e) {
      conn.close();
      throw new ClosedChannelException();
    }
  }

  private void report(IOException failure, long pauseNanos) {
    onError.onError(null, failure);
    LockSupport.parkNanos(pauseNanos);
  }

  private static void joinUninterruptibly(Thread thread) {
    for (; ; ) {
      try {
        thread.join();
        return;
      } catch (InterruptedException e) {
        // the caller restores the flag
      }
    }
  }

  /** How the accept thread ended; read after it was joined. */
  private static final class Outcome {
    private @Nullable InterruptedIOException interrupted;
  }
}
