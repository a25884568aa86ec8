package io.weft.poller.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Network;
import io.weft.spi.Completion;
import io.weft.spi.Handle;
import io.weft.spi.ListenHandle;
import io.weft.spi.Poller;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/** One poller, driven by the test's own thread, and the handles to close after the test. */
final class Fixture implements AutoCloseable {
  private static final long GUARD_NANOS = TimeUnit.SECONDS.toNanos(20);

  final Poller poller;
  private final Deque<Handle> handles = new ArrayDeque<>();

  Fixture() throws IOException {
    poller = new NioPollerProvider().open();
  }

  /** Two ends of one connection. */
  record Pair(StreamHandle client, StreamHandle server) {}

  static SocketAddress anywhere(Network network, Path folder) {
    return network.isTcp()
        ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)
        : UnixDomainSocketAddress.of(folder.resolve("s"));
  }

  ListenHandle listener(Network network, SocketAddress address, int backlogMax) throws IOException {
    ListenHandle listener = closing(poller.listener(network));
    listener.listen(address, backlogMax);
    return listener;
  }

  StreamHandle stream(Network network) throws IOException {
    return closing(poller.stream(network));
  }

  StreamHandle accept(ListenHandle listener) throws IOException {
    assertThat(run(listener::accept)).isZero();
    return closing(listener.accepted(poller));
  }

  Pair pair() throws IOException {
    ListenHandle listener = listener(Network.TCP, anywhere(Network.TCP, Path.of("")), 16);
    StreamHandle client = stream(Network.TCP);
    SocketAddress address = listener.localAddress();
    assertThat(run(done -> client.connect(address, done))).isZero();
    return new Pair(client, accept(listener));
  }

  private <H extends Handle> H closing(H handle) {
    handles.push(handle);
    return handle;
  }

  /** Closes a handle and waits until that is done. */
  void close(Handle handle) {
    handles.remove(handle);
    assertThat(run(handle::close)).isZero();
  }

  /** Runs an operation to its end: starts it, polls, and starts it again after AGAIN. */
  int run(ToIntFunction<Completion> operation) {
    for (; ; ) {
      Recorder done = new Recorder();
      int result = operation.applyAsInt(done);
      if (result != Completion.PENDING) {
        assertThat(done.count()).isZero();
        return result;
      }
      result = pollUntil(done);
      if (result != Completion.AGAIN) {
        return result;
      }
    }
  }

  /** Polls until the completion is told. */
  int pollUntil(Recorder done) {
    long start = System.nanoTime();
    while (done.result() == Completion.PENDING) {
      assertThat(System.nanoTime() - start).as("hang").isLessThan(GUARD_NANOS);
      poll(TimeUnit.SECONDS.toNanos(1));
    }
    return done.result();
  }

  void poll(long timeoutNanos) {
    try {
      poller.poll(timeoutNanos);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertThat(Thread.currentThread().isInterrupted()).as("guard of the test").isFalse();
  }

  /** Polls until nothing has happened for a while: what was on its way has arrived. */
  void settle() {
    long quiet = TimeUnit.MILLISECONDS.toNanos(20);
    for (int polls = 0; polls < 100; polls++) {
      long start = System.nanoTime();
      poll(quiet);
      if (System.nanoTime() - start >= quiet) {
        return;
      }
    }
    throw new AssertionError("the selector does not come to rest");
  }

  static ByteBuffer bytes(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  /** The bytes that a read has left behind a buffer's unmoved position. */
  static String text(ByteBuffer buffer, int count) {
    byte[] bytes = new byte[count];
    buffer.get(buffer.position(), bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  /** The descriptors of sockets that this process holds. */
  static long openSockets() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.filter(Fixture::isSocket).count();
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    while (!handles.isEmpty()) {
      close(handles.peek());
    }
    poller.close();
  }
}
