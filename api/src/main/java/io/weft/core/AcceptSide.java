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
  private final ListenHandle handle;
  private final Supplier<Loop> nextLoop;
  // what the last attempt took. Owned by the thread that holds the accept lock.
  private @Nullable Accepted taken;

  AcceptSide(Polled owner, ListenHandle handle, Supplier<Loop> nextLoop) {
    super(owner, Direction.READ);
    this.handle = handle;
    this.nextLoop = nextLoop;
  }

  @Override
  String op() {
    return "accept";
  }

  /** Takes one connection; 0 when {@link #take} has it, or a negated errno. */
  int accept() throws IOException {
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
