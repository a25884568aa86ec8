package io.weft.core;

import io.weft.bench.micro.Micro;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;

/** The lock word, undisputed, beside the least that going in and out can cost: a CAS each. */
public class HandleMutexBench extends Micro {
  private final HandleMutex mutex = new HandleMutex();
  private final AtomicLong word = new AtomicLong();

  @Benchmark
  public boolean twoCas() {
    return word.compareAndSet(0, 1) && word.compareAndSet(1, 0);
  }

  @Benchmark
  public boolean enterAndLeave() {
    return mutex.enter() && mutex.leave();
  }

  @Benchmark
  public boolean lockAndUnlock() {
    return mutex.lock(true) == HandleMutex.LOCKED && mutex.unlock(true);
  }
}
