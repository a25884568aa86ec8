package io.weft.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.weft.server.upstream.NoUpstreamException.Reason;
import io.weft.server.upstream.PoolConfig.Queueing;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: at the limit sessions wait in their order, no slot is lost, and nobody is forgotten. */
@Timeout(60)
class QueueTest {
  @Test
  void aFreeSlotGoesToTheFirstThatWaits() throws Exception {
    try (PoolRig rig = PoolRig.limited(1, "a")) {
      Slot held = rig.acquire();
      Acquisition first = rig.waiting(1);
      Acquisition second = rig.waiting(2);
      assertThat(rig.pool.waiting()).isEqualTo(2);

      held.close();
      Slot next = first.slot();
      assertThat(second.isDone()).isFalse();
      assertThat(rig.status("a").active()).isEqualTo(1);

      next.close();
      second.slot().close();
      assertThat(rig.status("a").active()).isZero();
      assertThat(rig.pool.waiting()).isZero();
    }
  }

  @Test
  void aSecondCloseFreesNothing() throws Exception {
    try (PoolRig rig = PoolRig.limited(1, "a")) {
      Slot held = rig.acquire();
      held.close();
      try (Slot other = rig.acquire()) {
        held.close();
        assertThat(other.upstream().name()).isEqualTo("a");
        assertThat(rig.status("a").active()).isEqualTo(1);
      }
    }
  }

  @Test
  void sessionsGoToTheOthersBeforeTheyWait() throws Exception {
    try (PoolRig rig = PoolRig.limited(1, "a", "b")) {
      rig.acquire("a");
      assertThat(rig.acquire().upstream().name()).isEqualTo("b");
      assertThat(rig.waiting(1).isDone()).isFalse();
    }
  }

  @Test
  void whoCannotUseTheFreeSlotHoldsUpNobody() throws Exception {
    try (PoolRig rig = PoolRig.limited(1, "a", "b")) {
      Slot a = rig.acquire("a");
      Slot b = rig.acquire("b");
      Acquisition wantsB = rig.waiting(1, "b");
      Acquisition wantsAny = rig.waiting(2);

      a.close();
      assertThat(wantsAny.slot().upstream()).isSameAs(a.upstream());
      assertThat(wantsB.isDone()).isFalse();
      b.close();
      assertThat(wantsB.slot().upstream()).isSameAs(b.upstream());
    }
  }

  @Test
  void theWaitEndsAtTheTimeoutAndNotBefore() throws Exception {
    try (PoolRig rig = PoolRig.limited(1, "a")) {
      Slot held = rig.acquire();
      Acquisition waiting = rig.waiting(1);
      rig.time.advanceNanos(PoolRig.QUEUE_TIMEOUT.toNanos() - 1);
      rig.time.awaitParked(1);
      rig.time.advanceNanos(1);

      NoUpstreamException failure = waiting.failure(NoUpstreamException.class);
      assertThat(failure.reason()).isEqualTo(Reason.QUEUE_TIMEOUT);
      assertThat(failure).hasMessage("every upstream was at its limit of sessions for 30s");
      assertThat(rig.pool.waiting()).isZero();
      held.close();
      rig.acquire().close();
    }
  }

  @Test
  void aTimeoutOfZeroRefusesAtOnce() throws Exception {
    try (PoolRig rig = queueing(new Queueing(Duration.ZERO, 16))) {
      rig.acquire();

      rig.refused(
          Reason.QUEUE_FULL, "every upstream is at its limit of sessions; 0 wait, and no more may");
    }
  }

  @Test
  void aFullQueueRefusesAtOnce() throws Exception {
    try (PoolRig rig = queueing(new Queueing(Duration.ofSeconds(1), 2))) {
      rig.acquire();
      rig.waiting(1);
      rig.waiting(2);

      rig.refused(
          Reason.QUEUE_FULL, "every upstream is at its limit of sessions; 2 wait, and no more may");
    }
  }

  @Test
  void anInterruptEndsTheWaitAndKeepsItsFlag() throws Exception {
    try (PoolRig rig = PoolRig.limited(1, "a")) {
      Slot held = rig.acquire();
      Acquisition first = rig.waiting(1);
      Acquisition second = rig.waiting(2);

      first.interrupt();
      assertThat(first.failure(InterruptedIOException.class))
          .hasMessage("interrupted while waiting for an upstream");
      assertThat(first.endedInterrupted()).isTrue();
      held.close();
      second.slot().close();
    }
  }

  @Test
  void anInterruptedThreadGetsWhatItNeedNotWaitFor() throws Exception {
    try (PoolRig rig = PoolRig.limited(1, "a")) {
      Thread.currentThread().interrupt();
      rig.acquire().close();
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aWakeUpThatAnotherWaitTakesIsNotLost() throws Exception {
    try (PoolRig rig = PoolRig.limited(1, "a", "b")) {
      rig.failing(3, "b");
      Slot held = rig.acquire("a");
      // heard by the very thread that is about to wait: it is given a slot, and loses the permit
      rig.listener =
          text -> {
            held.close();
            LockSupport.parkNanos(1);
          };
      rig.time.advance(PoolRig.EJECTION);

      Acquisition waiting = new Acquisition(() -> rig.acquire("a"));
      assertThat(waiting.slot().upstream()).isSameAs(held.upstream());
      assertThat(rig.news).last().isEqualTo("upstream b is back from its ejection");
    }
  }

  @Test
  void closeEndsTheWait() throws Exception {
    try (PoolRig rig = PoolRig.limited(1, "a")) {
      Slot held = rig.acquire();
      Acquisition waiting = rig.waiting(1);
      rig.pool.close();

      assertThat(waiting.failure(NoUpstreamException.class).reason()).isEqualTo(Reason.CLOSED);
      rig.refused(Reason.CLOSED, "the upstreams are closed");
      held.connect();
      held.close();
      assertThat(rig.status("a").active()).isZero();
    }
  }

  @Test
  void nobodyWaitsForWhatIsDisabled() throws Exception {
    try (PoolRig rig = PoolRig.limited(1, "a", "b")) {
      rig.acquire("a");
      rig.acquire("b");
      Acquisition wantsB = rig.waiting(1, "b");
      Acquisition wantsAny = rig.waiting(2);

      rig.pool.disable("b");
      NoUpstreamException failure = wantsB.failure(NoUpstreamException.class);
      assertThat(failure.reason()).isEqualTo(Reason.ALL_TRIED);
      assertThat(failure).hasMessage("every upstream that is up has been tried: [a]");
      rig.pool.disable("a");
      failure = wantsAny.failure(NoUpstreamException.class);
      assertThat(failure.reason()).isEqualTo(Reason.NONE_UP);
      assertThat(failure).hasMessage("no upstream is up: of 2, 0 are down and 2 disabled");
    }
  }

  @Test
  void whatIsEnabledServesThoseThatWait() throws Exception {
    try (PoolRig rig = PoolRig.limited(1, "a", "b")) {
      rig.pool.disable("b");
      rig.acquire();
      Acquisition waiting = rig.waiting(1);

      rig.pool.enable("b");
      assertThat(waiting.slot().upstream().name()).isEqualTo("b");
    }
  }

  @Test
  void whatComesBackFromAnEjectionServesThoseThatWaitedBefore() throws Exception {
    try (PoolRig rig = PoolRig.limited(1, "a", "b")) {
      rig.acquire("a");
      rig.failing(2, "b");
      Slot last = rig.acquire("b");
      Acquisition waiting = rig.waiting(1);
      rig.time.awaitPause(PoolRig.QUEUE_TIMEOUT);
      assertThatIOException().isThrownBy(last::connect);
      last.close();
      rig.time.awaitPause(PoolRig.EJECTION);
      assertThat(waiting.isDone()).isFalse();

      rig.time.advance(PoolRig.EJECTION);
      assertThat(waiting.slot().upstream()).isSameAs(last.upstream());
    }
  }

  @Test
  void aRaisedLimitServesThoseThatWait() throws Exception {
    try (PoolRig rig = PoolRig.limited(1, "a")) {
      rig.acquire();
      Acquisition first = rig.waiting(1);
      Acquisition second = rig.waiting(2);

      rig.pool.update(List.of(Upstreams.spec("a").withSessionsMax(3)));
      first.slot();
      second.slot();
      assertThat(rig.status("a").active()).isEqualTo(3);
    }
  }

  @Test
  void withoutUpstreamsNobodyWaits() throws Exception {
    try (PoolRig rig = PoolRig.limited(1)) {
      rig.refused(Reason.NONE_UP, "no upstream is up: of 0, 0 are down and 0 disabled");
    }
  }

  private static PoolRig queueing(Queueing queue) throws IOException {
    PoolConfig config = PoolRig.config(HealthConfig.OFF);
    return new PoolRig(
        new PoolConfig(config.balance(), config.dial(), queue, config.health(), config.ejection()),
        Upstreams.spec("a").withSessionsMax(1));
  }
}
