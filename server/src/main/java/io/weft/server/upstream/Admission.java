package io.weft.server.upstream;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who gets a slot of which upstream, at once or in turn. Guarded by the pool's lock.
 *
 * <p>Between two calls nobody waits who could have a slot: what gives room gives it to the first
 * one that can use it. So one that comes later and gets a slot at once has overtaken nobody.
 */
final class Admission {
  private final Members members;
  private Policy policy;
  private final Function<Upstream, Slot> slots;
  private final Set<Waiter> queue = new LinkedHashSet<>();

  Admission(Members members, Policy policy, Function<Upstream, Slot> slots) {
    this.members = members;
    this.policy = policy;
    this.slots = slots;
  }

  /** From now on sessions are shared so. */
  void configure(Policy changed) {
    policy = changed;
  }

  /** Gives a slot, or null when all that the session could go to are at their limits. */
  @Nullable Slot slotFor(Pick pick) {
    List<Upstream> roomy = members.candidates(pick);
    roomy.removeIf(each -> !each.hasRoom());
    if (roomy.isEmpty()) {
      return null;
    }
    Slot slot = slots.apply(policy.choose(roomy, pick));
    slot.upstream().enter();
    return slot;
  }

  void enqueue(Waiter waiter) {
    queue.add(waiter);
  }

  void leave(Waiter waiter) {
    queue.remove(waiter);
  }

  int waiting() {
    return queue.size();
  }

  /** One slot has become free: the first one that can use it gets it. */
  void roomForOne() {
    for (Iterator<Waiter> turn = queue.iterator(); turn.hasNext(); ) {
      if (serve(turn)) {
        return;
      }
    }
  }

  /**
   * Anything may have changed: all that can have a slot get one in their turn, and the others look
   * again, whether there is anything left to wait for, and until when.
   */
  void changed() {
    for (Iterator<Waiter> turn = queue.iterator(); turn.hasNext(); ) {
      serve(turn);
    }
    wakeAll();
  }

  void wakeAll() {
    queue.forEach(Waiter::wake);
  }

  private boolean serve(Iterator<Waiter> turn) {
    Waiter waiter = turn.next();
    Slot slot = slotFor(waiter.pick());
    if (slot == null) {
      return false;
    }
    turn.remove();
    waiter.give(slot);
    return true;
  }
}
