package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.DialConfig;
import io.weft.Network;
import io.weft.Scheduling;
import io.weft.spi.Completion;
import io.weft.spi.Direction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A dialer over fake pollers, for dials whose targets the test chooses. */
final class DialRig implements AutoCloseable {
  static final int PENDING = Completion.PENDING;

  final Variant variant;
  final FakeClock clock = new FakeClock();
  final FakePollerProvider provider;
  final LoopGroup loops;
  final Threads threads;
  private final Sockets sockets;
  private final Dialer dialer;

  DialRig(Variant variant) throws IOException {
    this(variant, 1);
  }

  DialRig(Variant variant, int loopCount) throws IOException {
    this.variant = variant;
    Scheduling scheduling = variant.scheduling();
    provider = new FakePollerProvider(variant.anyThread, clock);
    loops = LoopGroup.start(provider, loopCount, scheduling, clock);
    threads = new Threads(scheduling);
    BufferPool pool = new BufferPool(CoreRig.BUFFER_BYTES, 4);
    PolledConn.Wiring wiring = new PolledConn.Wiring(pool, new Offload(), null);
    sockets = new Sockets(loops, wiring, () -> false);
    dialer = new Dialer(loops, threads, sockets);
  }

  static Target target(String ip) {
    InetAddress address = InetAddress.ofLiteral(ip);
    Network family = address.getAddress().length == 4 ? Network.TCP4 : Network.TCP6;
    return new Target(family, new InetSocketAddress(address, 5000));
  }

  FakePoller poller() {
    return provider.pollers.getFirst();
  }

  /** The first loop. */
  Loop loop() {
    return loops.all().getFirst();
  }

  /** Says what the connect to a target meets. */
  DialRig meets(Target target, int result) {
    for (FakePoller poller : provider.pollers) {
      poller.connects(target.address(), result);
    }
    return this;
  }

  Call<PolledConn> dial(DialConfig config, Target... targets) {
    return call(
        () ->
            (PolledConn)
                dialer.dial(
                    Network.TCP, List.of(targets), config, dialer.deadlineNanos(config.limits())));
  }

  /** Attempts on the first loop that nobody runs yet. */
  Attempts attempts(DialConfig config, Target... targets) {
    Attempts.Dial dial = new Attempts.Dial(Network.TCP, config, loop(), Clock.NEVER);
    return new Attempts(sockets, dial, List.of(targets));
  }

  /** Calls on a thread of the variant's kind. */
  <T> Call<T> call(Callable<T> body) {
    Thread.Builder builder =
        switch (variant.caller) {
          case CARRIED -> Carriers.builder(loop());
          case VIRTUAL -> Thread.ofVirtual();
          case PLATFORM -> Thread.ofPlatform().daemon();
        };
    return new Call<>(builder, body);
  }

  /** The n-th socket that the first loop made, once its connect is pending. */
  FakeStreamHandle pending(int index) {
    Waiting.until("socket " + index + " is made", () -> poller().streams().size() > index);
    FakeStreamHandle stream = poller().streams().get(index);
    NetRig.awaitPending(stream, Direction.WRITE);
    return stream;
  }

  /** Until every thread has ended that the dialer started. */
  void awaitThreads() {
    boolean ended = Uninterrupted.await(() -> threads.joinOthers(Duration.ofSeconds(20)));
    assertThat(ended).as("every thread ends").isTrue();
  }

  /** Until the loop has run what is due. */
  void settle() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      CountDownLatch turn = new CountDownLatch(1);
      loop().execute(turn::countDown);
      assertThat(turn.await(20, TimeUnit.SECONDS)).as("the loop runs").isTrue();
      poller().wakeup();
    }
  }

  /** Whether the dialer has not started a thread so far; starts one itself. */
  boolean hasStartedNoThread() {
    return threads.start("probe-", loop(), () -> {}).getName().equals("probe-1");
  }

  @Override
  public void close() {
    awaitThreads();
    loops.closeHandles();
    loops.stop();
    for (FakePoller poller : provider.pollers) {
      Waiting.until("the poller is closed", poller::isClosed);
      for (FakeHandle handle : poller.handles) {
        assertThat(handle.isReleased()).as("%s is released", handle).isTrue();
      }
      assertThat(poller.violations).isEmpty();
    }
  }
}
