package io.weft.tck;

import io.weft.Net;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;

/** A thread that stays on its loop and starts others there. */
final class Anchor implements Runnable {
  private final Net net;
  private final LinkedBlockingQueue<Runnable> orders = new LinkedBlockingQueue<>();
  private final CountDownLatch running = new CountDownLatch(1);
  // written before the latch opens
  private String carrier = "";
  // of the thread itself: it leaves when what was ordered before is done
  private boolean leaving;

  Anchor(Net net) {
    this.net = net;
  }

  @Override
  public void run() {
    carrier = carrierOfCaller();
    running.countDown();
    try {
      while (!leaving) {
        orders.take().run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Starts a task on this loop. */
  void start(Task<?> task) {
    orders.add(
        () -> {
          try {
            net.go(task);
          } catch (RejectedExecutionException e) {
            task.reject(e);
          }
        });
  }

  /** The name of the platform thread that carries this one. */
  String carrier() throws InterruptedException {
    running.await();
    return carrier;
  }

  /** Lets the thread end. */
  void leave() {
    orders.add(() -> leaving = true);
  }

  /** The name of the platform thread that carries the caller, a mounted virtual thread. */
  static String carrierOfCaller() {
    String text = Thread.currentThread().toString();
    return text.substring(text.indexOf('@') + 1);
  }
}
