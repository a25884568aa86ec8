package io.weft.poller.iouring;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.poller.iouring.ring.FaultySys;
import io.weft.poller.iouring.ring.Kernel;
import io.weft.poller.iouring.ring.Sqe;
import io.weft.poller.iouring.ring.sys.Sys.Call;
import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import io.weft.spi.KernelPipe;
import io.weft.spi.Pipe;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: bytes go by pipe and by memory in any turn, once and in order; a splice holds up nobody,
 * and a receive in the ring still waits.
 */
class IoUringPipeTest {
  private static final int WOULD_BLOCK = -Errno.EAGAIN.number();
  private static final int F_GETFL = 3;
  private static final int O_NONBLOCK = 04000;

  private Rig rig;
  private int descriptors;

  @BeforeAll
  static void kernelHasRings() throws IOException {
    Kernel.mustHaveRings();
    // since its first close of a channel the JDK keeps a socket of its own
    try (Rig first = new Rig(IoUringPoller.Size.DEFAULT)) {
      first.connect();
    }
  }

  @BeforeEach
  void open() throws IOException {
    descriptors = Kernel.descriptors();
    rig = new Rig(IoUringPoller.Size.DEFAULT);
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
    assertThat(Kernel.descriptors()).as("descriptors").isEqualTo(descriptors);
  }

  private Pipe pipe() {
    return Objects.requireNonNull(rig.poller.pipe());
  }

  private static ByteBuffer bytes(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  private static void send(Rig.Pair pair, String text) throws IOException {
    pair.peer().write(bytes(text));
  }

  private String receive(Rig.Pair pair) throws IOException {
    ByteBuffer dst = ByteBuffer.allocateDirect(64);
    int count = rig.finish(done -> pair.stream().read(dst, done));
    return StandardCharsets.US_ASCII.decode(dst.limit(Math.max(count, 0))).toString();
  }

  private static String rest(Pipe pipe) {
    ByteBuffer rest = ByteBuffer.allocateDirect(pipe.bytes());
    while (pipe.bytes() > 0) {
      rest.position(rest.position() + pipe.read(rest));
    }
    return StandardCharsets.US_ASCII.decode(rest.flip()).toString();
  }

  private Pipe filled(Rig.Pair pair, String text) throws IOException {
    send(pair, text);
    rig.settle();
    Pipe pipe = pipe();
    assertThat(pair.stream().read(pipe, 1000)).isEqualTo(text.length());
    return pipe;
  }

  private boolean blocks(Rig.Pair pair) {
    return (rig.sys.call(Call.FCNTL, pair.stream().fd, F_GETFL) & O_NONBLOCK) == 0;
  }

  @Test
  void aWaitForAPipeTakesNothingOutOfTheSocket() throws Exception {
    Rig.Pair pair = rig.connect();
    Pipe pipe = pipe();
    assertThat(pair.stream().read(pipe, 9)).isEqualTo(WOULD_BLOCK);
    long receives = rig.poller.ring.submitted(Sqe.RECV);
    Rig.Last waiting = new Rig.Last();
    assertThat(pair.stream().readable(waiting)).isEqualTo(Completion.PENDING);
    rig.settle();
    assertThat(waiting.result).isEqualTo(Completion.PENDING);
    send(pair, "0123456789");
    assertThat(rig.await(waiting)).isEqualTo(Completion.AGAIN);
    assertThat(rig.poller.ring.submitted(Sqe.RECV)).isEqualTo(receives);
    assertThat(pair.stream().read(pipe, 4)).isEqualTo(4);
    assertThat(rest(pipe)).isEqualTo("0123");
    assertThat(receive(pair)).isEqualTo("456789");
    pair.peer().shutdownOutput();
    assertThat(rig.finish(pair.stream()::readable)).isZero();
    assertThat(receive(pair)).isEmpty();
    assertThat(pair.stream().read(pipe, 9)).isEqualTo(WOULD_BLOCK);
    pipe.release();
  }

  @Test
  void theEndOfAStreamIsZero() throws Exception {
    Rig.Pair pair = rig.connect();
    Pipe pipe = filled(pair, "abc");
    assertThat(rest(pipe)).isEqualTo("abc");
    pair.peer().shutdownOutput();
    rig.settle();
    assertThat(pair.stream().read(pipe, 9)).isZero();
    assertThat(pair.stream().read(pipe, 9)).isZero();
    assertThat(receive(pair)).isEmpty();
    pipe.release();
  }

  @Test
  void whatAReceiveInFlightBringsComesBeforeThePipe() throws Exception {
    Rig.Pair pair = rig.connect();
    Rig.Last waiting = new Rig.Last();
    assertThat(pair.stream().readable(waiting)).isEqualTo(Completion.PENDING);
    rig.poll(0);
    Pipe pipe = pipe();
    assertThat(pair.stream().read(pipe, 9)).isEqualTo(WOULD_BLOCK);
    send(pair, "abc");
    assertThat(rig.await(waiting)).isEqualTo(Completion.AGAIN);
    send(pair, "def");
    assertThat(pair.stream().read(pipe, 9)).isEqualTo(WOULD_BLOCK);
    ByteBuffer dst = ByteBuffer.allocateDirect(3);
    assertThat(pair.stream().read(dst, null)).isEqualTo(3);
    assertThat(dst).isEqualTo(bytes("abc"));
    rig.settle();
    assertThat(pair.stream().read(pipe, 9)).isEqualTo(3);
    assertThat(rest(pipe)).isEqualTo("def");
    pipe.release();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aReceiveWaitsThoughAPipeWasWrittenBeforeOrAfterIt(boolean handedOver) throws Exception {
    Rig.Pair from = rig.connect();
    Rig.Pair to = rig.connect();
    Pipe pipe = filled(from, "abc");
    assertThat(to.stream().write(pipe, 1, new Rig.Last())).isOne();
    assertThat(blocks(to)).isFalse();
    Rig.Last waiting = new Rig.Last();
    assertThat(to.stream().read(ByteBuffer.allocateDirect(8), waiting))
        .isEqualTo(Completion.PENDING);
    if (handedOver) {
      rig.poll(0);
    }
    assertThat(to.stream().write(pipe, 1, new Rig.Last())).isOne();
    assertThat(blocks(to)).isTrue();
    rig.settle();
    assertThat(waiting.result).isEqualTo(Completion.PENDING);
    send(to, "x");
    assertThat(rig.await(waiting)).isEqualTo(Completion.AGAIN);
    assertThat(receive(to)).isEqualTo("x");
    pipe.release();
  }

  @Test
  void aCanceledWaitForAPipeStaysForTheNextReadAndEndsWithTheConnection() throws Exception {
    Rig.Pair pair = rig.connect();
    Rig.Pair closing = rig.connect();
    Pipe pipe = pipe();
    for (Rig.Pair each : new Rig.Pair[] {pair, closing}) {
      Rig.Last waiting = new Rig.Last();
      assertThat(each.stream().read(pipe, 9)).isEqualTo(WOULD_BLOCK);
      assertThat(each.stream().readable(waiting)).isEqualTo(Completion.PENDING);
      rig.settle();
      each.stream().cancel(Direction.READ);
      assertThat(waiting.result).isEqualTo(Completion.CANCELED);
    }
    Rig.Last again = new Rig.Last();
    ByteBuffer dst = ByteBuffer.allocateDirect(8);
    assertThat(pair.stream().read(dst, again)).isEqualTo(Completion.PENDING);
    send(pair, "abc");
    assertThat(rig.await(again)).isEqualTo(Completion.AGAIN);
    assertThat(pair.stream().read(dst, null)).isEqualTo(3);
    rig.close(closing.stream());
    closing.peer().close();
    pipe.release();
  }

  @Test
  void aResetIsToldByTheReadAndByTheWrite() throws Exception {
    Rig.Pair from = rig.connect();
    Rig.Pair to = rig.connect();
    Pipe pipe = filled(from, "abc");
    Pipe empty = pipe();
    for (Rig.Pair each : new Rig.Pair[] {from, to}) {
      each.peer().setOption(StandardSocketOptions.SO_LINGER, 0).close();
    }
    rig.settle();
    assertThat(from.stream().read(empty, 9)).isEqualTo(-Errno.ECONNRESET.number());
    assertThat(to.stream().write(pipe, 3, new Rig.Last()))
        .isIn(-Errno.EPIPE.number(), -Errno.ECONNRESET.number());
    assertThat(rest(pipe)).isEqualTo("abc");
    pipe.release();
    empty.release();
  }

  @Test
  void aResetThatAReceiveHasMetIsTheWritersToo() throws Exception {
    Rig.Pair from = rig.connect();
    Rig.Pair to = rig.connect();
    Pipe pipe = filled(from, "abc");
    assertThat(to.stream().read(ByteBuffer.allocateDirect(8), new Rig.Last()))
        .isEqualTo(Completion.PENDING);
    rig.poll(0);
    to.stream().cancel(Direction.READ);
    to.peer().setOption(StandardSocketOptions.SO_LINGER, 0).close();
    rig.settle();
    assertThat(to.stream().write(pipe, 3, new Rig.Last())).isEqualTo(-Errno.ECONNRESET.number());
    pipe.release();
  }

  @Test
  void aFullSocketIsToldAndWaitedFor() throws Exception {
    Rig.Pair from = rig.connect();
    Rig.Pair to = rig.connectToASmallReader();
    to.stream().setOption(StandardSocketOptions.SO_SNDBUF, 4096);
    int[] full = new int[1];
    class Waiting extends Rig.Last {
      @Override
      public void full() {
        full[0]++;
      }
    }

    Waiting waiting = new Waiting();
    ByteBuffer chunk = ByteBuffer.allocateDirect(32 * 1024);
    int sent = 0;
    int result = 0;
    Pipe pipe = pipe();
    while (result != Completion.PENDING) {
      if (pipe.bytes() == 0) {
        from.peer().write(chunk.clear());
        rig.settle();
        assertThat(from.stream().read(pipe, chunk.capacity())).isPositive();
      }
      result = to.stream().write(pipe, pipe.bytes(), waiting);
      sent += Math.max(result, 0);
    }
    assertThat(full[0]).isOne();
    int left = pipe.bytes();
    to.stream().cancel(Direction.WRITE);
    assertThat(waiting.result).isEqualTo(Completion.CANCELED);
    Waiting again = new Waiting();
    assertThat(to.stream().write(pipe, left, again)).isEqualTo(Completion.PENDING);
    assertThat(full[0]).isEqualTo(2);
    ByteBuffer drain = ByteBuffer.allocateDirect(sent);
    while (drain.hasRemaining()) {
      to.peer().read(drain);
    }
    assertThat(rig.await(again)).isEqualTo(Completion.AGAIN);
    assertThat(pipe.bytes()).isEqualTo(left);
    assertThat(to.stream().write(pipe, left, again)).isPositive();
    pipe.release();
  }

  @ParameterizedTest
  @CsvSource({"SPLICE, EINVAL", "SPLICE, ENOSYS", "SPLICE, EPERM", "FCNTL, EPERM"})
  void whereTheKernelRefusesMemoryGoesOn(Call call, Errno errno) throws Exception {
    Rig.Pair from = rig.connect();
    Rig.Pair to = rig.connect();
    Pipe pipe = filled(from, "abc");
    rig.sys.with(call, (real, args) -> -errno.number());
    assertThat(to.stream().write(pipe, 3, new Rig.Last())).isEqualTo(KernelPipe.NOT_POSSIBLE);
    assertThat(to.stream().read(pipe, 3)).isEqualTo(KernelPipe.NOT_POSSIBLE);
    assertThat(rest(pipe)).isEqualTo("abc");
    send(to, "def");
    assertThat(receive(to)).isEqualTo("def");
    pipe.release();
  }

  /** Its thread is not this one's, and it may be closed. */
  @Test
  void aPipeOfAnotherPollerIsUsedWithoutThatPoller() throws Exception {
    Rig.Pair to = rig.connect();
    Pipe pipe;
    try (Rig other = new Rig(IoUringPoller.Size.DEFAULT)) {
      Rig.Pair from = other.connect();
      send(from, "abcdef");
      other.settle();
      pipe = Objects.requireNonNull(other.poller.pipe());
      assertThat(from.stream().read(pipe, 1000)).isEqualTo(6);
      int before = other.sys.calls(Call.SPLICE);
      assertThat(to.stream().write(pipe, 3, new Rig.Last())).isEqualTo(3);
      assertThat(other.sys.calls(Call.SPLICE)).isEqualTo(before);
    }
    assertThat(to.stream().write(pipe, 2, new Rig.Last())).isEqualTo(2);
    assertThat(rest(pipe)).isEqualTo("f");
    pipe.release();
    ByteBuffer got = ByteBuffer.allocateDirect(5);
    while (got.hasRemaining()) {
      to.peer().read(got);
    }
    assertThat(got.flip()).isEqualTo(bytes("abcde"));
  }

  @Test
  void aKernelWithoutPipesLendsNone() {
    rig.sys.with(Call.PIPE2, (real, args) -> -Errno.EMFILE.number());
    assertThat(rig.poller.pipe()).isNull();
    rig.sys.with(Call.PIPE2, (real, args) -> real.getAsLong());
    Pipe pipe = pipe();
    assertThat(rig.poller.pipesTakeFiles()).isFalse();
    pipe.release();
    int made = rig.sys.calls(Call.PIPE2);
    pipe().release();
    assertThat(rig.sys.calls(Call.PIPE2)).isEqualTo(made);
  }

  /**
   * A relay that takes what comes by pipe or by memory, as chance has it, and waits, or cancels.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void bytesKeepTheirOrderWhateverTakesThem(long seed) throws Exception {
    Random random = new Random(seed);
    Rig.Pair from = rig.connect();
    Rig.Pair to = rig.connect();
    byte[] data = new byte[4 * 1024 * 1024];
    random.nextBytes(data);
    Thread sender = Thread.ofPlatform().start(() -> sendAll(from.peer(), data, seed));
    byte[] got = new byte[data.length];
    Thread receiver = Thread.ofPlatform().start(() -> receiveAll(to.peer(), got));
    rig.sys.with(Call.SPLICE, interruptions(new Random(seed)));
    int moved = 0;
    int piped = 0;
    ByteBuffer room = ByteBuffer.allocateDirect(64 * 1024);
    while (moved < data.length) {
      if (random.nextInt(3) > 0) {
        Pipe pipe = pipe();
        int received = from.stream().read(pipe, 1 + random.nextInt(100_000));
        assertThat(received == WOULD_BLOCK || received > 0).as("%d", received).isTrue();
        moved += Math.max(received, 0);
        piped += Math.max(received, 0);
        relay(to, pipe);
      } else {
        int size = 1 + random.nextInt(room.capacity());
        int received = from.stream().read(room.clear().limit(size), null);
        if (received > 0) {
          moved += received;
          rig.write(to.stream(), room.limit(received));
        }
      }
      if (moved < data.length && random.nextInt(4) == 0) {
        Rig.Last waiting = new Rig.Last();
        if (from.stream().readable(waiting) == Completion.PENDING && random.nextBoolean()) {
          rig.await(waiting);
        } else {
          rig.poll(0);
          from.stream().cancel(Direction.READ);
        }
      }
    }
    sender.join();
    receiver.join();
    assertThat(Arrays.equals(got, data)).as("seed %d", seed).isTrue();
    assertThat(piped).isBetween(1, data.length - 1);
  }

  private static FaultySys.Fault interruptions(Random random) {
    return (real, args) -> random.nextInt(8) == 0 ? -Errno.EINTR.number() : real.getAsLong();
  }

  private void relay(Rig.Pair to, Pipe pipe) throws IOException {
    while (pipe.bytes() > 0) {
      assertThat(rig.finish(done -> to.stream().write(pipe, pipe.bytes(), done))).isPositive();
    }
    pipe.release();
  }

  private static void sendAll(SocketChannel channel, byte[] data, long seed) {
    Random random = new Random(seed);
    ByteBuffer src = ByteBuffer.wrap(data);
    try {
      while (src.hasRemaining()) {
        src.limit(Math.min(data.length, src.position() + 1 + random.nextInt(50_000)));
        channel.write(src);
        src.limit(data.length);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void receiveAll(SocketChannel channel, byte[] got) {
    ByteBuffer dst = ByteBuffer.wrap(got);
    try {
      while (dst.hasRemaining() && channel.read(dst) >= 0) {
        // goes on
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
