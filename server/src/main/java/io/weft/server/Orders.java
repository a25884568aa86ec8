package io.weft.server;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What a process that serves is asked to do, one after the other, by signals and by its state. */
final class Orders {
  /** What there is to do. */
  enum Order {
    /** Read the configuration again. */
    RELOAD,
    /** Drain, and end. */
    STOP
  }

  private static final long LOOK_SECONDS = 1;

  private final BlockingQueue<Order> queue = new LinkedBlockingQueue<>();

  private Orders() {}

  /** From now on signals are orders. */
  static Orders catchSignals() {
    Orders orders = new Orders();
    orders.stopAfter(Signals.catchStop());
    Signals.catchReload(() -> orders.queue.add(Order.RELOAD));
    return orders;
  }

  /** Stops when this is done, or has failed. */
  void stopAfter(CompletableFuture<Void> end) {
    CompletableFuture<Void> unused = end.whenComplete((_, _) -> queue.add(Order.STOP));
  }

  /** Waits for a stop. Nobody reloads. */
  void awaitStop() throws InterruptedException {
    while (next(() -> false) != Order.STOP) {
      // there is nothing to read again
    }
  }

  /**
   * Waits for the next order. A stop comes first, and reloads that wait are one.
   *
   * @param changed looked at once a second: whether there is reason to reload
   */
  Order next(BooleanSupplier changed) throws InterruptedException {
    Order order = queue.poll(LOOK_SECONDS, TimeUnit.SECONDS);
    while (order == null) {
      order = changed.getAsBoolean() ? Order.RELOAD : queue.poll(LOOK_SECONDS, TimeUnit.SECONDS);
    }
    if (queue.contains(Order.STOP)) {
      return Order.STOP;
    }
    queue.removeIf(each -> each == Order.RELOAD);
    return order;
  }
}
