package io.weft.poller.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Network;
import io.weft.spi.Completion;
import io.weft.spi.Handle;
import io.weft.spi.ListenHandle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/**
 * One poller on system calls that can fail, driven by the test's own thread. Closes the handles at
 * the end, and looks whether each descriptor and each registration is gone.
 */
final class Fixture implements AutoCloseable {
  private static final long GUARD_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final int BACKLOG_MAX = 16;

  final FaultyNative sys = new FaultyNative();
  final EpollPoller poller;
  private final Deque<Handle> handles = new ArrayDeque<>();

  Fixture() throws IOException {
    poller = new EpollPoller(sys);
  }

  /** Two ends of one connection. */
  record Pair(EpollStreamHandle client, EpollStreamHandle server) {}

  /** What an operation has been told. */
  static final class Recorder implements Completion {
    private int result = PENDING;

    @Override
    public void complete(int told) {
      assertThat(result).as("told before").isEqualTo(PENDING);
      result = told;
    }

    int result() {
      return result;
    }
  }

  ListenHandle listener(Network network) throws IOException {
    ListenHandle listener = keep(poller.listener(network));
    listener.listen(anywhere(network), BACKLOG_MAX);
    return listener;
  }

  /** For TCP a port that the kernel chooses, for unix a name that it does. */
  static SocketAddress anywhere(Network network) {
    return network.isTcp()
        ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)
        : UnixDomainSocketAddress.of("");
  }

  EpollStreamHandle stream(Network network) throws IOException {
    return keep((EpollStreamHandle) poller.stream(network));
  }

  EpollStreamHandle accept(ListenHandle listener) throws IOException {
    assertThat(run(listener::accept)).isZero();
    return keep((EpollStreamHandle) listener.accepted(poller));
  }

  Pair pair(Network network) throws IOException {
    ListenHandle listener = listener(network);
    EpollStreamHandle client = stream(network);
    SocketAddress address = listener.localAddress();
    assertThat(run(done -> client.connect(address, done))).isZero();
    Pair pair = new Pair(client, accept(listener));
    close(listener);
    settle();
    return pair;
  }

  private <H extends Handle> H keep(H handle) {
    handles.push(handle);
    return handle;
  }

  void close(Handle handle) {
    handles.remove(handle);
    assertThat(handle.close(new Recorder())).isZero();
  }

  /** Runs an operation to its end: starts it, polls, and starts it again after AGAIN. */
  int run(ToIntFunction<Completion> operation) {
    for (; ; ) {
      Recorder done = new Recorder();
      int result = operation.applyAsInt(done);
      if (result != Completion.PENDING) {
        assertThat(done.result()).isEqualTo(Completion.PENDING);
        return result;
      }
      result = pollUntil(done);
      if (result != Completion.AGAIN) {
        return result;
      }
    }
  }

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
  }

  /** Polls until nothing has happened for a while: what was on its way has arrived. */
  void settle() {
    long quiet = TimeUnit.MILLISECONDS.toNanos(5);
    for (int polls = 0; polls < 100; polls++) {
      long start = System.nanoTime();
      poll(quiet);
      if (System.nanoTime() - start >= quiet) {
        return;
      }
    }
    throw new AssertionError("epoll does not come to rest");
  }

  /** Sends all of it. */
  void send(EpollStreamHandle stream, String text) {
    ByteBuffer bytes = bytes(text);
    while (bytes.hasRemaining()) {
      int sent = run(done -> stream.write(bytes, done));
      assertThat(sent).isPositive();
      bytes.position(bytes.position() + sent);
    }
  }

  /** Receives once, with room for so many bytes. */
  String receive(EpollStreamHandle stream, int room) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(room);
    int count = run(done -> stream.read(buffer, done));
    assertThat(count).isPositive();
    byte[] bytes = new byte[count];
    buffer.get(0, bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  /** Starts a read that has to wait. */
  static Recorder waitingRead(EpollStreamHandle stream) {
    Recorder done = new Recorder();
    assertThat(stream.read(ByteBuffer.allocateDirect(8), done)).isEqualTo(Completion.PENDING);
    return done;
  }

  static ByteBuffer bytes(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  @Override
  public void close() {
    while (!handles.isEmpty()) {
      close(handles.peek());
    }
    // the eventfd's is not undone
    assertThat(sys.registrations).as("registrations").isOne();
    poller.close();
    assertThat(sys.open).as("descriptors").isZero();
  }
}
