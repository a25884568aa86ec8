package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.DialConfig;
import io.weft.NetError;
import io.weft.spi.Errno;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: whatever the targets of a dial do, in whatever order, and whatever comes between - the race
 * of two families, timeouts, an interrupt, a close - the dial ends, with one connection or one
 * failure, and leaves nothing else open.
 */
@Timeout(600)
@ExtendWith(Games.Provider.class)
class DialModelTest {
  private static final int GAMES = 6_000;
  private static final int TARGETS_MAX = 4;

  @ParameterizedTest
  @EnumSource(Variant.class)
  void aDialEndsWithOneConnectionOrNone(Variant variant, @Games.Count(GAMES) Games games)
      throws IOException {
    try (DialRig rig = new DialRig(variant)) {
      games.play("dials", variant, random -> new Game(rig, random).play());
    }
  }

  /** One dial, its targets, and what happens to it. */
  private static final class Game {
    private final DialRig rig;
    private final Random random;
    private final Call<PolledConn> call;
    private final boolean limited;
    private boolean interrupted;
    private boolean closed;

    Game(DialRig rig, Random random) {
      this.rig = rig;
      this.random = random;
      List<Target> targets = new ArrayList<>();
      for (int i = random.nextInt(TARGETS_MAX); i >= 0; i--) {
        Target target = DialRig.target((random.nextBoolean() ? "127.0.0." : "::") + (i + 1));
        rig.meets(target, random.nextBoolean() ? DialRig.PENDING : someResult());
        targets.add(target);
      }
      limited = random.nextBoolean();
      DialConfig config =
          DialConfig.DEFAULT
              .withFallbackDelay(Duration.ofMillis(random.nextInt(4) * 100L))
              .withTimeout(limited ? Duration.ofMillis(1 + random.nextInt(5000)) : Duration.ZERO);
      call = rig.dial(config, targets.toArray(new Target[0]));
    }

    private int someResult() {
      return switch (random.nextInt(4)) {
        case 0 -> -Errno.ECONNREFUSED.number();
        case 1 -> -Errno.ENETUNREACH.number();
        default -> 0;
      };
    }

    void play() throws Exception {
      for (int i = random.nextInt(12); i > 0; i--) {
        step();
        pause();
      }
      // until the dial has had enough: everybody answers, and time passes
      long start = System.nanoTime();
      while (!call.isDone()) {
        rig.poller().streams().forEach(stream -> stream.connectResult(someResult()));
        rig.clock.advance(Duration.ofMillis(100));
        LockSupport.parkNanos(20_000);
        boolean inTime = System.nanoTime() - start < TimeUnit.SECONDS.toNanos(20);
        assertThat(inTime).as("the dial ends").isTrue();
      }
      requireOneOutcome();
      assertThat(rig.poller().violations).isEmpty();
      rig.poller().handles.clear();
    }

    private void step() {
      List<FakeStreamHandle> streams = rig.poller().streams();
      switch (random.nextInt(16)) {
        case 0 -> {
          call.interrupt();
          interrupted = true;
        }
        case 1 -> {
          rig.loop().handles().all().forEach(Polled::beginClose);
          closed = true;
        }
        case 2, 3, 4, 5, 6 -> rig.clock.advance(Duration.ofMillis(random.nextInt(400)));
        default -> {
          if (!streams.isEmpty()) {
            streams.get(random.nextInt(streams.size())).connectResult(someResult());
          }
        }
      }
    }

    private void pause() {
      int spins = random.nextInt(1 + random.nextInt(2000));
      for (int i = 0; i < spins; i++) {
        Thread.onSpinWait();
      }
    }

    private void requireOneOutcome() throws Exception {
      PolledConn conn = null;
      try {
        conn = call.result();
      } catch (ExecutionException e) {
        requireReason(Objects.requireNonNull(e.getCause()));
      }
      if (conn != null) {
        if (conn.isOpen()) {
          requireReleased(conn);
        }
        conn.close();
      }
      requireReleased(null);
    }

    private void requireReleased(@Nullable PolledConn open) {
      for (FakeStreamHandle stream : rig.poller().streams()) {
        boolean isOpen = open != null && open.handle() == stream;
        assertThat(stream.isReleased()).as("%s is released", stream).isEqualTo(!isOpen);
      }
    }

    private void requireReason(Throwable failure) throws Exception {
      assertThat(failure).isInstanceOf(NetError.class);
      assertThat(((NetError) failure).op()).isEqualTo("dial");
      if (failure instanceof ClosedChannelException) {
        assertThat(closed).as("closed, as %s", failure).isTrue();
      } else if (failure instanceof SocketTimeoutException) {
        assertThat(limited).as("limited, as %s", failure).isTrue();
      } else if (failure instanceof InterruptedIOException) {
        assertThat(interrupted).as("interrupted, as %s", failure).isTrue();
        assertThat(call.endedInterrupted()).isTrue();
      }
    }
  }
}
