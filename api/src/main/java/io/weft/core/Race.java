package io.weft.core;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Happy Eyeballs: two lists of targets, of which the second one starts when the first one has
 * failed, or has not succeeded for a while.
 *
 * <p>The caller's thread dials the primaries, and the fallbacks, too, if the primaries fail early.
 * Only when the time comes first does a thread of its own dial the fallbacks beside them, on the
 * same loop. The first connection decides; the other side is canceled, and a connection that comes
 * too late is closed. {@link #run} returns when both sides have ended.
 *
 * <p>Threads: {@code taken} says who dials the fallbacks, {@code decided} whose outcome counts.
 * {@code won}, {@code thrown} and {@code failure} are written by the fallbacks' thread and read
 * after it has {@code ended}.
 */
final class Race extends Timer {
  private final Threads threads;
  private final Attempts.Dial dial;
  private final Attempts primaries;
  private final Attempts fallbacks;
  private final AtomicBoolean taken = new AtomicBoolean();
  private final AtomicBoolean decided = new AtomicBoolean();
  private final CountDownLatch ended = new CountDownLatch(1);
  private @Nullable PolledConn won;
  private @Nullable Throwable thrown;
  private @Nullable IOException failure;

  Race(Threads threads, Attempts.Dial dial, Attempts primaries, Attempts fallbacks) {
    this.threads = threads;
    this.dial = dial;
    this.primaries = primaries;
    this.fallbacks = fallbacks;
  }

  /** The first connection; else throws the first failure of the primaries. */
  PolledConn run() throws IOException {
    arm();
    IOException first = null;
    try {
      PolledConn conn = primaries.run();
      if (decide()) {
        endFallbacks();
        return conn;
      }
      conn.close();
    } catch (IOException e) {
      first = e;
      if (!Attempts.isFinal(e)) {
        awaitFallbacks();
      }
    } catch (RuntimeException | Error e) {
      endFallbacks();
      closeWon();
      throw e;
    }
    endFallbacks();
    return outcome(first);
  }

  private boolean decide() {
    return decided.compareAndSet(false, true);
  }

  private void arm() {
    Loop loop = dial.loop();
    long startNanos = loop.clock().nanosAfter(dial.config().route().fallbackDelay());
    if (startNanos != Clock.NEVER) {
      loop.runOrPost(() -> loop.schedule(this, startNanos));
    }
  }

  private boolean take() {
    return taken.compareAndSet(false, true);
  }

  /** The primaries have taken too long. */
  @Override
  void expire() {
    if (!take()) {
      return;
    }
    boolean started = false;
    try {
      threads.start("dial-", dial.loop(), this::dialFallbacks);
      started = true;
    } catch (RejectedExecutionException e) {
      // the net is being closed, and ends the primaries
    } finally {
      if (!started) {
        ended.countDown();
      }
    }
  }

  private void dialFallbacks() {
    try {
      PolledConn conn = fallbacks.run();
      if (decide()) {
        won = conn;
        primaries.cancel();
      } else {
        conn.close();
      }
    } catch (IOException e) {
      failure = e;
    } catch (RuntimeException | Error e) {
      if (decide()) {
        thrown = e;
        primaries.cancel();
      }
    } finally {
      ended.countDown();
    }
  }

  private void awaitFallbacks() {
    if (take()) {
      dial.loop().runOrPost(() -> dial.loop().unschedule(this));
      dialFallbacks();
      return;
    }
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void endFallbacks() {
    if (take()) {
      dial.loop().runOrPost(() -> dial.loop().unschedule(this));
      return;
    }
    decide();
    fallbacks.cancel();
    Uninterrupted.await(ended);
  }

  private void closeWon() {
    PolledConn conn = won;
    if (conn != null) {
      conn.close();
    }
  }

  private PolledConn outcome(@Nullable IOException first) throws IOException {
    if (won != null) {
      return won;
    }
    NetErrors.rethrow(thrown);
    IOException primary = Objects.requireNonNull(first);
    if (Attempts.isFinal(primary)) {
      throw primary;
    }
    if (Thread.currentThread().isInterrupted()) {
      throw NetErrors.interrupted(new Polled.Endpoint(dial.network(), null, null), "dial");
    }
    throw failure instanceof ClosedChannelException closed ? closed : primary;
  }
}
