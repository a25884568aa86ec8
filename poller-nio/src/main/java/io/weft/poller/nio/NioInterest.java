package io.weft.poller.nio;

import io.weft.spi.Completion;
import io.weft.spi.Readiness;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;

/**
 * One direction of a handle: what is known of its readiness, who waits, and the bit that it needs
 * in the interest set of the handle's key.
 *
 * <p>The operation's thread puts a missing bit in; the loop takes it out when an event finds nobody
 * waiting, since select would report it again and again. Both may happen at once. The waiter arms
 * first and then looks at the bit, the loop takes the bit out first and then looks for a waiter,
 * and all four accesses are volatile: so either the waiter sees that the bit is gone, or the loop
 * sees the waiter, and that one puts it back.
 */
final class NioInterest {
  private final NioPoller poller;
  private final Readiness readiness = new Readiness(false);
  // Worth a syscall although no event said so: nothing is known yet, or the last one took all it
  // could hold. Belongs to the operation's thread; kept out of Readiness, so that known() tells
  // only of what the kernel has told.
  private boolean likely = true;

  NioInterest(NioPoller poller) {
    this.poller = poller;
  }

  /** Whether a syscall is worth it; consumes the readiness. */
  boolean attempt() {
    boolean told = readiness.attempt();
    boolean worth = told || likely;
    likely = false;
    return worth;
  }

  /** After a syscall: the next one is worth it, too. */
  void more() {
    likely = true;
  }

  /** Whether an event came since the last attempt. */
  boolean known() {
    return readiness.ready();
  }

  /**
   * Waits for the next event.
   *
   * @return PENDING, AGAIN when an event came meanwhile, CANCELED when the poller is closed
   */
  int await(SelectionKey key, int op, Completion done) {
    if (!readiness.arm(done)) {
      return Completion.AGAIN;
    }
    try {
      // The poller's close marks itself closed and then cancels what is armed: whoever sees no mark
      // here is seen there.
      if (poller.closed()) {
        return withdrawn();
      }
      if ((key.interestOps() & op) == 0) {
        key.interestOpsOr(op);
        poller.interruptWait();
      }
      return Completion.PENDING;
    } catch (CancelledKeyException e) {
      return withdrawn();
    }
  }

  /** An event came. Loop only. */
  void ready(SelectionKey key, int op) {
    if (readiness.signal()) {
      return;
    }
    key.interestOpsAnd(~op);
    if (readiness.armed()) {
      key.interestOpsOr(op);
    }
  }

  /** An event came whose bit is needed no more. Loop only. */
  void readyOnce(SelectionKey key, int op) {
    key.interestOpsAnd(~op);
    readiness.signal();
  }

  /** This direction was shut down: from now on every syscall has a result at once. Any thread. */
  void end() {
    readiness.hangUp();
  }

  void cancel() {
    readiness.cancel();
  }

  private int withdrawn() {
    return readiness.disarm() ? Completion.CANCELED : Completion.PENDING;
  }
}
