package io.weft.core;

import io.weft.spi.Direction;
import io.weft.spi.Errno;
import io.weft.spi.ErrnoException;
import io.weft.spi.ListenHandle;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The accepting direction of a listener. */
final class AcceptSide extends Side {
  /** What {@link #accept} gives when its limit has no place for a connection. */
  static final int NO_PLACE = AGAIN + 1;

  private final ListenHandle handle;
  private final Supplier<Loop> nextLoop;
  // The two fields below are owned by the thread that holds the accept lock.
  // what the last attempt took
  private @Nullable Accepted taken;
  // who needs a place for what is accepted
  private Places.@Nullable Seeker seeker;

  AcceptSide(Polled owner, ListenHandle handle, Supplier<Loop> nextLoop) {
    super(owner, Direction.READ);
    this.handle = handle;
    this.nextLoop = nextLoop;
  }

  @Override
  String op() {
    return "accept";
  }

  /** Takes one connection; 0 when {@link #take} has it, NO_PLACE, or a negated errno. */
  int accept(Places.@Nullable Seeker by) throws IOException {
    seeker = by;
    int r = perform();
    while (r == 0 && taken == null) {
      r = perform();
    }
    return r;
  }

  Accepted take() {
    Accepted result = Objects.requireNonNull(taken);
    taken = null;
    return result;
  }

  @Override
  int attempt() {
    Places.Seeker limited = seeker;
    if (limited == null) {
      return attemptAccept();
    }
    if (!limited.enter()) {
      return NO_PLACE;
    }
    int r = attemptAccept();
    if (r != 0) {
      limited.giveUp();
    }
    return r;
  }

  private int attemptAccept() {
    int r = handle.accept(this);
    if (r == 0) {
      Loop loop = nextLoop.get();
      try {
        taken = new Accepted(handle.accepted(loop.poller()), loop);
      } catch (ErrnoException e) {
        return -e.errno();
      } catch (IOException e) {
        return -Errno.EIO.number();
      }
    }
    return r;
  }

  /** A connection and the loop that it belongs to. */
  record Accepted(StreamHandle handle, Loop loop) {}
}
