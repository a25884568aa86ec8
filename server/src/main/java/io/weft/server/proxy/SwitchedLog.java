package io.weft.server.proxy;

import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A log whose target can be changed while sessions end; each is heard by one of them. */
public final class SwitchedLog implements AccessLog {
  // who writes a session reads the target; many do at a time
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  // guarded by lock
  private AccessLog target;

  /** A log with its first target, which is its own. */
  public SwitchedLog(AccessLog target) {
    this.target = target;
  }

  /** Goes over to another target, and closes the one before. */
  public void switchTo(AccessLog next) {
    AccessLog last;
    lock.writeLock().lock();
    try {
      last = target;
      target = next;
    } finally {
      lock.writeLock().unlock();
    }
    last.close();
  }

  @Override
  public void ended(SessionRecord session) {
    lock.readLock().lock();
    try {
      target.ended(session);
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public void close() {
    switchTo(NONE);
  }
}
