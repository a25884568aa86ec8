package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.core.Bytes.Memory;
import io.weft.spi.Errno;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: whatever comes between - deadlines, interrupts, false wake-ups, short writes, cancels that
 * lose, half-closes, a reset, a close - no byte is lost, doubled or moved, writes do not mix,
 * nobody hangs, and the port's rules are kept.
 */
@Timeout(600)
@ExtendWith(Games.Provider.class)
class ConnModelTest {
  private static final int GAMES = 100_000;
  private static final byte[] INBOUND = Bytes.pattern(2000);
  private static final int OUTBOUND_BYTES = 1600;
  private static final int READERS_MAX = 2;
  private static final int WRITERS_MAX = 3;

  @ParameterizedTest
  @EnumSource(Variant.class)
  void nothingIsLostWhateverComesBetween(Variant variant, @Games.Count(GAMES) Games games) {
    try (Table table = new Table(variant)) {
      games.play("connections", variant, random -> new Game(table, random).play());
    }
  }

  /** What one game leaves to the next: the loop, threads, memory. */
  private static final class Table implements AutoCloseable {
    final CoreRig rig;
    final Callers callers;
    final List<Slab> slabs = new ArrayList<>();

    Table(Variant variant) {
      rig = new CoreRig(variant);
      callers = new Callers(rig);
      for (int i = 0; i < READERS_MAX + WRITERS_MAX; i++) {
        slabs.add(new Slab());
      }
    }

    @Override
    public void close() {
      rig.close();
      callers.close();
      slabs.forEach(Slab::close);
    }
  }

  /** One connection, its readers, its writers, and what happens to them. */
  private static final class Game {
    private final Table table;
    private final CoreRig rig;
    private final Random random;
    private final FakeStreamHandle stream;
    private final PolledConn conn;
    private final List<Reader> readers = new ArrayList<>();
    private final List<Writer> writers = new ArrayList<>();
    private final List<Call<Void>> calls = new ArrayList<>();
    private final Turns turns = new Turns();
    private int fed;

    Game(Table table, Random random) {
      this.table = table;
      this.rig = table.rig;
      this.random = random;
      stream = rig.stream();
      if (random.nextBoolean()) {
        stream.useInbox();
      }
      if (random.nextInt(3) == 0) {
        stream.beImmediate();
      }
      stream.stepMax(1 + random.nextInt(800));
      stream.room(random.nextInt(500));
      conn = rig.conn(stream);
      for (int i = random.nextInt(READERS_MAX); i >= 0; i--) {
        readers.add(new Reader(player(i)));
      }
      for (int i = random.nextInt(WRITERS_MAX); i >= 0; i--) {
        writers.add(new Writer(player(READERS_MAX + i), i));
      }
      readers.forEach(reader -> calls.add(table.callers.call(reader)));
      writers.forEach(writer -> calls.add(table.callers.call(writer)));
    }

    private Player player(int index) {
      return new Player(conn, table.slabs.get(index), turns, new Random(random.nextLong()));
    }

    void play() throws Exception {
      try {
        playToTheEnd();
      } finally {
        turns.end();
      }
      rig.forget(conn, stream);
      assertThat(rig.poller.violations).isEmpty();
    }

    private void playToTheEnd() throws Exception {
      int steps = random.nextInt(40);
      for (int i = 0; i < steps; i++) {
        step();
        turns.next();
        pause();
      }
      switch (random.nextInt(8)) {
        case 0, 1 -> endByClose();
        case 2 -> endByHalfCloses();
        case 3 -> endByReset();
        default -> endInPeace();
      }
    }

    // mostly short; long enough now and then for the others to get somewhere
    private void pause() {
      int spins = random.nextInt(1 + random.nextInt(300));
      for (int i = 0; i < spins; i++) {
        Thread.onSpinWait();
      }
      if (random.nextInt(16) == 0) {
        Thread.yield();
      }
    }

    private void step() throws IOException {
      switch (random.nextInt(9)) {
        case 0, 1 -> feed(random.nextInt(250));
        case 2, 3 -> stream.room(random.nextInt(1200));
        case 4 -> conn.setReadDeadline(rig.clock.in(someTime()));
        case 5 -> conn.setWriteTimeout(random.nextInt(4) == 0 ? null : someTime());
        case 6 -> rig.clock.advance(Duration.ofMillis(random.nextInt(40)));
        case 7 -> calls.get(random.nextInt(calls.size())).interrupt();
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
      joinAll();
      Traffic.requireReceived(readers, INBOUND);
      writers.forEach(writer -> assertThat(writer.written).isEqualTo(OUTBOUND_BYTES));
      Traffic.requireSent(writers, stream.sent());
      conn.close();
    }

    private void endByClose() throws Exception {
      conn.close();
      assertThat(stream.isReleased()).isTrue();
      joinAll();
      Traffic.requireReceived(readers, Arrays.copyOf(INBOUND, Reader.sum(readers)));
      Traffic.requireSent(writers, stream.sent());
    }

    // readers get what had come before their end; writers stop where they are
    private void endByHalfCloses() throws Exception {
      boolean readFirst = random.nextBoolean();
      if (readFirst) {
        conn.closeRead();
      }
      conn.closeWrite();
      if (!readFirst) {
        conn.closeRead();
      }
      conn.setDeadline(null);
      joinAll();
      Traffic.requireReceived(readers, Arrays.copyOf(INBOUND, fed));
      Traffic.requireSent(writers, stream.sent());
      conn.close();
    }

    private void endByReset() throws Exception {
      stream.feedErrno(Errno.ECONNRESET);
      stream.room(Long.MAX_VALUE);
      conn.setDeadline(null);
      joinAll();
      Traffic.requireReceived(readers, Arrays.copyOf(INBOUND, fed));
      Traffic.requireSent(writers, stream.sent());
      conn.close();
    }

    private void joinAll() throws Exception {
      turns.end();
      for (Call<Void> call : calls) {
        call.result();
      }
    }
  }

  /** What a reader or a writer has. */
  private record Player(PolledConn conn, Slab slab, Turns turns, Random random) {
    ByteBuffer cut(int count) {
      return slab.cut(Memory.any(random), count);
    }

    // after a timeout or an interrupt: until the game moves the deadline
    void goOnAfter(int turn) {
      Thread.interrupted();
      turns.awaitAfter(turn);
    }
  }

  /** Reads pieces until the end of the connection. */
  static final class Reader implements Callable<Void> {
    final List<byte[]> pieces = new ArrayList<>();
    private final Player player;

    Reader(Player player) {
      this.player = player;
    }

    static int sum(List<Reader> readers) {
      return readers.stream()
          .flatMap(reader -> reader.pieces.stream())
          .mapToInt(piece -> piece.length)
          .sum();
    }

    @Override
    public Void call() throws IOException {
      try {
        readAll();
      } finally {
        player.slab.leave();
      }
      return null;
    }

    private void readAll() throws IOException {
      PolledConn conn = player.conn;
      Random random = player.random;
      for (; ; ) {
        int turn = player.turns.turn();
        player.slab.reset();
        ByteBuffer dst = player.cut(1 + random.nextInt(400));
        try {
          if (random.nextInt(5) == 0) {
            conn.awaitReadable();
          }
          if (random.nextInt(3) == 0) {
            move();
          } else if (conn.read(dst) < 0) {
            return;
          } else {
            pieces.add(Bytes.of(dst.flip()));
          }
        } catch (ClosedChannelException | SocketException e) {
          return;
        } catch (InterruptedIOException e) {
          assertThat(dst.position()).as("position after %s", e).isZero();
          player.goOnAfter(turn);
        }
      }
    }

    // to a target that now and then times out part-way
    private void move() throws IOException {
      Random random = player.random;
      int[] taken = new int[1];
      Sink sink =
          src -> {
            int bytes = random.nextInt(3) == 0 ? random.nextInt(src.remaining()) : src.remaining();
            byte[] piece = new byte[bytes];
            src.get(piece);
            pieces.add(piece);
            taken[0] += bytes;
            if (src.hasRemaining()) {
              throw new SocketTimeoutException("of the target");
            }
            return bytes;
          };
      try {
        long moved = player.conn.transferTo(Sink.conn(sink), 1 + random.nextInt(1000));
        assertThat(moved).as("moved").isEqualTo(taken[0]);
      } catch (InterruptedIOException e) {
        assertThat(e.bytesTransferred).as("moved").isEqualTo(taken[0]);
        throw e;
      }
    }
  }

  /** Writes bytes of a colour of its own until all are taken or the connection ends. */
  static final class Writer implements Callable<Void> {
    // what each call brought out, by the positions
    final List<Integer> calls = new ArrayList<>();
    final int colour;
    int written;
    private final Player player;

    Writer(Player player, int colour) {
      this.player = player;
      this.colour = colour;
    }

    /** What a writer sends at a place of its own stream. */
    byte at(int place) {
      return (byte) ((colour << 6) | (place & 63));
    }

    @Override
    public Void call() throws IOException {
      try {
        writeAll();
      } finally {
        player.slab.leave();
      }
      return null;
    }

    private void writeAll() throws IOException {
      while (written < OUTBOUND_BYTES) {
        int turn = player.turns.turn();
        player.slab.reset();
        ByteBuffer[] srcs = split(Math.min(player.random.nextInt(1500), OUTBOUND_BYTES - written));
        try {
          if (srcs.length == 1) {
            player.conn.write(srcs[0]);
          } else {
            player.conn.write(srcs);
          }
          note(srcs);
        } catch (ClosedChannelException | SocketException e) {
          note(srcs);
          return;
        } catch (InterruptedIOException e) {
          assertThat(e.bytesTransferred).isEqualTo(note(srcs));
          player.goOnAfter(turn);
        }
      }
    }

    private int note(ByteBuffer[] srcs) {
      int taken = Arrays.stream(srcs).mapToInt(ByteBuffer::position).sum();
      calls.add(taken);
      written += taken;
      return taken;
    }

    private ByteBuffer[] split(int bytes) {
      Random random = player.random;
      ByteBuffer[] srcs = new ByteBuffer[1 + random.nextInt(4)];
      boolean stable = random.nextBoolean();
      int left = bytes;
      int place = written;
      for (int i = 0; i < srcs.length; i++) {
        int count = i == srcs.length - 1 ? left : random.nextInt(left + 1);
        srcs[i] = stable ? player.slab.cut(Memory.DIRECT, count) : player.cut(count);
        for (int j = 0; j < count; j++) {
          srcs[i].put(j, at(place++));
        }
        left -= count;
      }
      return srcs;
    }
  }
}
