package io.weft.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The lock word of a handle: one reader, one writer, any number of short users, and a close that
 * turns everybody away and lets the last one out release the handle.
 *
 * <p>After the lock of Go's file descriptors. One 64-bit word holds the closed bit, a lock bit for
 * each direction, a count of those inside, and for each direction a count of those who queue:
 *
 * <pre>
 *   bit 0      closed
 *   bit 1, 2   read lock, write lock
 *   bits 3-22  inside: lock holders, short users, the closer
 *   bits 23-42 queued readers
 *   bits 43-62 queued writers
 * </pre>
 *
 * <p>A queued thread waits for a permit. Whoever unlocks takes one off the queue's count and gives
 * a permit; whoever closes takes all off and gives as many. Sleeping threads = count + permits,
 * always; the one that wakes competes for the lock again, so that order is roughly first come,
 * first served, and a newcomer may slip in. The lock word holds no deadline: it is checked once
 * inside.
 */
final class HandleMutex {
  /** Results of {@link #lock}. */
  static final int LOCKED = 0;

  static final int CLOSED = 1;
  static final int CLOSED_IN_QUEUE = 2;
  static final int INTERRUPTED = 3;

  private static final long CLOSED_BIT = 1;
  private static final long READ_BIT = 1 << 1;
  private static final long WRITE_BIT = 1 << 2;
  private static final long COUNT_MAX = (1 << 20) - 1;
  private static final long INSIDE = 1 << 3;
  private static final long INSIDE_MASK = COUNT_MAX << 3;
  private static final long READER = 1L << 23;
  private static final long READERS_MASK = COUNT_MAX << 23;
  private static final long WRITER = 1L << 43;
  private static final long WRITERS_MASK = COUNT_MAX << 43;

  private static final VarHandle WORD;
  private static final VarHandle READERS;
  private static final VarHandle WRITERS;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      WORD = lookup.findVarHandle(HandleMutex.class, "word", long.class);
      READERS = lookup.findVarHandle(HandleMutex.class, "readers", Semaphore.class);
      WRITERS = lookup.findVarHandle(HandleMutex.class, "writers", Semaphore.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile long word;
  // permits for queued threads; made by the first one that queues
  private volatile @Nullable Semaphore readers;
  private volatile @Nullable Semaphore writers;

  /** Whether close has begun. */
  boolean isClosed() {
    return (word & CLOSED_BIT) != 0;
  }

  /** Enters for a short use, such as setting an option; false when closed. */
  boolean enter() {
    for (; ; ) {
      long seen = word;
      if ((seen & CLOSED_BIT) != 0) {
        return false;
      }
      if (change(seen, more(seen, INSIDE_MASK, INSIDE))) {
        return true;
      }
    }
  }

  /** Enters once more, closed or not, for a use that outlives the caller's own, which is inside. */
  void hold() {
    for (; ; ) {
      long seen = word;
      assert (seen & INSIDE_MASK) != 0 : "hold from outside";
      if (change(seen, more(seen, INSIDE_MASK, INSIDE))) {
        return;
      }
    }
  }

  /** Closes and enters, and sends the queued threads away; false when closed already. */
  boolean close() {
    for (; ; ) {
      long seen = word;
      if ((seen & CLOSED_BIT) != 0) {
        return false;
      }
      long next = more(seen, INSIDE_MASK, INSIDE) | CLOSED_BIT;
      if (change(seen, next & ~(READERS_MASK | WRITERS_MASK))) {
        permit(true, (int) ((seen & READERS_MASK) / READER));
        permit(false, (int) ((seen & WRITERS_MASK) / WRITER));
        return true;
      }
    }
  }

  /**
   * Leaves after {@link #enter} or {@link #close}; true for the last one out after a close.
   *
   * <p>A lock holder may leave without unlocking, for a wait that a close need not wait for, and
   * then enter again; when that fails, there is no lock to unlock any more.
   */
  boolean leave() {
    for (; ; ) {
      long seen = word;
      assert (seen & INSIDE_MASK) != 0 : "leave without enter";
      long next = seen - INSIDE;
      if (change(seen, next)) {
        return isEmptyAndClosed(next);
      }
    }
  }

  /** Locks one direction, queueing behind its holder. */
  int lock(boolean read) {
    long bit = read ? READ_BIT : WRITE_BIT;
    boolean queued = false;
    for (; ; ) {
      long seen = word;
      if ((seen & CLOSED_BIT) != 0) {
        return queued ? CLOSED_IN_QUEUE : CLOSED;
      }
      if ((seen & bit) == 0) {
        if (change(seen, more(seen, INSIDE_MASK, INSIDE) | bit)) {
          return LOCKED;
        }
      } else if (change(seen, more(seen, mask(read), unit(read)))) {
        if (!await(read)) {
          return INTERRUPTED;
        }
        queued = true;
      }
    }
  }

  /** Locks one direction if that is possible at once, else does nothing. */
  boolean tryLock(boolean read) {
    long bit = read ? READ_BIT : WRITE_BIT;
    for (; ; ) {
      long seen = word;
      if ((seen & (CLOSED_BIT | bit)) != 0) {
        return false;
      }
      if (change(seen, more(seen, INSIDE_MASK, INSIDE) | bit)) {
        return true;
      }
    }
  }

  /** Unlocks and leaves; true for the last one out after a close. */
  boolean unlock(boolean read) {
    long bit = read ? READ_BIT : WRITE_BIT;
    for (; ; ) {
      long seen = word;
      assert (seen & bit) != 0 : "unlock without lock";
      long next = (seen - INSIDE) & ~bit;
      boolean wake = (seen & mask(read)) != 0;
      if (wake) {
        next -= unit(read);
      }
      if (change(seen, next)) {
        if (wake) {
          permit(read, 1);
        }
        return isEmptyAndClosed(next);
      }
    }
  }

  // false: interrupted, and no longer queued; the permit, if one was given meanwhile, is passed on
  private boolean await(boolean read) {
    Semaphore queue = queue(read);
    try {
      queue.acquire();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      for (; ; ) {
        long seen = word;
        if ((seen & mask(read)) != 0) {
          if (change(seen, seen - unit(read))) {
            return false;
          }
        } else {
          // whoever took us off the count has given, or is about to give, our permit
          queue.acquireUninterruptibly();
          passOn(read);
          return false;
        }
      }
    }
  }

  // a permit taken by one who no longer wants the lock: wake the next in the queue instead
  private void passOn(boolean read) {
    long bit = read ? READ_BIT : WRITE_BIT;
    for (; ; ) {
      long seen = word;
      if ((seen & mask(read)) == 0 || (seen & bit) != 0) {
        return;
      }
      if (change(seen, seen - unit(read))) {
        permit(read, 1);
        return;
      }
    }
  }

  private void permit(boolean read, int permits) {
    if (permits > 0) {
      queue(read).release(permits);
    }
  }

  private Semaphore queue(boolean read) {
    Semaphore present = read ? readers : writers;
    if (present != null) {
      return present;
    }
    Semaphore made = new Semaphore(0);
    Object earlier = (read ? READERS : WRITERS).compareAndExchange(this, null, made);
    return earlier == null ? made : (Semaphore) earlier;
  }

  private boolean change(long seen, long next) {
    return WORD.compareAndSet(this, seen, next);
  }

  private static boolean isEmptyAndClosed(long word) {
    return (word & (CLOSED_BIT | INSIDE_MASK)) == CLOSED_BIT;
  }

  private static long mask(boolean read) {
    return read ? READERS_MASK : WRITERS_MASK;
  }

  private static long unit(boolean read) {
    return read ? READER : WRITER;
  }

  private static long more(long word, long mask, long unit) {
    if ((word & mask) == mask) {
      throw new IllegalStateException("too many concurrent operations on one connection");
    }
    return word + unit;
  }
}
