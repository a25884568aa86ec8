package io.weft.tck.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Network;
import io.weft.spi.Capability;
import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Handle;
import io.weft.spi.ListenHandle;
import io.weft.spi.Poller;
import io.weft.spi.PollerProvider;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;

/**
 * One poller on its loop, and what tests do with it. Operations run on the thread that the variant
 * says. At the end each operation must have had its one result, and each handle must close.
 */
final class PortRig implements AutoCloseable {
  private static final int BACKLOG_MAX = 64;

  private final PortVariant variant;
  private final boolean noticesFailures;
  private final Poller poller;
  private final PortLoop loop;
  private final Path directory;
  private final AtomicInteger names = new AtomicInteger();
  private final Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
  private final Set<Handle> open = ConcurrentHashMap.newKeySet();
  private boolean closed;

  private PortRig(PollerProvider provider, PortVariant variant) throws IOException {
    this.variant = variant;
    noticesFailures = !provider.lacks().contains(Capability.RESET_WHILE_PAUSED);
    poller = provider.open();
    directory = Files.createTempDirectory("port");
    loop = new PortLoop(poller);
  }

  static PortRig open(PollerProvider provider, PortVariant variant) {
    try {
      return new PortRig(provider, variant);
    } catch (IOException e) {
      throw new UncheckedIOException(provider.name() + " does not open", e);
    }
  }

  Poller poller() {
    return poller;
  }

  /** Whether the adapter does not declare that it cannot. */
  boolean noticesFailures() {
    return noticesFailures;
  }

  boolean isUnix() {
    return variant.network() == Network.UNIX;
  }

  /** An address that nobody uses; for TCP the kernel chooses the port. */
  SocketAddress anyAddress() {
    if (isUnix()) {
      return UnixDomainSocketAddress.of(directory.resolve("s" + names.incrementAndGet()));
    }
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** Runs something on the thread that may start operations in this variant. */
  <T> T call(Callable<T> task) throws Exception {
    return variant.foreign() ? task.call() : loop.call(task);
  }

  /** Starts one operation, once. */
  Outcome start(String what, ToIntFunction<Completion> operation) throws Exception {
    return call(() -> startHere(what, operation));
  }

  /** Starts one operation on this thread. */
  Outcome startHere(String what, ToIntFunction<Completion> operation) {
    Outcome outcome = new Outcome(what);
    outcomes.add(outcome);
    outcome.starting();
    outcome.started(operation.applyAsInt(outcome));
    return outcome;
  }

  /** Starts an operation and follows it, through AGAIN, to its result. */
  int perform(String what, ToIntFunction<Completion> operation) throws Exception {
    for (; ; ) {
      int result = start(what, operation).await();
      if (result != Completion.AGAIN) {
        return result;
      }
    }
  }

  /** Receives once. */
  int read(StreamHandle handle, ByteBuffer dst) throws Exception {
    return perform("read", done -> handle.read(dst, done));
  }

  /** Sends all remaining bytes, whatever it takes, and moves the position. */
  void writeAll(StreamHandle handle, ByteBuffer src) throws Exception {
    while (src.hasRemaining()) {
      int result = perform("write", done -> handle.write(src, done));
      assertThat(result).as("a write takes bytes").isPositive();
      src.position(src.position() + result);
    }
  }

  void cancel(Handle handle, Direction direction) throws Exception {
    call(
        () -> {
          handle.cancel(direction);
          return handle;
        });
  }

  /** Closes a handle and waits until its descriptor is released. */
  void closeHandle(Handle handle) throws Exception {
    open.remove(handle);
    assertThat(perform("close", handle::close)).as("close").isZero();
  }

  ListenHandle listener() throws Exception {
    return listener(anyAddress(), BACKLOG_MAX);
  }

  ListenHandle listener(SocketAddress address, int backlogMax) throws Exception {
    ListenHandle listener = keep(poller.listener(variant.network()));
    listener.listen(address, backlogMax);
    return listener;
  }

  StreamHandle stream() throws Exception {
    return keep(poller.stream(variant.network()));
  }

  <H extends Handle> H keep(H handle) {
    open.add(handle);
    return handle;
  }

  /** The test closes this handle itself. */
  void forget(Handle handle) {
    open.remove(handle);
  }

  StreamHandle accept(ListenHandle listener) throws Exception {
    int result = perform("accept", listener::accept);
    assertThat(result).as("accept").isZero();
    return keep(call(() -> listener.accepted(poller)));
  }

  /** A connection between a handle of the adapter and a plain channel of the JDK. */
  PortPair pair() throws Exception {
    try (ServerSocketChannel server = plainServer()) {
      StreamHandle near = stream();
      SocketAddress address = server.getLocalAddress();
      assertThat(perform("connect", done -> near.connect(address, done))).isZero();
      return new PortPair(near, server.accept());
    }
  }

  ServerSocketChannel plainServer() throws IOException {
    ServerSocketChannel server =
        isUnix()
            ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            : ServerSocketChannel.open();
    return server.bind(anyAddress());
  }

  static SocketChannel dial(SocketAddress address) throws IOException {
    return SocketChannel.open(address);
  }

  /** Closes the handles, ends the loop, and checks every operation of this rig. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      end();
    } catch (Exception e) {
      throw new AssertionError("the rig does not close", e);
    }
  }

  private void end() throws Exception {
    try {
      for (Handle handle : Set.copyOf(open)) {
        cancel(handle, Direction.READ);
        cancel(handle, Direction.WRITE);
      }
      for (Outcome outcome : outcomes) {
        outcome.await();
      }
      for (Handle handle : Set.copyOf(open)) {
        closeHandle(handle);
      }
    } finally {
      loop.close();
    }
    outcomes.forEach(Outcome::verify);
    deleteDirectory();
  }

  /** Ends the loop while handles are open and operations pend. */
  void closePoller() throws Exception {
    loop.close();
    closed = true;
  }

  void verifyAndForget() throws IOException {
    outcomes.forEach(Outcome::verify);
    deleteDirectory();
  }

  private void deleteDirectory() throws IOException {
    try (var files = Files.list(directory)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
