package io.weft.tck;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Compares what the process holds with what it held before: descriptors, threads, native memory.
 * Exact: nothing may be left.
 */
final class LeakCheck {
  private static final long STEP_NANOS = 1_000_000;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Resources before;

  private LeakCheck(Resources before) {
    this.before = before;
  }

  /** Remembers what is held now, after garbage is gone. */
  static LeakCheck baseline() {
    Resources held = Resources.now();
    // a buffer's memory is released by a reference handler, some time after the collection
    for (int unchanged = 0; unchanged < 3; ) {
      System.gc();
      LockSupport.parkNanos(20 * STEP_NANOS);
      Resources again = Resources.now();
      unchanged = again.directCount() == held.directCount() ? unchanged + 1 : 0;
      held = again;
    }
    return new LeakCheck(held);
  }

  /** Waits until nothing is left; fails with a list when something stays. */
  void verify() {
    verify(PATIENCE);
  }

  /** As {@link #verify()}, with a patience of one's own. */
  void verify(Duration patience) {
    verify(patience, true);
  }

  /**
   * As {@link #verify()}.
   *
   * @param collects whether native memory counts, which only a collection of all garbage gives back
   */
  void verify(Duration patience, boolean collects) {
    long start = System.nanoTime();
    Resources now = Resources.now();
    List<String> left = left(now, collects);
    while (!left.isEmpty()) {
      if (System.nanoTime() - start > patience.toNanos()) {
        throw new AssertionError("left behind:\n  " + String.join("\n  ", left));
      }
      if (collects && now.directBytes() > before.directBytes()) {
        System.gc();
      }
      LockSupport.parkNanos(STEP_NANOS);
      now = Resources.now();
      left = left(now, collects);
    }
  }

  private List<String> left(Resources now, boolean collects) {
    List<String> left = new ArrayList<>();
    now.descriptors()
        .forEach(
            (target, count) -> {
              int more = count - before.descriptors().getOrDefault(target, 0);
              if (more > 0) {
                left.add(more + " descriptor(s): " + target);
              }
            });
    now.threads()
        .forEach(
            (id, name) -> {
              if (!before.threads().containsKey(id)) {
                left.add("thread: " + name);
              }
            });
    boolean more =
        now.directCount() > before.directCount() || now.directBytes() > before.directBytes();
    if (collects && more) {
      left.add(
          "native memory: "
              + (now.directCount() - before.directCount())
              + " buffers, "
              + (now.directBytes() - before.directBytes())
              + " bytes");
    }
    if (now.mappings() > before.mappings()) {
      left.add("memory mapped from the kernel: " + (now.mappings() - before.mappings()));
    }
    return left;
  }
}
