package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.ConnHandler;
import io.weft.Listener;
import io.weft.Net;
import io.weft.NetConfig;
import io.weft.spi.Direction;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A whole net over fake pollers. */
final class NetRig implements AutoCloseable {
  final Variant variant;
  final FakeClock clock = new FakeClock();
  final FakePollerProvider provider;
  final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
  final Net net;

  NetRig(Variant variant) throws IOException {
    this(variant, 1);
  }

  NetRig(Variant variant, int loops) throws IOException {
    this(variant, loops, NetConfig.DEFAULT);
  }

  NetRig(Variant variant, int loops, NetConfig config) throws IOException {
    this.variant = variant;
    provider = new FakePollerProvider(variant.anyThread, clock);
    NetConfig.Loops wanted = new NetConfig.Loops(loops, variant.scheduling());
    NetConfig own =
        new NetConfig(
            config.poller(),
            wanted,
            config.bufferBytes(),
            (conn, cause) -> errors.add(cause),
            config.observer());
    net = PolledNet.open(own, List.of(provider), clock);
  }

  FakePoller poller() {
    return provider.pollers.getFirst();
  }

  Listener listen() throws IOException {
    return net.listen("tcp", "127.0.0.1:4000");
  }

  /** The handle of the listener that was made last, on the first loop. */
  FakeListenHandle listening() {
    return poller().lastListener();
  }

  Conn dial() throws IOException {
    return net.dial("tcp", "127.0.0.1:5000");
  }

  /** A listener whose connections a handler serves, on a thread of its own. */
  Call<Void> serve(Listener listener, ConnHandler handler) {
    return new Call<>(
        Thread.ofPlatform().daemon(),
        () -> {
          net.serve(listener, handler);
          return null;
        });
  }

  /** Calls on a thread that belongs to the net when the variant is carried, else to nobody. */
  <T> Call<T> call(Callable<T> body) {
    return switch (variant.caller) {
      case CARRIED -> Call.on(net, body);
      case VIRTUAL -> new Call<>(Thread.ofVirtual(), body);
      case PLATFORM -> new Call<>(Thread.ofPlatform().daemon(), body);
    };
  }

  static void awaitPending(FakeHandle handle, Direction direction) {
    Waiting.until(direction + " is pending", () -> handle.isPending(direction));
  }

  @Override
  public void close() {
    net.close();
    for (FakePoller poller : provider.pollers) {
      Waiting.until("the poller is closed", poller::isClosed);
      for (FakeHandle handle : poller.handles) {
        Waiting.until("every handle is released: " + handle, handle::isReleased);
      }
      assertThat(poller.violations).isEmpty();
    }
  }
}
