package io.weft.server.peers;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Clients that run side by side, each of which counts something. */
final class Clients {
  private final List<FutureTask<Integer>> tasks;

  /** Starts as many, by their numbers from zero. */
  Clients(int count, IntFunction<Callable<Integer>> client) {
    tasks = IntStream.range(0, count).mapToObj(i -> new FutureTask<>(client.apply(i))).toList();
    tasks.forEach(task -> Thread.ofPlatform().daemon().start(task));
  }

  /** Waits until all have ended, and adds up what they have counted. */
  int sum() throws Exception {
    int sum = 0;
    for (FutureTask<Integer> task : tasks) {
      sum += task.get();
    }
    return sum;
  }
}
