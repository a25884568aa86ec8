package io.weft.tck;

import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.ErrnoException;
import io.weft.spi.Handle;
import io.weft.tck.FaultPlan.Call;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What was ordered, for one handle; keeps the operation of each direction that it meddles with. */
final class HandleFaults {
  // a connect that was cancelled cannot be started again
  private static final Set<Call> DISTURBABLE =
      EnumSet.of(Call.ACCEPT, Call.READ, Call.READABLE, Call.WRITE);

  private final FaultPlan plan;
  private final Handle handle;
  private final Set<FaultyOperation.Disturbed> disturbable;
  private volatile @Nullable FaultyOperation reading;
  private volatile @Nullable FaultyOperation writing;

  /**
   * Faults for a handle.
   *
   * @param disturbable where its poller finds what it may disturb
   */
  HandleFaults(FaultPlan plan, Handle handle, Set<FaultyOperation.Disturbed> disturbable) {
    this.plan = plan;
    this.handle = handle;
    this.disturbable = disturbable;
  }

  FaultPlan plan() {
    return plan;
  }

  void throwIfOrdered(Call call) throws ErrnoException {
    ErrnoException.check(plan.error(call));
  }

  /** Starts an operation of the adapter, or fails as was ordered. */
  int run(Call call, Completion done, FaultyOperation.Start start) {
    int error = plan.error(call);
    if (error != 0) {
      return error;
    }
    Direction direction =
        call == Call.WRITE || call == Call.CONNECT ? Direction.WRITE : Direction.READ;
    if (plan.holdsBack(call)) {
      // an accept tells nobody of its success: the connection stays where it is
      FaultyOperation.Start again =
          call == Call.ACCEPT || call == Call.READABLE ? d -> Completion.AGAIN : start;
      FaultyOperation held = new FaultyOperation.HeldBack(handle, direction, done, plan, again);
      keep(direction, held);
      return start.with(held);
    }
    if (plan.isSpurious() && DISTURBABLE.contains(call)) {
      return runDisturbed(direction, done, start);
    }
    keep(direction, null);
    return start.with(done);
  }

  private int runDisturbed(Direction direction, Completion done, FaultyOperation.Start start) {
    FaultyOperation.Disturbed operation =
        new FaultyOperation.Disturbed(handle, direction, done, disturbable);
    keep(direction, operation);
    int r = start.with(operation);
    if (r == Completion.PENDING) {
      operation.offer();
    }
    return r;
  }

  void cancel(Direction direction) {
    FaultyOperation operation = direction == Direction.READ ? reading : writing;
    if (operation == null) {
      handle.cancel(direction);
    } else {
      operation.cancel();
    }
  }

  private void keep(Direction direction, @Nullable FaultyOperation operation) {
    if (direction == Direction.READ) {
      reading = operation;
    } else {
      writing = operation;
    }
  }
}
