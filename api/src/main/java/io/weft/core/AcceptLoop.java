package io.weft.core;

import io.weft.Conn;
import io.weft.ErrorListener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.RejectedExecutionException;
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
  private final @Nullable Observation observation;
  private final Starter starter;
  private final Places.Seeker seeker;
  // one for all connections
  private final Runnable leave;

  AcceptLoop(
      PolledListener listener,
      ErrorListener onError,
      @Nullable Observation observation,
      Starter starter,
      Places places) {
    this.listener = listener;
    this.onError = onError;
    this.observation = observation;
    this.starter = starter;
    this.seeker = places.new Seeker();
    this.leave = places::leave;
  }

  /**
   * Runs on a virtual thread of the listener's loop, so that an accept needs no wake-up of another
   * thread; the caller waits.
   */
  void run(Threads threads) throws IOException {
    Runnable wake = seeker::wake;
    listener.addCloseListener(wake);
    try {
      runOn(threads);
    } finally {
      listener.removeCloseListener(wake);
    }
  }

  private void runOn(Threads threads) throws IOException {
    Outcome outcome = new Outcome();
    Thread thread;
    try {
      thread = threads.start("accept-", listener.loop(), () -> run(outcome));
    } catch (RejectedExecutionException e) {
      // the net is closed, and with it the listener
      return;
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      thread.interrupt();
      Uninterrupted.join(thread);
      Thread.currentThread().interrupt();
      throw listener.interrupted("accept");
    }
    NetErrors.rethrow(outcome.failure);
  }

  private void run(Outcome outcome) {
    try {
      acceptAll();
    } catch (ClosedChannelException e) {
      // the listener is closed: the end
    } catch (IOException | RuntimeException | Error e) {
      outcome.failure = e;
    } finally {
      seeker.giveUp();
    }
  }

  private void acceptAll() throws IOException {
    long pauseNanos = PAUSE_MIN_NANOS;
    for (; ; ) {
      try {
        Conn conn = listener.accept(seeker);
        if (conn == null) {
          // closed or interrupted there, accept says so
          seeker.await(listener::isOpen);
          continue;
        }
        pauseNanos = PAUSE_MIN_NANOS;
        handOver(conn);
      } catch (ClosedChannelException e) {
        throw e;
      } catch (IOException e) {
        seeker.giveUp();
        // a deadline of the listener, too, fails every accept until it is moved
        boolean interrupted = Thread.currentThread().isInterrupted();
        if ((interrupted && e instanceof InterruptedIOException) || listener.loop().hasEnded()) {
          throw e;
        }
        report(e, pauseNanos);
        pauseNanos = Math.min(pauseNanos * 2, PAUSE_MAX_NANOS);
      }
    }
  }

  private void handOver(Conn conn) throws IOException {
    boolean handedOver = false;
    seeker.handOver();
    try {
      starter.start(conn, leave);
      handedOver = true;
    } catch (RejectedExecutionException e) {
      throw new ClosedChannelException();
    } finally {
      if (!handedOver) {
        conn.close();
        leave.run();
      }
    }
  }

  private void report(IOException failure, long pauseNanos) {
    if (observation != null) {
      observation.acceptFailed(listener, failure);
    }
    onError.onError(null, failure);
    listener.pause(pauseNanos);
  }

  /** Starts the handler of a connection. */
  interface Starter {
    /**
     * Starts a thread.
     *
     * @param ended what it runs when the handler has ended and the connection is closed
     */
    void start(Conn conn, Runnable ended);
  }

  /** How the accept thread ended; read after it was joined. */
  private static final class Outcome {
    private @Nullable Throwable failure;
  }
}
