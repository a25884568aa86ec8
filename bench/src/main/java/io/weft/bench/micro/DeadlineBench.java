package io.weft.bench.micro;

import io.weft.Conn;
import io.weft.HostPort;
import io.weft.Listener;
import io.weft.Net;
import io.weft.NetConfig;
import io.weft.Scheduling;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** A deadline set and cleared on the connection's own loop, beside two looks at the clock. */
public class DeadlineBench extends Micro {
  private static final int CALLS = 10_000;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private Net net;
  private Conn conn;

  @Setup
  public void open() throws IOException {
    net = Net.open(NetConfig.DEFAULT.withLoops(1).withScheduling(Scheduling.ON_LOOP));
    Listener listener = net.listen("tcp", "127.0.0.1:0");
    conn = net.dial("tcp", HostPort.of((InetSocketAddress) listener.address()).join());
  }

  @TearDown
  public void close() {
    net.close();
  }

  @Benchmark
  public long readClockTwice() {
    return System.nanoTime() + System.nanoTime();
  }

  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void setAndClear() throws InterruptedException, ExecutionException {
    FutureTask<?> task =
        new FutureTask<>(
            () -> {
              for (int i = 0; i < CALLS; i++) {
                conn.setReadTimeout(TIMEOUT);
                conn.setReadTimeout(null);
              }
              return null;
            });
    net.go(task);
    task.get();
  }
}
