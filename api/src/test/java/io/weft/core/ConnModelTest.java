package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.core.Bytes.Memory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: whatever comes between - deadlines, interrupts, false wake-ups, short writes, cancels that
 * lose, a close - no byte is lost, doubled or moved, nobody hangs, and the port's rules are kept.
 */
@Timeout(120)
class ConnModelTest {
  private static final int SEEDS = 400;
  private static final byte[] INBOUND = Bytes.pattern(4000);
  private static final byte[] OUTBOUND = Bytes.pattern(6000);

  @ParameterizedTest
  @EnumSource(Variant.class)
  void nothingIsLostWhateverComesBetween(Variant variant) {
    Seeds.forEach(SEEDS, random -> play(variant, random));
  }

  private static void play(Variant variant, Random random) {
    try (CoreRig rig = new CoreRig(variant)) {
      new Game(rig, random).play();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** One connection, its reader, its writer, and what happens to them. */
  private static final class Game {
    private final CoreRig rig;
    private final Random random;
    private final FakeStreamHandle stream;
    private final PolledConn conn;
    private final Call<byte[]> reader;
    private final Call<Integer> writer;
    private int fed;

    Game(CoreRig rig, Random random) {
      this.rig = rig;
      this.random = random;
      stream = rig.stream();
      if (random.nextBoolean()) {
        stream.useInbox();
      }
      if (random.nextInt(3) == 0) {
        stream.beImmediate();
      }
      stream.stepMax(1 + random.nextInt(1500));
      stream.room(random.nextInt(500));
      conn = rig.conn(stream);
      Random ofReader = new Random(random.nextLong());
      Random ofWriter = new Random(random.nextLong());
      reader = rig.call(() -> readAll(conn, ofReader));
      writer = rig.call(() -> writeAll(conn, ofWriter));
    }

    void play() throws Exception {
      int steps = random.nextInt(60);
      for (int i = 0; i < steps; i++) {
        step();
        if (random.nextInt(4) == 0) {
          Thread.yield();
        }
      }
      if (random.nextInt(3) == 0) {
        endByClose();
      } else {
        endInPeace();
      }
    }

    private void step() throws IOException {
      switch (random.nextInt(9)) {
        case 0, 1 -> feed(random.nextInt(400));
        case 2, 3 -> stream.room(random.nextInt(2000));
        case 4 -> conn.setReadDeadline(rig.clock.in(someTime()));
        case 5 -> conn.setWriteTimeout(random.nextInt(4) == 0 ? null : someTime());
        case 6 -> rig.clock.advance(Duration.ofMillis(random.nextInt(40)));
        case 7 -> (random.nextBoolean() ? reader : writer).thread().interrupt();
        default -> stream.wakeFalsely(random.nextInt(3));
      }
    }

    private Duration someTime() {
      return Duration.ofMillis(random.nextInt(30) - 3);
    }

    private void feed(int count) {
      int to = Math.min(fed + count, INBOUND.length);
      if (to > fed) {
        stream.feed(Arrays.copyOfRange(INBOUND, fed, to));
        fed = to;
      }
    }

    private void endInPeace() throws Exception {
      feed(INBOUND.length);
      stream.feedEnd();
      stream.room(Long.MAX_VALUE);
      conn.setDeadline(null);
      assertThat(reader.result()).as("received").isEqualTo(INBOUND);
      assertThat(writer.result()).as("written").isEqualTo(OUTBOUND.length);
      assertThat(stream.sent()).as("sent").isEqualTo(OUTBOUND);
      conn.close();
    }

    private void endByClose() throws Exception {
      conn.close();
      assertThat(stream.isReleased()).isTrue();
      byte[] received = reader.result();
      assertThat(received).as("received").isEqualTo(Arrays.copyOf(INBOUND, received.length));
      int written = writer.result();
      assertThat(stream.sent()).as("sent").isEqualTo(Arrays.copyOf(OUTBOUND, written));
    }
  }

  private static byte[] readAll(PolledConn conn, Random random) throws IOException {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    for (; ; ) {
      ByteBuffer dst = memory(random).allocate(1 + random.nextInt(600));
      try {
        if (random.nextInt(5) == 0) {
          conn.awaitReadable();
        }
        if (random.nextInt(3) == 0) {
          move(conn, received, random);
        } else if (conn.read(dst) < 0) {
          return received.toByteArray();
        }
        received.writeBytes(Bytes.of(dst.flip()));
      } catch (ClosedChannelException e) {
        return received.toByteArray();
      } catch (InterruptedIOException e) {
        assertThat(dst.position()).as("position after %s", e).isZero();
        goOn();
      }
    }
  }

  // to a target that now and then times out part-way
  private static void move(PolledConn conn, ByteArrayOutputStream received, Random random)
      throws IOException {
    int before = received.size();
    Sink sink =
        src -> {
          int taken = random.nextInt(3) == 0 ? random.nextInt(src.remaining()) : src.remaining();
          for (int i = 0; i < taken; i++) {
            received.write(src.get());
          }
          if (src.hasRemaining()) {
            throw new SocketTimeoutException("of the target");
          }
          return taken;
        };
    try {
      long moved = conn.transferTo(Sink.conn(sink), 1 + random.nextInt(2500));
      assertThat(moved).as("moved").isEqualTo(received.size() - before);
    } catch (InterruptedIOException e) {
      assertThat(e.bytesTransferred).as("moved").isEqualTo(received.size() - before);
      throw e;
    }
  }

  // the count of bytes that the positions say were taken
  private static int writeAll(PolledConn conn, Random random) throws IOException {
    int written = 0;
    while (written < OUTBOUND.length) {
      int to = Math.min(written + random.nextInt(2500), OUTBOUND.length);
      ByteBuffer[] srcs = split(random, Arrays.copyOfRange(OUTBOUND, written, to));
      try {
        if (srcs.length == 1) {
          conn.write(srcs[0]);
        } else {
          conn.write(srcs);
        }
      } catch (ClosedChannelException e) {
        return written + taken(srcs);
      } catch (InterruptedIOException e) {
        assertThat(e.bytesTransferred).isEqualTo(taken(srcs));
        goOn();
      }
      written += taken(srcs);
    }
    return written;
  }

  private static int taken(ByteBuffer[] srcs) {
    return Arrays.stream(srcs).mapToInt(ByteBuffer::position).sum();
  }

  private static ByteBuffer[] split(Random random, byte[] bytes) {
    ByteBuffer[] srcs = new ByteBuffer[1 + random.nextInt(4)];
    boolean stable = random.nextBoolean();
    int from = 0;
    for (int i = 0; i < srcs.length; i++) {
      int to = i == srcs.length - 1 ? bytes.length : from + random.nextInt(bytes.length - from + 1);
      Memory memory = stable ? Memory.DIRECT : memory(random);
      srcs[i] = memory.copyOf(Arrays.copyOfRange(bytes, from, to));
      from = to;
    }
    return srcs;
  }

  private static Memory memory(Random random) {
    return Memory.any(random);
  }

  // after a timeout or an interrupt: until the game moves the deadline
  private static void goOn() {
    Thread.interrupted();
    Thread.yield();
  }
}
