package io.weft.core;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * The turns of a game: who can do nothing before the game has moved on waits for the next one. To
 * spin instead would take the processor from those who play.
 */
final class Turns {
  private final Queue<Thread> waiting = new ConcurrentLinkedQueue<>();
  private volatile int turn;
  private volatile boolean over;

  int turn() {
    return turn;
  }

  /** One thread only. */
  void next() {
    int next = turn + 1;
    turn = next;
    wake();
  }

  /** Nobody waits any more. */
  void end() {
    over = true;
    wake();
  }

  private void wake() {
    Thread thread;
    while ((thread = waiting.poll()) != null) {
      LockSupport.unpark(thread);
    }
  }

  /** Waits for a later turn than the one seen; takes interrupts meanwhile. */
  void awaitAfter(int seen) {
    while (turn == seen && !over) {
      // published before the look at the turn; who moves on looks here afterwards
      waiting.add(Thread.currentThread());
      if (turn == seen && !over) {
        LockSupport.park(this);
        Thread.interrupted();
      }
    }
  }
}
