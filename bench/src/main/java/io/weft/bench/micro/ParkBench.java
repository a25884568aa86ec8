package io.weft.bench.micro;

import io.weft.Net;
import io.weft.NetConfig;
import io.weft.Scheduling;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One virtual thread wakes another and goes to sleep, in many pairs: on a loop, beside a JDK's
 * scheduler that has one carrier too.
 */
@Fork(
    value = 2,
    jvmArgsAppend = {
      Micro.OPENS,
      Micro.NATIVE_ACCESS,
      Micro.UNSAFE,
      "-Djdk.virtualThreadScheduler.parallelism=1",
      "-Djdk.virtualThreadScheduler.maxPoolSize=1"
    })
public class ParkBench extends Micro {
  private static final int PAIRS = 32;
  private static final int TURNS = 500;

  private Net net;

  @Setup
  public void open() throws IOException {
    net = Net.open(NetConfig.DEFAULT.withLoops(1).withScheduling(Scheduling.ON_LOOP));
  }

  @TearDown
  public void close() {
    net.close();
  }

  @Benchmark
  @OperationsPerInvocation(2 * PAIRS * TURNS)
  public void onJdk() throws InterruptedException {
    play(Thread::startVirtualThread);
  }

  @Benchmark
  @OperationsPerInvocation(2 * PAIRS * TURNS)
  public void onLoop() throws InterruptedException {
    play(net::go);
  }

  private static void play(Function<Runnable, Thread> starter) throws InterruptedException {
    List<Pair> pairs = Stream.generate(() -> new Pair(starter)).limit(PAIRS).toList();
    pairs.forEach(Pair::begin);
    for (Pair pair : pairs) {
      pair.one.join();
      pair.other.join();
    }
  }

  /** Two threads that take turns. */
  private static final class Pair {
    private final Thread one;
    private final Thread other;
    // whose turn it is, once they begin; written by the one whose turn it was
    private volatile @Nullable Thread turn;

    Pair(Function<Runnable, Thread> starter) {
      one = starter.apply(this::play);
      other = starter.apply(this::play);
    }

    void begin() {
      pass(one);
    }

    private void play() {
      Thread self = Thread.currentThread();
      for (int i = 0; i < TURNS; i++) {
        while (turn != self) {
          LockSupport.park(this);
        }
        pass(self == one ? other : one);
      }
    }

    private void pass(Thread next) {
      turn = next;
      LockSupport.unpark(next);
    }
  }
}
