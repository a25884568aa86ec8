package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Network;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** One running loop over a fake poller, without a net around it. */
final class CoreRig implements AutoCloseable {
  static final int BUFFER_BYTES = 1024;

  final Variant variant;
  final FakeClock clock = new FakeClock();
  final FakePoller poller;
  final Loop loop;
  final BufferPool pool = new BufferPool(BUFFER_BYTES, 4);
  final Offload offload = new Offload();
  final PolledConn.Wiring wiring = new PolledConn.Wiring(pool, offload, null);
  private final ExecutorService rescue =
      Executors.newSingleThreadExecutor(
          task -> Thread.ofPlatform().daemon().name("rescue").unstarted(task));
  private final boolean closesRescue;
  private final List<Polled> made = new ArrayList<>();

  CoreRig(Variant variant) {
    this(variant, true);
  }

  /**
   * Starts the loop.
   *
   * @param closesRescue whether close ends the rescue thread, too; else closeRescue does
   */
  CoreRig(Variant variant, boolean closesRescue) {
    this.variant = variant;
    this.closesRescue = closesRescue;
    poller = new FakePoller(variant.anyThread, clock);
    loop = new Loop("fake-loop", poller, clock, rescue, variant.scheduling());
    loop.start();
  }

  FakeStreamHandle stream() {
    return new FakeStreamHandle(poller);
  }

  PolledConn conn(FakeStreamHandle stream) {
    return conn(stream, Network.TCP);
  }

  PolledConn conn(FakeStreamHandle stream, Network network) {
    PolledConn conn = new PolledConn(endpoint(network), loop, stream, wiring);
    made.add(conn);
    return conn;
  }

  PolledListener listener(FakeListenHandle handle) {
    PolledListener.Adopter adopter =
        accepted ->
            new PolledConn(
                endpoint(Network.TCP),
                accepted.loop(),
                (FakeStreamHandle) accepted.handle(),
                wiring);
    PolledListener.Wiring wiring = new PolledListener.Wiring(() -> loop, adopter, null);
    Polled.Endpoint endpoint = new Polled.Endpoint(Network.TCP, address(4000), null);
    PolledListener listener = new PolledListener(endpoint, loop, handle, wiring);
    made.add(listener);
    return listener;
  }

  /** What is closed is not needed any more, by a rig that sees many. */
  void forget(Polled closed, FakeHandle handle) {
    made.remove(closed);
    poller.handles.remove(handle);
  }

  static Polled.Endpoint endpoint(Network network) {
    return new Polled.Endpoint(network, address(4000), address(5000));
  }

  static InetSocketAddress address(int port) {
    return new InetSocketAddress("127.0.0.1", port);
  }

  /** Calls on a thread of the variant's kind. */
  <T> Call<T> call(Callable<T> body) {
    Thread.Builder builder =
        switch (variant.caller) {
          case CARRIED -> Carriers.builder(loop);
          case VIRTUAL -> Thread.ofVirtual();
          case PLATFORM -> Thread.ofPlatform().daemon();
        };
    return new Call<>(builder, body);
  }

  /** Until the loop has run and delivered all that there was when this was called. */
  void settle() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      CountDownLatch turn = new CountDownLatch(1);
      loop.execute(turn::countDown);
      assertThat(turn.await(20, TimeUnit.SECONDS)).as("the loop runs").isTrue();
      poller.wakeup();
    }
  }

  void closeRescue() {
    rescue.shutdown();
  }

  @Override
  public void close() {
    for (Polled polled : made) {
      polled.closeHandle();
    }
    offload.close();
    loop.stop();
    Waiting.until("the loop has ended", () -> !loop.thread().isAlive());
    if (closesRescue) {
      closeRescue();
    }
    assertThat(poller.violations).isEmpty();
    assertThat(poller.lentPipes).as("pipes that were not released").hasValue(0);
    assertThat(poller.isClosed()).isTrue();
  }
}
