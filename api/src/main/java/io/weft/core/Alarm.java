package io.weft.core;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Tells a transfer that its source has failed while it waits for its target and so does not read.
 * The source's poller raises it, once and for all.
 */
final class Alarm implements Runnable {
  private volatile boolean raised;
  // written by the transfer, which looks then; who raises the alarm looks here afterwards
  private volatile @Nullable Thread waiter;

  /** Has a thread woken from now on, or nobody; there is one transfer from a source at a time. */
  void wake(@Nullable Thread thread) {
    waiter = thread;
    if (raised) {
      LockSupport.unpark(thread);
    }
  }

  boolean isRaised() {
    return raised;
  }

  @Override
  public void run() {
    raised = true;
    LockSupport.unpark(waiter);
  }
}
