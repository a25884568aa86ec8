package io.weft.core;

import io.weft.Network;
import io.weft.Scheduling;
import io.weft.concurrency.Watch;
import io.weft.spi.Direction;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Instant;
import java.util.concurrent.Executor;

/** What is on a kernel's handle: one side, whose one operation the kernel decides. */
final class TestPolled extends Polled implements Watch.Sleeper {
  private static final Clock NO_TIME_PASSES =
      new Clock() {
        @Override
        public long nanos() {
          return 0;
        }

        @Override
        public Instant now() {
          return Instant.EPOCH;
        }
      };
  private static final Endpoint ENDPOINT = new Endpoint(Network.TCP, null, null);
  private static final Executor ON_THE_SPOT = Runnable::run;

  final TestKernel kernel;
  final Side side = new TestSide();
  // written by whoever starts the operation, read by its thread once it has a result
  private int attempts;
  private volatile boolean lost;

  TestPolled(TestKernel kernel, Loop loop) {
    super(ENDPOINT, loop, kernel);
    this.kernel = kernel;
  }

  /** A loop that nobody starts: an actor runs it, or nobody has to. */
  static Loop loop(TestKernel kernel) {
    return loop(kernel, Scheduling.ON_LOOP);
  }

  /** As {@link #loop(TestKernel)}; under the JDK's scheduling it is passed on when it is busy. */
  static Loop loop(TestKernel kernel, Scheduling scheduling) {
    return new Loop("played", kernel, NO_TIME_PASSES, ON_THE_SPOT, scheduling);
  }

  /** Performs under the lock, as all operations do, and says how it ended. */
  String perform(Watch watch) {
    String outcome = performLocked(watch);
    return lost || kernel.hasLost() ? "lost" : outcome;
  }

  private String performLocked(Watch watch) {
    watch.begin(this);
    try {
      lock(true, "read");
      try {
        return side.perform() + " after " + attempts;
      } finally {
        unlock(true);
      }
    } catch (SocketTimeoutException e) {
      return "timeout";
    } catch (InterruptedIOException e) {
      return "interrupted";
    } catch (ClosedChannelException e) {
      return "closed";
    } catch (IOException e) {
      return "loop ended";
    } finally {
      watch.end();
    }
  }

  @Override
  public void rescue() {
    lost = true;
    side.complete(-1);
  }

  @Override
  void cancelAll() {
    side.cancel();
  }

  @Override
  void retireAll() {
    side.retire();
  }

  private final class TestSide extends Side {
    TestSide() {
      super(TestPolled.this, Direction.READ);
    }

    @Override
    int attempt() {
      attempts++;
      return kernel.start(this);
    }

    @Override
    String op() {
      return "read";
    }
  }
}
