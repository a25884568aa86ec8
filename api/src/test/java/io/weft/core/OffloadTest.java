package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.NetError;
import io.weft.Network;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: calls that block their thread run elsewhere, and whoever waits for them is never forgotten.
 */
@Timeout(60)
class OffloadTest {
  private static final Polled.Endpoint ENDPOINT = new Polled.Endpoint(Network.TCP, null, null);

  private final CountDownLatch busy = new CountDownLatch(Offload.THREADS_MAX);
  private final CountDownLatch end = new CountDownLatch(1);
  private final Offload offload = new Offload(new Resolver());

  /** What the machine knows, and "busy", whose look-up takes until the end of the test. */
  private final class Resolver implements Lookup {
    private final Lookup machine = new SystemLookup();

    @Override
    public InetAddress[] hosts(String name) throws IOException {
      return name.equals("busy") ? untilTheEnd() : machine.hosts(name);
    }

    @Override
    public int port(String service) throws IOException {
      if (service.equals("broken")) {
        throw new IOException("no services today");
      }
      return machine.port(service);
    }

    @Override
    public @Nullable Inet6Address scoped(Inet6Address ip, String zone) throws IOException {
      if (zone.equals("broken")) {
        throw new SocketException("no interfaces today");
      }
      return machine.scoped(ip, zone);
    }
  }

  private InetAddress[] untilTheEnd() {
    busy.countDown();
    while (end.getCount() > 0) {
      try {
        end.await();
      } catch (InterruptedException e) {
        // as in native code, which nothing interrupts
      }
    }
    return new InetAddress[0];
  }

  private void occupyAllThreads() throws InterruptedException {
    for (int i = 0; i < Offload.THREADS_MAX; i++) {
      lookup("busy", Clock.NEVER);
    }
    assertThat(busy.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @AfterEach
  void close() {
    end.countDown();
    offload.close();
  }

  private Call<InetAddress[]> lookup(String host, long timeoutNanos) {
    return new Call<>(
        Thread.ofVirtual(), () -> offload.lookup(ENDPOINT, "dial", timeoutNanos).hosts(host));
  }

  @Test
  void looksANameUp() throws Exception {
    assertThat(lookup("localhost", Clock.NEVER).result()).isNotEmpty();
  }

  @Test
  void anUnknownNameIsAnUnknownHost() throws Exception {
    UnknownHostException failure =
        lookup("no such host", Clock.NEVER).failure(UnknownHostException.class);
    assertThat(failure).hasMessage("dial tcp: lookup no such host: no such host");
    assertThat(((NetError) failure).op()).isEqualTo("dial");
  }

  @Test
  void looksAServiceUp() throws Exception {
    Lookup lookup = offload.lookup(ENDPOINT, "dial", Clock.NEVER);
    assertThat(new Call<>(Thread.ofVirtual(), () -> lookup.port("http")).result()).isEqualTo(80);
    assertThat(new Call<>(Thread.ofVirtual(), () -> lookup.port("no-such-service")).result())
        .isZero();
  }

  @Test
  void looksAnInterfaceUp() throws Exception {
    Lookup lookup = offload.lookup(ENDPOINT, "dial", Clock.NEVER);
    Inet6Address ip = (Inet6Address) InetAddress.ofLiteral("fe80::1");
    NetworkInterface any = NetworkInterface.networkInterfaces().findFirst().orElseThrow();
    Inet6Address scoped =
        new Call<>(Thread.ofVirtual(), () -> lookup.scoped(ip, any.getName())).result();
    assertThat(scoped.getScopeId()).isEqualTo(any.getIndex());
  }

  @Test
  void aLookUpThatCannotBeMadeSaysWhy() throws Exception {
    Lookup lookup = offload.lookup(ENDPOINT, "dial", Clock.NEVER);
    SocketException service =
        new Call<>(Thread.ofVirtual(), () -> lookup.port("broken")).failure(SocketException.class);
    assertThat(service).hasMessage("dial tcp: lookup tcp/broken: no services today");
    assertThat(((NetError) service).op()).isEqualTo("dial");
    Inet6Address ip = (Inet6Address) InetAddress.ofLiteral("fe80::1");
    SocketException zone =
        new Call<>(Thread.ofVirtual(), () -> lookup.scoped(ip, "broken"))
            .failure(SocketException.class);
    assertThat(zone)
        .hasMessage("dial tcp: lookup interface broken: no interfaces today")
        .hasCauseInstanceOf(SocketException.class);
  }

  @Test
  void afterTheCloseALookUpFails() throws Exception {
    offload.close();
    lookup("localhost", Clock.NEVER).failure(ClosedChannelException.class);
  }

  @Test
  void aTimeThatIsOverEndsTheWait() throws Exception {
    occupyAllThreads();
    lookup("localhost", TimeUnit.MILLISECONDS.toNanos(5)).failure(SocketTimeoutException.class);
  }

  @Test
  void anInterruptEndsTheWait() throws Exception {
    occupyAllThreads();
    Call<InetAddress[]> lookup = lookup("localhost", Clock.NEVER);
    Waiting.untilParked(lookup.thread());
    lookup.thread().interrupt();
    lookup.failure(InterruptedIOException.class);
    assertThat(lookup.endedInterrupted()).isTrue();
  }

  private <T> Call<T> call(Callable<T> task) {
    return new Call<>(Thread.ofVirtual(), () -> offload.call(task));
  }

  @Test
  void aTaskRunsOnAPlatformThreadAndItsResultComesBack() throws Exception {
    Thread thread = call(Thread::currentThread).result();
    assertThat(thread.isVirtual()).isFalse();
    assertThat(thread.getName()).isEqualTo("weft-offload");
    assertThat(thread.isDaemon()).isTrue();
  }

  @Test
  void whatATaskThrowsComesBackAsItIs() throws Exception {
    IOException checked = new IOException("checked");
    RejectedExecutionException unchecked = new RejectedExecutionException("of the task's own");
    AssertionError error = new AssertionError("error");
    assertThat(failing(checked).failure(IOException.class)).isSameAs(checked);
    assertThat(failing(unchecked).failure(RejectedExecutionException.class)).isSameAs(unchecked);
    assertThat(failing(error).failure(AssertionError.class)).isSameAs(error);
  }

  private Call<Void> failing(Throwable failure) {
    return call(
        () -> {
          switch (failure) {
            case Error e -> throw e;
            case Exception e -> throw e;
            default -> throw new AssertionError(failure);
          }
        });
  }

  @Test
  void anInterruptIsHandedOnToTheTask() throws Exception {
    CompletableFuture<Thread> started = new CompletableFuture<>();
    CountDownLatch interrupted = new CountDownLatch(1);
    Call<Boolean> call =
        call(
            () -> {
              started.complete(Thread.currentThread());
              try {
                end.await();
                return true;
              } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
              }
            });
    started.get(20, TimeUnit.SECONDS);
    call.thread().interrupt();
    call.failure(InterruptedException.class);
    assertThat(call.endedInterrupted()).as("the exception stands for the flag").isFalse();
    assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void closeEndsTasks() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    Call<Boolean> running =
        call(
            () -> {
              started.countDown();
              end.await();
              return true;
            });
    assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
    for (int i = 1; i < Offload.THREADS_MAX; i++) {
      lookup("busy", Clock.NEVER);
    }
    Waiting.until("all threads are taken", () -> busy.getCount() == 1);
    Call<Boolean> waiting = call(() -> true);
    Waiting.untilParked(waiting.thread());
    offload.close();
    running.failure(InterruptedException.class);
    waiting.failure(AsynchronousCloseException.class);
    ClosedChannelException closed = call(() -> true).failure(ClosedChannelException.class);
    assertThat(closed).hasMessage("offload: use of closed network connection");
    assertThat(((NetError) closed).op()).isEqualTo("offload");
  }

  @Test
  void tasksThatOffloadAgainDoNotWaitForEachOther() throws Exception {
    CountDownLatch allRun = new CountDownLatch(Offload.THREADS_MAX);
    List<Call<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < Offload.THREADS_MAX; i++) {
      int number = i;
      calls.add(
          call(
              () -> {
                allRun.countDown();
                allRun.await();
                offload.lookup(ENDPOINT, "dial", Clock.NEVER).hosts("localhost");
                return offload.call(() -> number);
              }));
    }
    for (int i = 0; i < calls.size(); i++) {
      assertThat(calls.get(i).result()).isEqualTo(i);
    }
  }

  @Test
  void closeEndsLookUpsThatWaitForAThread() throws Exception {
    occupyAllThreads();
    List<Call<InetAddress[]>> lookups = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      lookups.add(lookup("localhost", Clock.NEVER));
    }
    for (Call<InetAddress[]> lookup : lookups) {
      Waiting.untilParked(lookup.thread());
    }
    offload.close();
    for (Call<InetAddress[]> lookup : lookups) {
      lookup.failure(ClosedChannelException.class);
    }
  }
}
