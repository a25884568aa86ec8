package io.weft.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The listeners, connections and dials that live on a loop: a list of which each is a link itself,
 * so that a connection comes and goes at the price of a few writes. Any thread.
 */
final class Handles {
  // guarded by this, as are the links of all that are in the list
  private @Nullable Polled first;

  /** Puts in what is in no loop's list. */
  synchronized void add(Polled handle) {
    Polled next = first;
    if (next != null) {
      next.before = handle;
    }
    handle.after = next;
    first = handle;
  }

  /** Takes out; does nothing when it is not in. */
  synchronized void remove(Polled handle) {
    Polled before = handle.before;
    Polled after = handle.after;
    if (before != null) {
      before.after = after;
    } else if (first == handle) {
      first = after;
    }
    if (after != null) {
      after.before = before;
    }
    handle.before = null;
    handle.after = null;
  }

  /** What is in just now, the youngest first. */
  synchronized List<Polled> all() {
    List<Polled> all = new ArrayList<>();
    for (Polled each = first; each != null; each = each.after) {
      all.add(each);
    }
    return all;
  }
}
