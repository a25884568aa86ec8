package io.weft.poller.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Network;
import io.weft.poller.epoll.Fixture.Pair;
import io.weft.poller.epoll.Fixture.Recorder;
import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import io.weft.spi.KernelPipes;
import io.weft.spi.Pipe;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: what goes through a pipe comes out of it, once and in order, and no pipe stays open; the
 * fixture looks at its end.
 */
class EpollPipeTest {
  private static final int WOULD_BLOCK = -Errno.EAGAIN.number();
  private static final int NOT_POSSIBLE = -Errno.EOPNOTSUPP.number();

  private Fixture fixture;
  private FaultyNative sys;

  @BeforeEach
  void open() throws IOException {
    fixture = new Fixture();
    sys = fixture.sys;
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private Pipe pipe() {
    return pipe(fixture);
  }

  private static Pipe pipe(Fixture of) {
    return Objects.requireNonNull(of.poller.pipe());
  }

  /** A pipe with a text in it, received from a connection. */
  private Pipe filled(Pair pair, String text) {
    fixture.send(pair.client(), text);
    fixture.settle();
    Pipe pipe = pipe();
    assertThat(pair.server().read(pipe, 1000)).isEqualTo(text.length());
    return pipe;
  }

  private void sendAll(Pipe pipe, EpollStreamHandle to) {
    while (pipe.bytes() > 0) {
      assertThat(fixture.run(done -> to.write(pipe, pipe.bytes(), done))).isPositive();
    }
  }

  private static String rest(Pipe pipe) {
    ByteBuffer rest = ByteBuffer.allocateDirect(pipe.bytes());
    while (pipe.bytes() > 0) {
      rest.position(rest.position() + pipe.read(rest));
    }
    return StandardCharsets.US_ASCII.decode(rest.flip()).toString();
  }

  @ParameterizedTest
  @EnumSource(
      value = Network.class,
      names = {"TCP", "UNIX"})
  void bytesGoThroughAsTheyAreThoughCallsAreInterruptedAndShort(Network network)
      throws IOException {
    Pair from = fixture.pair(network);
    Pair to = fixture.pair(Network.TCP);
    boolean[] turn = new boolean[1];
    FaultyNative.Fault interruption =
        real -> {
          turn[0] = !turn[0];
          return turn[0] ? -Errno.EINTR.number() : real.getAsInt();
        };
    sys.splice = interruption;
    sys.read = interruption;
    sys.spliceBytesMax = 3;
    fixture.send(from.client(), "0123456789");
    fixture.settle();
    Pipe pipe = pipe();
    StringBuilder got = new StringBuilder();
    while (got.length() < 10) {
      int received = from.server().read(pipe, 1000);
      assertThat(received).isBetween(1, 3);
      assertThat(pipe.bytes()).isEqualTo(received);
      if (got.length() == 6) {
        got.append(rest(pipe));
      } else {
        sendAll(pipe, to.client());
        got.append(fixture.receive(to.server(), 16));
      }
    }
    assertThat(got).hasToString("0123456789");
    assertThat(from.server().read(pipe, 1000)).isEqualTo(WOULD_BLOCK);
    pipe.release();
  }

  @Test
  void noMoreThanAskedForIsReceived() throws IOException {
    Pair pair = fixture.pair(Network.TCP);
    fixture.send(pair.client(), "0123456789");
    fixture.settle();
    Pipe pipe = pipe();
    assertThat(pair.server().read(pipe, 4)).isEqualTo(4);
    assertThat(rest(pipe)).isEqualTo("0123");
    assertThat(fixture.receive(pair.server(), 16)).isEqualTo("456789");
    pipe.release();
  }

  @Test
  void aSocketWithoutBytesIsWaitedForByReadabilityAndItsEndIsZero() throws IOException {
    Pair pair = fixture.pair(Network.TCP);
    Pipe pipe = pipe();
    assertThat(pair.server().read(pipe, 9)).isEqualTo(WOULD_BLOCK);
    Recorder waiting = new Recorder();
    assertThat(pair.server().readable(waiting)).isEqualTo(Completion.PENDING);
    fixture.send(pair.client(), "x");
    assertThat(fixture.pollUntil(waiting)).isEqualTo(Completion.AGAIN);
    assertThat(pair.server().read(pipe, 9)).isOne();
    assertThat(rest(pipe)).isEqualTo("x");
    pair.client().shutdown(Direction.WRITE);
    fixture.settle();
    assertThat(pair.server().read(pipe, 9)).isZero();
    pipe.release();
  }

  @Test
  void bytesThatAreThereAlreadyNeedNoFurtherEvent() throws IOException {
    Pair pair = fixture.pair(Network.TCP);
    Pipe pipe = filled(pair, "0123456789");
    assertThat(rest(pipe)).isEqualTo("0123456789");
    fixture.send(pair.client(), "abc");
    fixture.settle();
    assertThat(pair.server().read(pipe, 1)).isOne();
    assertThat(pair.server().readable(new Recorder())).isZero();
    assertThat(fixture.receive(pair.server(), 9)).isEqualTo("bc");
    pipe.release();
  }

  @Test
  void aFullSocketIsWaitedFor() throws IOException {
    Pair from = fixture.pair(Network.TCP);
    Pair to = fixture.pair(Network.TCP);
    to.client().setOption(StandardSocketOptions.SO_SNDBUF, 4096);
    Recorder waiting = new Recorder();
    String sent = "";
    Pipe pipe = pipe();
    int result = 0;
    while (result != Completion.PENDING) {
      pipe.release();
      String text = "pieces of some length, number " + sent.length() + "; ".repeat(4000);
      fixture.send(from.client(), text);
      sent += text;
      fixture.settle();
      pipe = pipe();
      assertThat(from.server().read(pipe, text.length())).isEqualTo(text.length());
      while (pipe.bytes() > 0 && result != Completion.PENDING) {
        result = to.client().write(pipe, pipe.bytes(), waiting);
        assertThat(result == Completion.PENDING || result > 0).isTrue();
      }
    }
    int left = pipe.bytes();
    assertThat(left).isPositive();
    to.client().cancel(Direction.WRITE);
    assertThat(waiting.result()).isEqualTo(Completion.CANCELED);
    assertThat(pipe.bytes()).isEqualTo(left);
    StringBuilder got = new StringBuilder();
    Recorder again = new Recorder();
    assertThat(to.client().write(pipe, left, again)).isEqualTo(Completion.PENDING);
    while (again.result() == Completion.PENDING) {
      got.append(fixture.receive(to.server(), 65536));
      fixture.poll(0);
    }
    assertThat(again.result()).isEqualTo(Completion.AGAIN);
    got.append(drainWhileSending(to, pipe, sent.length() - got.length()));
    assertThat(got).hasToString(sent);
    pipe.release();
  }

  private String drainWhileSending(Pair to, Pipe pipe, int bytes) {
    StringBuilder got = new StringBuilder();
    Recorder ignored = new Recorder();
    while (got.length() < bytes) {
      if (pipe.bytes() > 0 && to.client().write(pipe, pipe.bytes(), ignored) < 0) {
        to.client().cancel(Direction.WRITE);
        ignored = new Recorder();
      }
      got.append(fixture.receive(to.server(), 65536));
    }
    return got.toString();
  }

  @ParameterizedTest
  @EnumSource(
      value = Errno.class,
      names = {"EINVAL", "ENOSYS", "EPERM"})
  void aKernelThatRefusesIsAskedForNothingElse(Errno errno) throws IOException {
    Pair pair = fixture.pair(Network.TCP);
    Pipe pipe = filled(pair, "abc");
    sys.splice = real -> -errno.number();
    assertThat(pair.server().write(pipe, 3, new Recorder())).isEqualTo(NOT_POSSIBLE);
    assertThat(rest(pipe)).isEqualTo("abc");
    fixture.send(pair.client(), "def");
    fixture.settle();
    assertThat(pair.server().read(pipe, 3)).isEqualTo(NOT_POSSIBLE);
    assertThat(fixture.receive(pair.server(), 9)).isEqualTo("def");
    pipe.release();
  }

  @Test
  void messagesAndPipesOfOthersAreRefused() throws IOException {
    Pair messages = fixture.pair(Network.UNIXPACKET);
    Pipe pipe = pipe();
    assertThat(messages.server().read(pipe, 9)).isEqualTo(NOT_POSSIBLE);
    assertThat(messages.server().write(pipe, 9, new Recorder())).isEqualTo(NOT_POSSIBLE);
    pipe.release();
    Pair pair = fixture.pair(Network.TCP);
    Pipe others =
        new Pipe() {
          @Override
          public int bytes() {
            return 1;
          }

          @Override
          public int fill(FileChannel source, long position, int bytesMax) {
            throw new AssertionError();
          }

          @Override
          public int read(ByteBuffer dst) {
            throw new AssertionError();
          }

          @Override
          public void release() {
            throw new AssertionError();
          }
        };
    assertThat(pair.server().read(others, 1)).isEqualTo(NOT_POSSIBLE);
    assertThat(pair.server().write(others, 1, new Recorder())).isEqualTo(NOT_POSSIBLE);
  }

  @Test
  void aPeerThatHasGoneLeavesTheBytesInThePipe() throws IOException {
    Pair from = fixture.pair(Network.TCP);
    Pipe pipe = filled(from, "abc");
    for (Errno errno : List.of(Errno.EPIPE, Errno.ECONNRESET)) {
      sys.splice = real -> -errno.number();
      assertThat(from.client().write(pipe, 3, new Recorder())).isEqualTo(-errno.number());
    }
    sys.splice = IntSupplier::getAsInt;
    Pair to = fixture.pair(Network.TCP);
    to.server().setOption(StandardSocketOptions.SO_LINGER, 0);
    fixture.close(to.server());
    fixture.settle();
    int result = to.client().write(pipe, 3, new Recorder());
    assertThat(result).isIn(-Errno.EPIPE.number(), -Errno.ECONNRESET.number());
    assertThat(rest(pipe)).isEqualTo("abc");
    pipe.release();
  }

  @Test
  void pipesAreUsedAgainAndTheirNumberIsLimited() {
    List<Pipe> lent = new ArrayList<>();
    for (int i = 0; i < KernelPipes.OPEN_MAX; i++) {
      lent.add(pipe());
    }
    assertThat(fixture.poller.pipe()).isNull();
    lent.removeLast().release();
    Pipe again = pipe();
    assertThat(fixture.poller.pipe()).isNull();
    lent.add(again);
    int open = sys.open;
    lent.forEach(Pipe::release);
    int closed = KernelPipes.OPEN_MAX - KernelPipes.KEPT_MAX;
    assertThat(sys.open).isEqualTo(open - 2 * closed);
    int made = sys.pipes;
    for (int i = 0; i < 1000; i++) {
      pipe().release();
    }
    assertThat(sys.pipes).isEqualTo(made);
  }

  @Test
  void aLackOfDescriptorsIsNoPipeForNowAndASmallPipeIsOne() throws IOException {
    sys.pipe = real -> -Errno.EMFILE.number();
    for (int i = 0; i < 2 * KernelPipes.OPEN_MAX; i++) {
      assertThat(fixture.poller.pipe()).isNull();
    }
    sys.pipe = real -> real.getAsLong();
    sys.setPipeBytes = real -> -Errno.EPERM.number();
    Pipe pipe = filled(fixture.pair(Network.TCP), "abc");
    assertThat(rest(pipe)).isEqualTo("abc");
    pipe.release();
  }

  @Test
  void aPipeWithBytesInItIsClosedNotUsedAgain() throws IOException {
    Pair pair = fixture.pair(Network.TCP);
    int open = sys.open;
    filled(pair, "abc").release();
    assertThat(sys.open).isEqualTo(open);
    Pipe next = filled(pair, "def");
    assertThat(rest(next)).isEqualTo("def");
    next.release();
  }

  @Test
  void afterTheEndOfThePollerPipesAreClosedWhenTheyAreReleased() throws IOException {
    Fixture other = new Fixture();
    Pipe kept = pipe(other);
    Pipe lent = pipe(other);
    kept.release();
    other.poller.close();
    assertThat(other.sys.open).isEqualTo(2);
    assertThat(other.poller.pipe()).isNull();
    lent.release();
    other.close();
  }

  @Test
  void aFileIsTakenFromAnyPositionUpToItsEnd(@TempDir Path dir) throws IOException {
    byte[] data = new byte[3 * KernelPipes.PIPE_BYTES + 11];
    new Random(7).nextBytes(data);
    Path path = Files.write(dir.resolve("file"), data);
    Pair pair = fixture.pair(Network.TCP);
    byte[] got = new byte[data.length];
    try (FileChannel file = FileChannel.open(path)) {
      file.position(2);
      int at = 5;
      while (at < data.length) {
        Pipe pipe = pipe();
        int taken = pipe.fill(file, at, Integer.MAX_VALUE);
        assertThat(taken).isEqualTo(pipe.bytes()).isBetween(1, KernelPipes.PIPE_BYTES);
        at = through(pipe, pair, got, at);
      }
      assertThat(at).isEqualTo(data.length);
      Pipe last = pipe();
      assertThat(last.fill(file, data.length + 9, 5)).isZero();
      last.release();
      assertThat(file.position()).isEqualTo(2);
    }
    assertThat(Arrays.equals(got, 5, got.length, data, 5, data.length)).isTrue();
  }

  private int through(Pipe pipe, Pair pair, byte[] got, int from) {
    int at = from;
    ByteBuffer room = ByteBuffer.allocateDirect(KernelPipes.PIPE_BYTES);
    while (pipe.bytes() > 0) {
      int sent = pair.client().write(pipe, Math.min(pipe.bytes(), 40_000), new Recorder());
      assertThat(sent).isPositive();
      for (int left = sent; left > 0; ) {
        room.clear().limit(left);
        int count = fixture.run(done -> pair.server().read(room, done));
        room.get(0, got, at, count);
        at += count;
        left -= count;
      }
    }
    pipe.release();
    return at;
  }

  @Test
  void aFileThatIsClosedOrOfAnotherMakeIsAFailure(@TempDir Path dir) throws IOException {
    Path path = Files.write(dir.resolve("file"), new byte[100]);
    Pipe pipe = pipe();
    FileChannel file = FileChannel.open(path);
    file.close();
    assertThat(pipe.fill(file, 0, 9)).isNegative();
    pipe.release();
    try (FileChannel open = FileChannel.open(path)) {
      assertThat(sys.descriptor(open)).isNotNegative();
      assertThat(sys.descriptor(file)).isNegative();
    }
  }

  @Test
  void whatIsTakenOfAFileThatIsClosedMeanwhileNeverComesOut(@TempDir Path dir) throws IOException {
    Path path = Files.write(dir.resolve("file"), "secret".getBytes(StandardCharsets.US_ASCII));
    FileChannel file = FileChannel.open(path);
    sys.splice =
        real -> {
          // the descriptor could be another file's by now
          int taken = real.getAsInt();
          try {
            file.close();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
          return taken;
        };
    Pipe pipe = pipe();
    assertThat(pipe.fill(file, 0, 6)).isNegative();
    assertThat(pipe.bytes()).isZero();
    sys.splice = IntSupplier::getAsInt;
    pipe.release();
    Pipe next = filled(fixture.pair(Network.TCP), "abc");
    assertThat(rest(next)).isEqualTo("abc");
    next.release();
  }
}
