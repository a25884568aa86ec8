package io.weft.poller.iouring;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Network;
import io.weft.poller.iouring.ring.Caps;
import io.weft.poller.iouring.ring.FaultySys;
import io.weft.poller.iouring.ring.Ledger;
import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Handle;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** A poller that the test's thread drives, and connections from it to channels of the JDK. */
final class Rig implements AutoCloseable {
  /** Few and small buffers, so that they run out. */
  static final IoUringPoller.Size SMALL = new IoUringPoller.Size(64, 1024, 4, 512);

  private static final long HANG_NANOS = 10_000_000_000L;

  final FaultySys sys;
  final IoUringPoller poller;
  private final ServerSocketChannel server;
  private final List<Pair> pairs = new ArrayList<>();

  /** A connection; its far end blocks. */
  record Pair(IoUringStreamHandle stream, SocketChannel peer) {}

  /** Records the last result. */
  static class Last implements Completion {
    int result = PENDING;

    @Override
    public void complete(int value) {
      result = value;
    }
  }

  private final IoUringPoller.Size size;

  Rig(IoUringPoller.Size size) throws IOException {
    this(size, Caps.DEFAULT);
  }

  Rig(IoUringPoller.Size size, Caps caps) throws IOException {
    this(new FaultySys(), size, caps);
  }

  Rig(FaultySys sys, IoUringPoller.Size size, Caps caps) throws IOException {
    this.sys = sys;
    this.size = size;
    poller = new IoUringPoller(sys, caps, size);
    server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
  }

  Pair connect() throws IOException {
    IoUringStreamHandle stream = (IoUringStreamHandle) poller.stream(Network.TCP);
    assertThat(finish(done -> stream.connect(address(), done))).isZero();
    Pair pair = new Pair(stream, server.accept());
    pairs.add(pair);
    return pair;
  }

  /** One whose far end takes little before it reads. */
  Pair connectToASmallReader() throws IOException {
    server.setOption(StandardSocketOptions.SO_RCVBUF, 128 * 1024);
    return connect();
  }

  private InetSocketAddress address() {
    return (InetSocketAddress) server.socket().getLocalSocketAddress();
  }

  /**
   * One turn, and a look at the buffers: between turns each is the kernel's or ours. Only
   * completions that find no place in their queue may still name others.
   */
  int poll(long timeoutNanos) throws IOException {
    int delivered = poller.poll(timeoutNanos);
    int left = Ledger.inCompletions(poller.ring, poller.buffers, size.buffers());
    assertThat(left).as("buffers that are nowhere").isLessThanOrEqualTo(isTight() ? left : 0);
    return delivered;
  }

  private boolean isTight() {
    return size.completions() < size.buffers();
  }

  /** Runs an operation to its result. */
  int finish(ToIntFunction<Completion> operation) throws IOException {
    Last done = new Last();
    int result;
    do {
      done.result = Completion.PENDING;
      result = operation.applyAsInt(done);
      if (result == Completion.PENDING) {
        result = await(done);
      }
    } while (result == Completion.AGAIN);
    return result;
  }

  int await(Last done) throws IOException {
    long start = System.nanoTime();
    while (done.result == Completion.PENDING) {
      assertThat(System.nanoTime() - start).as("hangs").isLessThan(HANG_NANOS);
      poll(HANG_NANOS);
    }
    return done.result;
  }

  /** Sends all of it. */
  void write(StreamHandle stream, ByteBuffer src) throws IOException {
    while (src.hasRemaining()) {
      int sent = finish(done -> stream.write(src, done));
      assertThat(sent).isPositive();
      src.position(src.position() + sent);
    }
  }

  /** Reads the same bytes from each connection. */
  void readAll(byte[] expected) throws IOException {
    for (Pair pair : pairs) {
      ByteBuffer dst = ByteBuffer.allocateDirect(expected.length);
      while (dst.hasRemaining()) {
        int received = finish(done -> pair.stream.read(dst, done));
        assertThat(received).isPositive();
        dst.position(dst.position() + received);
      }
      assertThat(dst.flip()).isEqualTo(ByteBuffer.wrap(expected));
    }
  }

  /** Lets the ring work until nothing comes any more. */
  void settle() throws IOException {
    int quiet = 0;
    while (quiet < 3) {
      quiet = poll(1_000_000) == 0 ? quiet + 1 : 0;
    }
  }

  void close(Handle handle) throws IOException {
    assertThat(finish(handle::close)).isZero();
    pairs.removeIf(pair -> pair.stream == handle);
  }

  /** Leaves the rest of a connection whose stream is closed to the end. */
  void forget(Pair pair) throws IOException {
    pair.peer.close();
    pairs.remove(pair);
  }

  @Override
  public void close() throws IOException {
    while (!pairs.isEmpty()) {
      Pair pair = pairs.getFirst();
      pair.stream.cancel(Direction.READ);
      pair.stream.cancel(Direction.WRITE);
      pair.peer.close();
      close(pair.stream);
    }
    assertThat(poller.buffers.lent()).as("buffers").isZero();
    assertThat(poller.owners.inFlight()).as("but for the wake-up's").isLessThanOrEqualTo(1);
    poller.close();
    server.close();
  }
}
