package io.weft.server.service;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a service has open. Any thread may call any method.
 *
 * @param <T> equal to itself only
 */
public final class OpenSet<T> {
  private final Set<T> open = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition left = lock.newCondition();
  private volatile boolean awaited;

  /** An empty one. */
  public OpenSet() {}

  /** One more is open. */
  public void add(T one) {
    open.add(one);
  }

  /** One is open no more. */
  public void remove(T one) {
    open.remove(one);
    if (awaited) {
      lock.lock();
      try {
        left.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** How many are open. */
  public int count() {
    return open.size();
  }

  /** Those that are open at this moment. */
  public List<T> all() {
    return List.copyOf(open);
  }

  /** Waits until there are none; returns whether that was in time. */
  public boolean awaitNone(Duration timeout) throws InterruptedException {
    long nanos = timeout.toNanos();
    awaited = true;
    lock.lock();
    try {
      while (!open.isEmpty()) {
        if (nanos <= 0) {
          return false;
        }
        nanos = left.awaitNanos(nanos);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
