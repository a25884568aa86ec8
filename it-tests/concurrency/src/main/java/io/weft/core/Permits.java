package io.weft.core;

import io.weft.concurrency.Start;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Semaphore;

/** Looks behind a lock word, and wakes who sleeps in it for ever. */
final class Permits {
  private static final VarHandle WORD;
  private static final VarHandle READERS;

  static {
    try {
      MethodHandles.Lookup lookup =
          MethodHandles.privateLookupIn(HandleMutex.class, MethodHandles.lookup());
      WORD = lookup.findVarHandle(HandleMutex.class, "word", long.class);
      READERS = lookup.findVarHandle(HandleMutex.class, "readers", Semaphore.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private Permits() {}

  /**
   * Lets one that gave up dawdle before it takes the permit that it is owed, so that others come in
   * between: without it they hardly ever do.
   */
  static void takeLate(HandleMutex mutex) {
    READERS.setVolatile(mutex, new LateSemaphore());
  }

  /** Whether nobody is inside, counted in a queue or owed a permit. */
  static boolean isAtRest(HandleMutex mutex) {
    Semaphore readers = (Semaphore) READERS.getVolatile(mutex);
    return (long) WORD.getVolatile(mutex) == 0
        && (readers == null || readers.availablePermits() == 0);
  }

  /** Gives readers permits that nobody owes them. */
  static void forge(HandleMutex mutex) {
    Semaphore readers = (Semaphore) READERS.getVolatile(mutex);
    if (readers != null) {
      readers.release(2);
    }
  }

  private static final class LateSemaphore extends Semaphore {
    private static final long serialVersionUID = 1;

    LateSemaphore() {
      super(0);
    }

    @Override
    public void acquireUninterruptibly() {
      for (int i = 0; i < 10; i++) {
        Start.apart();
        Thread.yield();
      }
      super.acquireUninterruptibly();
    }
  }
}
