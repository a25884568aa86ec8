package io.weft.poller.epoll;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Which handle an event is for. A handle's key is its place and, above it, a number that no other
 * handle of this table has: an event that was fetched before its handle was closed finds nobody,
 * even when the place, like the descriptor, is another's by then.
 *
 * <p>Any thread adds and removes, one at a time. They take turns by spinning: they are quick, and a
 * lock with a queue could have a virtual thread at its head that waits for the very loop that is
 * behind it. The loop finds without taking a turn.
 */
final class HandleTable {
  private static final int SIZE_MIN = 64;

  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile AtomicReferenceArray<@Nullable EpollHandle> places =
      new AtomicReferenceArray<>(SIZE_MIN);
  // places that were used and are free again; with the rest, of whoever is busy
  private int[] free = new int[SIZE_MIN];
  private int freeCount;
  private int used;
  private int number;

  /** Gives a handle its key and a place. */
  void add(EpollHandle handle) {
    begin();
    try {
      int place = freeCount > 0 ? free[--freeCount] : used++;
      if (place == places.length()) {
        grow();
      }
      number++;
      handle.key = ((long) number << Integer.SIZE) | place;
      places.set(place, handle);
    } finally {
      busy.set(false);
    }
  }

  /** Takes a handle out that was put in. */
  void remove(EpollHandle handle) {
    begin();
    try {
      int place = (int) handle.key;
      places.set(place, null);
      free[freeCount++] = place;
    } finally {
      busy.set(false);
    }
  }

  /** The handle with this key, or null when it is gone. */
  @Nullable EpollHandle find(long key) {
    EpollHandle found = places.get((int) key);
    return found != null && found.key == key ? found : null;
  }

  /** Cancels what pends on the handles that are in. */
  void cancelAll() {
    AtomicReferenceArray<@Nullable EpollHandle> now = places;
    for (int i = 0; i < now.length(); i++) {
      EpollHandle handle = now.get(i);
      if (handle != null) {
        handle.cancelAll();
      }
    }
  }

  private void begin() {
    while (!busy.compareAndSet(false, true)) {
      Thread.onSpinWait();
    }
  }

  private void grow() {
    int size = places.length();
    AtomicReferenceArray<@Nullable EpollHandle> larger = new AtomicReferenceArray<>(2 * size);
    for (int i = 0; i < size; i++) {
      larger.set(i, places.get(i));
    }
    places = larger;
    free = new int[2 * size];
  }
}
