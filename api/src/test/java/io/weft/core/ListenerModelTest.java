package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.spi.Errno;
import io.weft.spi.Handle;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: whatever comes between - deadlines, interrupts, errors of the kernel, aborted connections,
 * a close - every connection that the kernel hands out reaches one acceptor, every error one,
 * nobody hangs, and the port's rules are kept.
 */
@Timeout(600)
@ExtendWith(Games.Provider.class)
class ListenerModelTest {
  private static final int GAMES = 12_000;
  private static final int ACCEPTORS_MAX = 3;

  @ParameterizedTest
  @EnumSource(Variant.class)
  void everyConnectionReachesOneAcceptor(Variant variant, @Games.Count(GAMES) Games games) {
    try (CoreRig rig = new CoreRig(variant);
        Callers callers = new Callers(rig)) {
      games.play("listeners", variant, random -> new Game(rig, callers, random).play());
    }
  }

  /** One listener, its acceptors, and what happens to them. */
  private static final class Game {
    private final CoreRig rig;
    private final Random random;
    private final FakeListenHandle handle;
    private final PolledListener listener;
    private final Turns turns = new Turns();
    private final List<Acceptor> acceptors = new ArrayList<>();
    private final List<Call<Void>> calls = new ArrayList<>();
    private int connected;
    private int failed;
    private int refused;

    Game(CoreRig rig, Callers callers, Random random) {
      this.rig = rig;
      this.random = random;
      handle = new FakeListenHandle(rig.poller);
      listener = rig.listener(handle);
      for (int i = random.nextInt(ACCEPTORS_MAX); i >= 0; i--) {
        Acceptor acceptor = new Acceptor(listener, turns);
        acceptors.add(acceptor);
        calls.add(callers.call(acceptor));
      }
    }

    void play() throws Exception {
      try {
        for (int i = random.nextInt(40); i > 0; i--) {
          step();
          turns.next();
          pause();
        }
        if (random.nextBoolean()) {
          listener.setDeadline(null);
          turns.end();
          Waiting.until("all connections are accepted", () -> handle.queued() == 0);
        }
        listener.close();
      } finally {
        turns.end();
      }
      for (Call<Void> call : calls) {
        call.result();
      }
      requireAllAccountedFor();
    }

    private void step() throws IOException {
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> connect();
        case 3 -> {
          handle.failAccept(random.nextBoolean() ? Errno.EMFILE : Errno.ENFILE);
          failed++;
        }
        case 4 -> handle.failAccept(Errno.ECONNABORTED);
        case 5 -> listener.setDeadline(rig.clock.in(someTime()));
        case 6 -> listener.setTimeout(random.nextInt(3) == 0 ? null : someTime());
        case 7 -> rig.clock.advance(Duration.ofMillis(random.nextInt(40)));
        case 8 -> {
          handle.failAccepted(Errno.ENOBUFS);
          refused++;
        }
        default -> calls.get(random.nextInt(calls.size())).interrupt();
      }
    }

    private void connect() {
      handle.connect();
      connected++;
    }

    private Duration someTime() {
      return Duration.ofMillis(random.nextInt(30) - 3);
    }

    private void pause() {
      int spins = random.nextInt(1 + random.nextInt(300));
      for (int i = 0; i < spins; i++) {
        Thread.onSpinWait();
      }
    }

    private void requireAllAccountedFor() {
      List<Handle> accepted = new ArrayList<>();
      int errors = 0;
      for (Acceptor acceptor : acceptors) {
        for (PolledConn conn : acceptor.conns) {
          accepted.add(conn.handle());
          conn.close();
          rig.forget(conn, (FakeStreamHandle) conn.handle());
        }
        errors += acceptor.errors;
      }
      assertThat(accepted).as("accepted").containsExactlyInAnyOrderElementsOf(handle.accepted);
      int lost = refused - handle.acceptedFailuresLeft();
      int left = handle.left(false);
      assertThat(accepted.size() + left + lost).as("connections").isEqualTo(connected);
      assertThat(errors + handle.left(true)).as("errors").isEqualTo(failed + lost);
      assertThat(handle.isReleased()).isTrue();
      rig.forget(listener, handle);
      assertThat(rig.poller.violations).isEmpty();
    }
  }

  /** Accepts until the listener is closed. */
  private static final class Acceptor implements Callable<Void> {
    final List<PolledConn> conns = new ArrayList<>();
    int errors;
    private final PolledListener listener;
    private final Turns turns;

    Acceptor(PolledListener listener, Turns turns) {
      this.listener = listener;
      this.turns = turns;
    }

    @Override
    public Void call() throws IOException {
      for (; ; ) {
        int turn = turns.turn();
        try {
          conns.add((PolledConn) listener.accept());
        } catch (ClosedChannelException e) {
          return null;
        } catch (InterruptedIOException e) {
          Thread.interrupted();
          turns.awaitAfter(turn);
        } catch (SocketException e) {
          errors++;
        }
      }
    }
  }
}
