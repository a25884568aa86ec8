package io.weft.poller.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.PollerReport;
import io.weft.poller.nio.Fixture.Pair;
import io.weft.spi.Capability;
import io.weft.spi.Completion;
import io.weft.spi.Direction;
import io.weft.spi.PollerProvider;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Goal: a poll waits as long as it should, returns when it must, and never spins. */
class NioPollerTest {
  private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private Fixture fixture;

  @BeforeEach
  void open() throws IOException {
    fixture = new Fixture();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void providerIsFoundAndTellsWhatItRunsOn() {
    PollerProvider provider = ServiceLoader.load(PollerProvider.class).findFirst().orElseThrow();
    PollerReport report = provider.report();

    assertThat(provider.name()).isEqualTo("nio");
    assertThat(report.name()).isEqualTo("nio");
    assertThat(report.available()).isTrue();
    assertThat(report.reason()).contains("java.nio.channels.Selector", "SelectorProvider");
    assertThat(provider.lacks()).containsExactlyInAnyOrder(Capability.values());
  }

  @Test
  void pollWaitsAtLeastItsTimeout() {
    long start = System.nanoTime();
    fixture.poll(WAIT_NANOS - 999_999);

    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(WAIT_NANOS - 999_999);
  }

  @Test
  void pollOfAnInterruptedThreadWaits() {
    Thread.currentThread().interrupt();
    long start = System.nanoTime();
    fixture.poll(WAIT_NANOS);

    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(WAIT_NANOS);
  }

  @Test
  void wakeupBeforeAPollEndsIt() {
    fixture.poller.wakeup();
    fixture.poller.wakeup();
    fixture.poll(-1);

    // and only that one
    long start = System.nanoTime();
    fixture.poll(WAIT_NANOS);
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(WAIT_NANOS);
  }

  @Test
  void wakeupDuringAPollEndsIt() throws Exception {
    Thread loop = Thread.currentThread();
    Thread waker = Thread.ofPlatform().start(() -> wakeWhenInSelect(loop));
    fixture.poll(-1);
    waker.join();
  }

  private void wakeWhenInSelect(Thread loop) {
    awaitSelect(loop);
    fixture.poller.wakeup();
  }

  @Test
  void armingFromAnotherThreadReachesASelectThatWaits() throws Exception {
    Pair pair = fixture.pair();
    fixture.settle();
    Thread loop = Thread.currentThread();
    AtomicReference<Recorder> armed = new AtomicReference<>();
    Thread reader =
        Thread.ofPlatform()
            .start(
                () -> {
                  awaitSelect(loop);
                  Recorder done = new Recorder();
                  armed.set(done);
                  int result = pair.server().read(ByteBuffer.allocateDirect(1), done);
                  assertThat(result).isEqualTo(Completion.PENDING);
                  pair.client().write(Fixture.bytes("x"), new Recorder());
                });
    while (armed.get() == null || armed.get().count() == 0) {
      fixture.poll(-1);
    }
    reader.join();
    assertThat(armed.get().result()).isEqualTo(Completion.AGAIN);
  }

  @Test
  void eventThatNobodyWaitsForDoesNotKeepTheSelectorAwake() throws IOException {
    Pair pair = fixture.pair();
    StreamHandle server = pair.server();
    Recorder reading = new Recorder();
    assertThat(server.read(ByteBuffer.allocateDirect(1), reading)).isEqualTo(Completion.PENDING);
    assertThat(fixture.run(done -> pair.client().write(Fixture.bytes("xy"), done))).isEqualTo(2);
    assertThat(fixture.pollUntil(reading)).isEqualTo(Completion.AGAIN);
    fillUntilPending(server);
    drainAll(pair.client());

    // readable and writable, and nobody asks
    assertThat(waitsThatEndedEarly(10)).isLessThanOrEqualTo(2);
    // neither does the end of the connection
    fixture.close(pair.client());
    assertThat(waitsThatEndedEarly(10)).isLessThanOrEqualTo(2);

    assertThat(server.read(ByteBuffer.allocateDirect(1), new Recorder())).isOne();
  }

  @Test
  void canceledOperationDoesNotKeepTheSelectorAwake() throws IOException {
    Pair pair = fixture.pair();
    assertThat(pair.server().read(ByteBuffer.allocateDirect(1), new Recorder()))
        .isEqualTo(Completion.PENDING);
    pair.server().cancel(Direction.READ);
    assertThat(fixture.run(done -> pair.client().write(Fixture.bytes("x"), done))).isOne();

    assertThat(waitsThatEndedEarly(10)).isLessThanOrEqualTo(2);
  }

  @Test
  void closeCancelsWhatIsPendingAndRefusesWhatComesLater() throws IOException {
    Fixture other = new Fixture();
    Pair pair = other.pair();
    Recorder reading = new Recorder();
    Recorder waiting = new Recorder();
    assertThat(pair.server().read(ByteBuffer.allocateDirect(1), reading))
        .isEqualTo(Completion.PENDING);
    assertThat(pair.client().readable(waiting)).isEqualTo(Completion.PENDING);
    Recorder writing = fillUntilPending(pair.client());

    other.poller.close();

    assertThat(reading.result()).isEqualTo(Completion.CANCELED);
    assertThat(waiting.result()).isEqualTo(Completion.CANCELED);
    assertThat(writing.result()).isEqualTo(Completion.CANCELED);
    Recorder late = new Recorder();
    assertThat(pair.client().readable(late)).isEqualTo(Completion.CANCELED);
    assertThat(late.count()).isZero();
    assertThatThrownBy(() -> other.poller.poll(0)).isInstanceOf(IOException.class);
    other.poller.wakeup();
    other.close();
  }

  private long waitsThatEndedEarly(int polls) {
    long early = 0;
    for (int i = 0; i < polls; i++) {
      long start = System.nanoTime();
      fixture.poll(TimeUnit.MILLISECONDS.toNanos(5));
      if (System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(5)) {
        early++;
      }
    }
    return early;
  }

  private static Recorder fillUntilPending(StreamHandle stream) {
    ByteBuffer block = ByteBuffer.allocateDirect(1 << 20);
    Recorder done = new Recorder();
    int result = stream.write(block, done);
    while (result != Completion.PENDING) {
      assertThat(result).isPositive();
      result = stream.write(block, done);
    }
    return done;
  }

  private void drainAll(StreamHandle stream) {
    ByteBuffer block = ByteBuffer.allocateDirect(1 << 20);
    int result = stream.read(block, null);
    while (result > 0) {
      result = stream.read(block, null);
    }
  }

  /** Spins until a thread is inside the selector, or about to be. */
  private static void awaitSelect(Thread loop) {
    while (true) {
      for (StackTraceElement frame : loop.getStackTrace()) {
        if (frame.getClassName().endsWith(".EPoll") && frame.getMethodName().equals("wait")) {
          return;
        }
      }
      Thread.onSpinWait();
    }
  }
}
