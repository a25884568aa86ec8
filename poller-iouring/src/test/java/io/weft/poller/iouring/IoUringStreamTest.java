package io.weft.poller.iouring;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Network;
import io.weft.poller.iouring.ring.Caps;
import io.weft.poller.iouring.ring.Caps.Feature;
import io.weft.poller.iouring.ring.FaultySys;
import io.weft.poller.iouring.ring.Kernel;
import io.weft.poller.iouring.ring.Sqe;
import io.weft.poller.iouring.ring.sys.Sys;
import io.weft.poller.iouring.ring.sys.Sys.Call;
import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import io.weft.spi.StreamHandle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: bytes cross a ring whole, cheaply, and hold up nobody. */
class IoUringStreamTest {
  private static final int LARGE_BYTES = 10 * 1024 * 1024;
  private static final int FAIR_ROUNDS = 50;
  // a turn runs a part of what is deferred in the kernel, about 20 to 40 of them
  private static final int FAIR_TURNS_MAX = 16;
  private static final int F_GETFL = 3;
  private static final int O_NONBLOCK = 04000;

  @BeforeAll
  static void kernelHasRings() {
    Kernel.mustHaveRings();
  }

  /** Reads and sends back, for ever. */
  private static final class Echo implements Completion {
    private final StreamHandle stream;
    private final Queue<Echo> ready;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(64);
    private boolean reading = true;

    Echo(StreamHandle stream, Queue<Echo> ready) {
      this.stream = stream;
      this.ready = ready;
    }

    @Override
    public void complete(int result) {
      if (!reading) {
        assertThat(result).isEqualTo(64);
        reading = true;
      }
      ready.add(this);
    }

    void go() {
      while (reading) {
        int result = stream.read(buffer.clear(), this);
        if (result == PENDING) {
          return;
        }
        assertThat(result).isEqualTo(64);
        reading = stream.write(buffer, this) != PENDING;
      }
    }
  }

  @Test
  void anEchoNeedsNoSystemCallButItsShareOfAnEnter() throws Exception {
    try (Rig rig = new Rig(IoUringPoller.Size.DEFAULT)) {
      Queue<Echo> ready = new ArrayDeque<>();
      List<Rig.Pair> pairs = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        pairs.add(rig.connect());
        ready.add(new Echo(pairs.get(i).stream(), ready));
      }
      echo(rig, pairs, ready, 20);
      Map<Call, Integer> before = new EnumMap<>(Call.class);
      for (Call call : Call.values()) {
        before.put(call, rig.sys.calls(call));
      }
      long enters = rig.poller.ring.enters();
      int messages = echo(rig, pairs, ready, 157);
      assertThat(messages).isGreaterThan(10_000);
      assertThat(4 * (rig.poller.ring.enters() - enters)).isLessThanOrEqualTo(messages);
      assertThat(rig.poller.ring.submitted(Sqe.POLL_ADD)).isZero();
      before.remove(Call.IO_URING_ENTER);
      before.forEach(
          (call, count) -> assertThat(rig.sys.calls(call)).as("%s", call).isEqualTo(count));
    }
  }

  /** Reads whatever comes, once in a turn. */
  private static final class Hose implements Completion {
    private final StreamHandle stream;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
    private boolean ready = true;
    private long moved;

    Hose(StreamHandle stream) {
      this.stream = stream;
    }

    @Override
    public void complete(int result) {
      ready = result == AGAIN;
    }

    void go() {
      if (ready) {
        int result = stream.read(buffer, this);
        ready = result != PENDING;
        moved += Math.max(result, 0);
      }
    }
  }

  static List<Caps> withAndWithoutMore() {
    return List.of(Caps.DEFAULT, Caps.ALL);
  }

  @ParameterizedTest
  @MethodSource("withAndWithoutMore")
  void aFireHoseLeavesTheOthersTheirTurns(Caps caps) throws Exception {
    try (Rig rig = new Rig(IoUringPoller.Size.DEFAULT, caps)) {
      Queue<Echo> ready = new ArrayDeque<>();
      List<Rig.Pair> peers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        peers.add(rig.connect());
        ready.add(new Echo(peers.get(i).stream(), ready));
      }
      Rig.Pair source = rig.connect();
      Hose hose = new Hose(source.stream());
      Thread writer = Thread.ofPlatform().daemon().start(() -> writeUntilClosed(source.peer()));
      ByteBuffer message = ByteBuffer.allocateDirect(64);
      int most = 0;
      for (int round = 0; round < FAIR_ROUNDS; round++) {
        for (Rig.Pair peer : peers) {
          peer.peer().write(message.clear());
        }
        long sends = rig.poller.ring.submitted(Sqe.SEND);
        int turns = 0;
        while (rig.poller.ring.submitted(Sqe.SEND) < sends + peers.size()) {
          hose.go();
          for (int i = ready.size(); i > 0; i--) {
            ready.remove().go();
          }
          rig.poll(0);
          turns++;
        }
        most = Math.max(most, turns);
        for (Rig.Pair peer : peers) {
          assertThat(peer.peer().read(message.clear())).isEqualTo(64);
        }
      }
      source.peer().close();
      writer.join();
      System.out.printf("fairness: %d turns at most, %d bytes of the hose%n", most, hose.moved);
      assertThat(most).as("turns that 100 answers take").isLessThanOrEqualTo(FAIR_TURNS_MAX);
      assertThat(hose.moved).isGreaterThan(FAIR_ROUNDS * 8L * 1024);
    }
  }

  private static void writeUntilClosed(SocketChannel peer) {
    ByteBuffer flood = ByteBuffer.allocateDirect(256 * 1024);
    try {
      while (peer.isOpen()) {
        peer.write(flood.clear());
      }
    } catch (IOException e) {
      assertThat(peer.isOpen()).isFalse();
    }
  }

  private static int echo(Rig rig, List<Rig.Pair> pairs, Queue<Echo> ready, int rounds)
      throws IOException {
    ByteBuffer message = ByteBuffer.allocateDirect(64);
    for (int round = 0; round < rounds; round++) {
      long sends = rig.poller.ring.submitted(Sqe.SEND);
      for (Rig.Pair pair : pairs) {
        pair.peer().write(message.clear());
      }
      while (rig.poller.ring.submitted(Sqe.SEND) < sends + pairs.size()) {
        for (int i = ready.size(); i > 0; i--) {
          ready.remove().go();
        }
        rig.poller.poll(ready.isEmpty() ? 100_000_000 : 0);
      }
      rig.poller.poll(0);
      for (Rig.Pair pair : pairs) {
        assertThat(pair.peer().read(message.clear())).isEqualTo(64);
      }
    }
    return rounds * pairs.size();
  }

  @Test
  void aPeerThatHasFinishedSendingAndDoesNotReadHoldsNoThreadOfTheKernel() throws Exception {
    try (Rig rig = new Rig(IoUringPoller.Size.DEFAULT)) {
      Rig.Pair pair = rig.connect();
      byte[] data = randomBytes(LARGE_BYTES);
      ByteBuffer src = ByteBuffer.allocateDirect(LARGE_BYTES).put(data).flip();
      pair.peer().shutdownOutput();
      Rig.Last done = new Rig.Last();
      do {
        done.result = Completion.PENDING;
        assertThat(pair.stream().write(src, done)).isEqualTo(Completion.PENDING);
        rig.settle();
        src.position(src.position() + Math.max(done.result, 0));
      } while (done.result != Completion.PENDING);
      assertThat(kernelThreads()).isEmpty();
      // nothing is left in the kernel, so the end is here at once
      pair.stream().cancel(Direction.WRITE);
      assertThat(done.result).isEqualTo(Completion.CANCELED);
      CompletableFuture<byte[]> read = readAll(pair.peer());
      rig.write(pair.stream(), src);
      pair.stream().shutdown(Direction.WRITE);
      assertThat(read.join()).isEqualTo(data);
      assertThat(rig.poller.ring.submitted(Sqe.POLL_ADD)).isOne();
    }
  }

  @Test
  void urgentDataHoldsNoThreadOfTheKernelAndIsSkipped() throws Exception {
    try (Rig rig = new Rig(IoUringPoller.Size.DEFAULT)) {
      Rig.Pair pair = rig.connect();
      ByteBuffer dst = ByteBuffer.allocateDirect(8);
      Rig.Last done = new Rig.Last();
      assertThat(pair.stream().read(dst, done)).isEqualTo(Completion.PENDING);
      rig.poll(0);
      pair.peer().socket().sendUrgentData(13);
      rig.settle();
      assertThat(done.result).isEqualTo(Completion.PENDING);
      assertThat(kernelThreads()).isEmpty();
      pair.peer().write(ByteBuffer.wrap(new byte[] {7}));
      assertThat(rig.await(done)).isEqualTo(Completion.AGAIN);
      assertThat(pair.stream().read(dst, null)).isOne();
      assertThat(dst.get(0)).isEqualTo((byte) 7);
    }
  }

  private static List<String> kernelThreads() throws IOException {
    try (var tasks = Files.list(Path.of("/proc/self/task"))) {
      List<String> names = new ArrayList<>();
      for (Path task : tasks.toList()) {
        names.add(Files.readString(task.resolve("comm")));
      }
      names.removeIf(name -> !name.startsWith("iou-wrk"));
      return names;
    }
  }

  @Test
  void sendsThatTheKernelTakesInPartsGoOn() throws Exception {
    try (Rig rig = new Rig(IoUringPoller.Size.DEFAULT)) {
      Rig.Pair pair = rig.connect();
      pair.stream().setOption(StandardSocketOptions.SO_SNDBUF, 1);
      byte[] data = randomBytes(LARGE_BYTES);
      ByteBuffer src = ByteBuffer.allocateDirect(data.length).put(data).flip();
      CompletableFuture<byte[]> read = readSlowly(pair.peer());
      long sends = rig.poller.ring.submitted(Sqe.SEND);
      rig.write(pair.stream(), src);
      assertThat(rig.poller.ring.submitted(Sqe.SEND) - sends).as("parts").isGreaterThan(100);
      gather(rig, pair.stream(), src.clear());
      pair.stream().shutdown(Direction.WRITE);
      byte[] received = read.join();
      assertThat(received).hasSize(2 * data.length).startsWith(data).endsWith(data);
    }
  }

  @Test
  void whatACanceledSendTellsIsWhatThePeerGets() throws Exception {
    long seed = 10;
    Random random = new Random(seed);
    try (Rig rig = new Rig(IoUringPoller.Size.DEFAULT)) {
      Rig.Pair pair = rig.connect();
      pair.stream().setOption(StandardSocketOptions.SO_SNDBUF, 1);
      byte[] data = randomBytes(LARGE_BYTES);
      ByteBuffer src = ByteBuffer.allocateDirect(data.length).put(data).flip();
      CompletableFuture<byte[]> read = readSlowly(pair.peer());
      int canceled = 0;
      int asked = 0;
      while (src.position() < LARGE_BYTES / 4) {
        Rig.Last done = new Rig.Last();
        assertThat(pair.stream().write(src, done)).isEqualTo(Completion.PENDING);
        for (int turns = random.nextInt(3); turns > 0; turns--) {
          rig.poll(0);
        }
        asked += done.result == Completion.PENDING ? 1 : 0;
        pair.stream().cancel(Direction.WRITE);
        int told = rig.await(done);
        assertThat(told).isNotEqualTo(0);
        canceled += told == Completion.CANCELED ? 1 : 0;
        src.position(src.position() + Math.max(told, 0));
      }
      pair.stream().shutdown(Direction.WRITE);
      assertThat(read.join()).isEqualTo(Arrays.copyOf(data, src.position()));
      assertThat(canceled).as("seed %d", seed).isBetween(1, asked - 1);
    }
  }

  /** Reads a little, lets others do something, and so on. */
  private static CompletableFuture<byte[]> readSlowly(SocketChannel peer) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (var in = peer.socket().getInputStream()) {
            var all = new ByteArrayOutputStream();
            byte[] some = new byte[8 * 1024];
            for (int count = in.read(some); count > 0; count = in.read(some)) {
              all.write(some, 0, count);
              LockSupport.parkNanos(1);
            }
            return all.toByteArray();
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  /** Sends a thousand parts at a time. */
  private static void gather(Rig rig, StreamHandle stream, ByteBuffer src) throws IOException {
    int each = src.remaining() / 1000;
    ByteBuffer[] parts = new ByteBuffer[1001];
    for (int from = 0; from < src.limit(); ) {
      int count = 0;
      for (int at = from; at < src.limit(); at += each) {
        parts[count++] = src.slice(at, Math.min(each, src.limit() - at));
      }
      int end = count;
      int sent = rig.finish(done -> stream.write(parts, 0, end, done));
      assertThat(sent).isPositive();
      from += sent;
    }
  }

  @Test
  void aResetThatAReceiveHasMetIsTheWritersToo() throws Exception {
    try (Rig rig = new Rig(IoUringPoller.Size.DEFAULT)) {
      Rig.Pair pair = rig.connect();
      ByteBuffer buffer = ByteBuffer.allocateDirect(8);
      assertThat(pair.stream().read(buffer, new Rig.Last())).isEqualTo(Completion.PENDING);
      rig.poll(0);
      pair.stream().cancel(Direction.READ);
      pair.peer().setOption(StandardSocketOptions.SO_LINGER, 0).close();
      rig.settle();
      assertThat(rig.finish(done -> pair.stream().write(buffer, done)))
          .isEqualTo(-Errno.ECONNRESET.number());
    }
  }

  @Test
  void largeReadsAreReceivedIntoTheReadersMemory() throws Exception {
    try (Rig rig = new Rig(IoUringPoller.Size.DEFAULT)) {
      Rig.Pair pair = rig.connect();
      byte[] data = randomBytes(LARGE_BYTES);
      CompletableFuture<Integer> writer =
          CompletableFuture.supplyAsync(() -> writeAll(pair.peer(), data));
      ByteBuffer dst = ByteBuffer.allocateDirect(data.length);
      int largest = 0;
      while (dst.hasRemaining()) {
        int received = rig.finish(done -> pair.stream().read(dst, done));
        assertThat(received).isPositive();
        dst.position(dst.position() + received);
        largest = Math.max(largest, received);
      }
      assertThat(writer.join()).isEqualTo(data.length);
      assertThat(largest).isGreaterThan(rig.poller.buffers.sizeBytes);
      assertThat(dst.flip()).isEqualTo(ByteBuffer.wrap(data));
    }
  }

  @Test
  void messagesMayBeLargerThanTheRingsBuffers() throws Exception {
    try (Rig rig = new Rig(Rig.SMALL)) {
      var listener = rig.poller.listener(Network.UNIXPACKET);
      listener.listen(UnixDomainSocketAddress.of("@"), 8);
      StreamHandle client = rig.poller.stream(Network.UNIXPACKET);
      assertThat(client.connect(listener.localAddress(), new Rig.Last())).isZero();
      assertThat(rig.finish(listener::accept)).isZero();
      StreamHandle server = listener.accepted(rig.poller);
      byte[] data = randomBytes(100_000);
      ByteBuffer message = ByteBuffer.allocateDirect(data.length).put(data).flip();
      assertThat(rig.finish(done -> client.write(message, done))).isEqualTo(data.length);
      assertThat(rig.finish(server::readable)).isZero();
      ByteBuffer dst = ByteBuffer.allocateDirect(2 * data.length);
      assertThat(server.read(dst, null)).isEqualTo(data.length);
      assertThat(dst.limit(data.length)).isEqualTo(message);
      rig.close(client);
      rig.close(server);
      rig.close(listener);
    }
  }

  /** Few buffers; a completion queue that overflows; both with all that there is. */
  static Stream<Arguments> tightRings() {
    return Stream.of(Rig.SMALL, new IoUringPoller.Size(8, 8, 64, 512))
        .flatMap(size -> Stream.of(Caps.DEFAULT, Caps.ALL).map(caps -> Arguments.of(size, caps)));
  }

  @ParameterizedTest
  @MethodSource("tightRings")
  void streamsShareATightRingWithoutLoss(IoUringPoller.Size size, Caps caps) throws Exception {
    try (Rig rig = new Rig(size, caps)) {
      byte[] data = randomBytes(20_000);
      List<Rig.Pair> pairs = new ArrayList<>();
      List<ByteBuffer> received = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        pairs.add(rig.connect());
        received.add(ByteBuffer.allocateDirect(data.length));
        writeAll(pairs.get(i).peer(), data);
      }
      // slow consumers, who all wait at once: a little of each in turn
      for (boolean more = true; more; ) {
        more = false;
        List<Rig.Last> waits = new ArrayList<>();
        for (Rig.Pair pair : pairs) {
          Rig.Last done = new Rig.Last();
          boolean ended = received.get(waits.size()).position() == data.length;
          done.result = ended || pair.stream().readable(done) == 0 ? 0 : done.result;
          waits.add(done);
        }
        for (int i = 0; i < pairs.size(); i++) {
          ByteBuffer dst = received.get(i);
          dst.limit(Math.min(data.length, dst.position() + 700));
          if (dst.hasRemaining()) {
            rig.await(waits.get(i));
            dst.position(dst.position() + pairs.get(i).stream().read(dst, null));
            more = true;
          }
        }
      }
      for (ByteBuffer dst : received) {
        assertThat(dst.flip()).isEqualTo(ByteBuffer.wrap(data));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("withAndWithoutMore")
  void whoIsToldAndDoesNotReadStarvesNobody(Caps caps) throws Exception {
    try (Rig rig = new Rig(Rig.SMALL, caps)) {
      List<Rig.Pair> pairs = new ArrayList<>();
      byte[] data = randomBytes(100);
      for (int i = 0; i < 16; i++) {
        pairs.add(rig.connect());
        writeAll(pairs.get(i).peer(), data);
      }
      // all at once: the last buffer is gone before the first one comes back
      List<Rig.Last> waits = new ArrayList<>();
      for (Rig.Pair pair : pairs) {
        Rig.Last done = new Rig.Last();
        assertThat(pair.stream().readable(done)).isEqualTo(Completion.PENDING);
        waits.add(done);
      }
      for (Rig.Last done : waits) {
        assertThat(rig.await(done)).isEqualTo(Completion.AGAIN);
      }
      rig.readAll(data);
      // one for each, or one for all
      boolean shared = rig.poller.ring.caps.has(Feature.BUFFER_PARTS);
      assertThat(rig.poller.shortages())
          .containsEntry("completions", 0L)
          .hasEntrySatisfying("buffers", n -> assertThat(n == 0).isEqualTo(shared));
    }
  }

  @Test
  void aNumberUsedAgainAfterACloseWithBothDirectionsBusyCarriesNoStrangersByte() throws Exception {
    try (Rig rig = new Rig(IoUringPoller.Size.DEFAULT)) {
      ByteBuffer full = ByteBuffer.allocateDirect(LARGE_BYTES);
      ByteBuffer dst = ByteBuffer.allocateDirect(8);
      int reused = 0;
      for (int round = 0; round < 50; round++) {
        Rig.Pair busy = rig.connect();
        assertThat(busy.stream().read(dst, new Rig.Last())).isEqualTo(Completion.PENDING);
        while (rig.poller.ring.submitted(Sqe.POLL_ADD) <= round) {
          Rig.Last done = new Rig.Last();
          assertThat(busy.stream().write(full, done)).isEqualTo(Completion.PENDING);
          rig.settle();
        }
        busy.peer().write(ByteBuffer.wrap(new byte[] {13}));
        busy.stream().cancel(Direction.READ);
        busy.stream().cancel(Direction.WRITE);
        int number = busy.stream().fd;
        rig.close(busy.stream());
        Rig.Pair next = rig.connect();
        reused += next.stream().fd == number ? 1 : 0;
        next.peer().write(ByteBuffer.wrap(new byte[] {7}));
        assertThat(rig.finish(done -> next.stream().read(dst.clear(), done))).isOne();
        assertThat(dst.get(0)).isEqualTo((byte) 7);
        rig.close(next.stream());
        next.peer().close();
        busy.peer().close();
      }
      assertThat(reused).as("rounds in which the number was used again").isPositive();
    }
  }

  @Test
  void socketsBlockWhereverTheyComeFrom() throws Exception {
    try (Rig rig = new Rig(Rig.SMALL)) {
      var listener = rig.poller.listener(Network.UNIX);
      listener.listen(UnixDomainSocketAddress.of("@"), 8);
      StreamHandle client = rig.poller.stream(Network.UNIX);
      assertThat(client.connect(listener.localAddress(), new Rig.Last())).isZero();
      assertThat(rig.finish(listener::accept)).isZero();
      StreamHandle server = listener.accepted(rig.poller);
      for (StreamHandle stream : List.of(client, server, rig.connect().stream())) {
        int fd = ((IoUringStreamHandle) stream).fd;
        assertThat(rig.sys.call(Call.FCNTL, fd, F_GETFL) & O_NONBLOCK).isZero();
      }
      rig.close(client);
      rig.close(server);
      rig.close(listener);
    }
  }

  @Test
  void aPollerWhoseKernelDoesNotAnswerGivesUpInTimeAndTellsTheWaiters() throws Exception {
    IoUringPoller poller = new IoUringPoller(new FaultySys(), Caps.DEFAULT, Rig.SMALL);
    FaultySys sys = (FaultySys) poller.sys;
    StreamHandle stream = new IoUringStreamHandle(poller, pair(sys), 1, false);
    Rig.Last read = new Rig.Last();
    assertThat(stream.read(ByteBuffer.allocateDirect(8), read)).isEqualTo(Completion.PENDING);
    poller.poll(0);
    sys.with(
        Call.IO_URING_ENTER,
        (real, args) -> {
          java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
          return -Errno.EINTR.number();
        });
    Rig.Last closed = new Rig.Last();
    assertThat(stream.close(closed)).isEqualTo(Completion.PENDING);
    try (Said said = new Said()) {
      poller.close();
      assertThat(said.lines())
          .as("of the read and of the wake-up's")
          .containsExactly("SEVERE: 2 operations did not end; their memory is lost");
    }
    assertThat(read.result).isEqualTo(Completion.CANCELED);
    assertThat(closed.result).isZero();
  }

  private static int pair(Sys sys) throws IOException {
    int[] fds = sys.pair();
    return fds[0];
  }

  private static byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    new Random(5).nextBytes(bytes);
    return bytes;
  }

  private static CompletableFuture<byte[]> readAll(SocketChannel peer) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return peer.socket().getInputStream().readAllBytes();
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  private static int writeAll(SocketChannel peer, byte[] data) {
    try {
      return peer.write(ByteBuffer.wrap(data));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
