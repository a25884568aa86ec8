package io.weft.tck;

import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Handle;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One operation of the adapter under test whose completion comes at a bad moment.
 *
 * <p>A success that is held back is told when the operation is cancelled: as if it had come first.
 * To have a success even from an adapter that only tells that it is worth to try again, the
 * operation is tried again here.
 */
abstract class FaultyOperation implements Completion {
  private final Handle handle;
  private final Direction direction;
  final Completion done;

  FaultyOperation(Handle handle, Direction direction, Completion done) {
    this.handle = handle;
    this.direction = direction;
    this.done = done;
  }

  @Override
  public final void full() {
    done.full();
  }

  /** Starts an operation of the adapter. */
  @FunctionalInterface
  interface Start {
    int with(Completion done);
  }

  /** The core has asked for the end. */
  abstract void cancel();

  final void cancelReal() {
    handle.cancel(direction);
  }

  /** Tells its success only when it is cancelled. */
  static final class HeldBack extends FaultyOperation {
    private static final int NOTHING = Integer.MAX_VALUE;

    private final FaultPlan plan;
    private final Start start;
    private final AtomicInteger result = new AtomicInteger(NOTHING);
    private volatile boolean cancelled;

    HeldBack(Handle handle, Direction direction, Completion done, FaultPlan plan, Start start) {
      super(handle, direction, done);
      this.plan = plan;
      this.start = start;
    }

    @Override
    public void complete(int completed) {
      int r = completed;
      if (r == AGAIN) {
        r = start.with(this);
        if (r == PENDING) {
          if (cancelled) {
            cancelReal();
          }
          return;
        }
      }
      result.set(r);
      if (r == CANCELED || cancelled) {
        tell();
      } else {
        plan.held();
      }
    }

    @Override
    void cancel() {
      cancelled = true;
      if (!tell()) {
        cancelReal();
        tell();
      }
    }

    private boolean tell() {
      int r = result.getAndSet(NOTHING);
      if (r != NOTHING) {
        done.complete(r);
      }
      return r != NOTHING;
    }
  }

  /**
   * Ends although nothing has come. While the loop disturbs it, nobody is told its end: the handle
   * could be closed then.
   */
  static final class Disturbed extends FaultyOperation {
    private static final int UNDISTURBED = 0;
    private static final int DISTURBING = 1;
    private static final int ENDED = 2;

    private final Set<Disturbed> disturbable;
    private final AtomicInteger state = new AtomicInteger(UNDISTURBED);
    private volatile int result;
    private volatile boolean disturbed;

    Disturbed(Handle handle, Direction direction, Completion done, Set<Disturbed> disturbable) {
      super(handle, direction, done);
      this.disturbable = disturbable;
    }

    /** From now on the loop may disturb it. */
    void offer() {
      disturbable.add(this);
      if (state.get() == ENDED) {
        disturbable.remove(this);
      }
    }

    @Override
    public void complete(int completed) {
      result = completed;
      if (state.getAndSet(ENDED) == UNDISTURBED) {
        tell();
      }
    }

    /** Loop only. */
    void disturb() {
      if (state.compareAndSet(UNDISTURBED, DISTURBING)) {
        disturbed = true;
        cancelReal();
        if (!state.compareAndSet(DISTURBING, UNDISTURBED)) {
          tell();
        }
      }
    }

    @Override
    void cancel() {
      cancelReal();
    }

    private void tell() {
      disturbable.remove(this);
      int r = result;
      done.complete(r == CANCELED && disturbed ? AGAIN : r);
    }
  }
}
