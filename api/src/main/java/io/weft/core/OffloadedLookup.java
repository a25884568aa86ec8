package io.weft.core;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Look-ups of one operation, made on the offload threads while its caller parks. */
final class OffloadedLookup implements Lookup {
  private final Offload offload;
  private final Lookup resolver;
  private final Asker asker;
  private final long startNanos = System.nanoTime();

  OffloadedLookup(Offload offload, Lookup resolver, Asker asker) {
    this.offload = offload;
    this.resolver = resolver;
    this.asker = asker;
  }

  /**
   * Who asks, for messages, and for how long it waits in all.
   *
   * @param endpoint the addresses so far
   * @param op the operation
   * @param timeoutNanos the time
   */
  record Asker(Polled.Endpoint endpoint, String op, long timeoutNanos) {}

  @Override
  public InetAddress[] hosts(String name) throws IOException {
    try {
      return await(() -> resolver.hosts(name));
    } catch (ExecutionException e) {
      throw NetErrors.unknownHost(asker.endpoint(), asker.op(), name, e.getCause());
    }
  }

  @Override
  public int port(String service) throws IOException {
    try {
      return await(() -> resolver.port(service));
    } catch (ExecutionException e) {
      throw NetErrors.lookup(asker.endpoint(), asker.op(), "tcp/" + service, e.getCause());
    }
  }

  @Override
  public @Nullable Inet6Address scoped(Inet6Address ip, String zone) throws IOException {
    try {
      return await(() -> resolver.scoped(ip, zone));
    } catch (ExecutionException e) {
      throw NetErrors.lookup(asker.endpoint(), asker.op(), "interface " + zone, e.getCause());
    }
  }

  private <T extends @Nullable Object> T await(Callable<T> task)
      throws IOException, ExecutionException {
    Future<T> answer;
    try {
      answer = offload.submit(task);
    } catch (RejectedExecutionException e) {
      throw NetErrors.closed(asker.endpoint(), asker.op(), false);
    }
    try {
      long restNanos = asker.timeoutNanos() - (System.nanoTime() - startNanos);
      return answer.get(restNanos, TimeUnit.NANOSECONDS);
    } catch (CancellationException e) {
      throw NetErrors.closed(asker.endpoint(), asker.op(), true);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw NetErrors.timeout(asker.endpoint(), asker.op());
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw NetErrors.interrupted(asker.endpoint(), asker.op());
    }
  }
}
