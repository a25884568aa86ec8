package io.weft.poller.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.poller.nio.Fixture.Pair;
import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Goal: whatever the order of arming, events and cancels, no wake-up and no byte is lost. */
class NioRaceTest {
  private static final long SEED = 20251122;
  private static final int MESSAGES = 100_000;
  private static final int CALLS = 20_000;
  private static final int LONGEST_BYTES = 64;

  private final AtomicInteger running = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private Fixture fixture;
  private volatile boolean over;

  @BeforeEach
  void open() throws Exception {
    fixture = new Fixture();
  }

  @AfterEach
  void close() {
    // after a failure threads may still be waiting
    over = true;
    fixture.poller.close();
    fixture.close();
  }

  @Test
  void foreignThreadsPlayPingPong() throws Exception {
    Pair pair = fixture.pair();
    start(() -> echo(pair.server()));
    start(() -> call(pair.client()));
    pollWhileMoreRunThan(0);
  }

  @Test
  void foreignReaderTakesAStreamOfSmallMessages() throws Exception {
    Pair pair = fixture.pair();
    start(
        () -> {
          Random random = new Random(SEED);
          ByteBuffer message = ByteBuffer.allocateDirect(LONGEST_BYTES);
          for (int i = 0; i < MESSAGES; i++) {
            send(pair.client(), fill(message, random));
          }
          shutdown(pair.client());
        });
    start(() -> verify(pair.server(), new Random(SEED)));
    pollWhileMoreRunThan(0);
  }

  @Test
  void cancelsBetweenArmingAndEventsLoseNothing() throws Exception {
    Pair pair = fixture.pair();
    start(() -> echo(pair.server()));
    start(() -> call(pair.client()));
    Thread canceller =
        start(
            () -> {
              Random random = new Random(SEED);
              while (!over) {
                (random.nextBoolean() ? pair.server() : pair.client()).cancel(Direction.READ);
                for (int i = random.nextInt(2000); i > 0; i--) {
                  Thread.onSpinWait();
                }
              }
            });
    try {
      pollWhileMoreRunThan(1);
    } finally {
      over = true;
      canceller.join();
    }
  }

  private Thread start(Runnable task) {
    running.incrementAndGet();
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                task.run();
              } catch (RuntimeException | AssertionError e) {
                failure.compareAndSet(null, e);
              } finally {
                running.decrementAndGet();
                fixture.poller.wakeup();
              }
            });
  }

  private void pollWhileMoreRunThan(int others) {
    while (running.get() > others) {
      fixture.poll(-1);
      assertThat(failure.get()).as("seed " + SEED).isNull();
    }
  }

  private void echo(StreamHandle stream) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(LONGEST_BYTES);
    for (int n = receive(stream, buffer); n > 0; n = receive(stream, buffer)) {
      send(stream, buffer.slice(0, n));
    }
  }

  private void call(StreamHandle stream) {
    Random random = new Random(SEED);
    ByteBuffer message = ByteBuffer.allocateDirect(LONGEST_BYTES);
    ByteBuffer answer = ByteBuffer.allocateDirect(LONGEST_BYTES);
    for (int i = 0; i < CALLS; i++) {
      ByteBuffer sent = fill(message, random);
      send(stream, sent);
      answer.clear().limit(sent.limit());
      while (answer.hasRemaining()) {
        int n = receive(stream, answer);
        assertThat(n).isPositive();
        answer.position(answer.position() + n);
      }
      assertThat(answer.flip()).isEqualTo(sent.rewind());
    }
    shutdown(stream);
  }

  private void verify(StreamHandle stream, Random random) {
    ByteBuffer expected = ByteBuffer.allocateDirect(LONGEST_BYTES).limit(0);
    ByteBuffer buffer = ByteBuffer.allocateDirect(200);
    int messages = 0;
    for (int n = receive(stream, buffer); n > 0; n = receive(stream, buffer)) {
      for (int i = 0; i < n; i++) {
        if (!expected.hasRemaining()) {
          fill(expected, random);
          messages++;
        }
        assertThat(buffer.get(i)).isEqualTo(expected.get());
      }
    }
    assertThat(messages).isEqualTo(MESSAGES);
    assertThat(expected.hasRemaining()).isFalse();
  }

  private static ByteBuffer fill(ByteBuffer message, Random random) {
    message.clear().limit(1 + random.nextInt(LONGEST_BYTES));
    while (message.hasRemaining()) {
      message.put((byte) random.nextInt());
    }
    return message.flip();
  }

  private static void send(StreamHandle stream, ByteBuffer message) {
    while (message.hasRemaining()) {
      int n = Recorder.blocking(done -> stream.write(message, done));
      assertThat(n).isPositive();
      message.position(message.position() + n);
    }
  }

  private int receive(StreamHandle stream, ByteBuffer buffer) {
    int n = Recorder.blocking(done -> stream.read(buffer, done));
    while (n == Completion.CANCELED && !over) {
      n = Recorder.blocking(done -> stream.read(buffer, done));
    }
    return n;
  }

  private static void shutdown(StreamHandle stream) {
    try {
      stream.shutdown(Direction.WRITE);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
