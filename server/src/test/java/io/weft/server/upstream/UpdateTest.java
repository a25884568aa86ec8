package io.weft.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weft.Network;
import io.weft.server.upstream.NoUpstreamException.Reason;
import io.weft.server.upstream.UpstreamStatus.State;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: a new configuration changes what differs, and disturbs nothing else. */
@Timeout(60)
class UpdateTest {
  private static final UpstreamSpec A = Upstreams.spec("a");
  private static final UpstreamSpec B = Upstreams.spec("b");
  private static final UpstreamSpec C = Upstreams.spec("c");

  @Test
  void whatStaysKeepsWhatIsKnownOfIt() throws Exception {
    try (PoolRig rig = PoolRig.limited(9, "a", "b")) {
      rig.acquire("a");
      rig.failing(3, "a");
      UpstreamStatus before = rig.status("a");
      rig.pool.update(List.of(C, A.withWeight(5), B));

      UpstreamStatus after = rig.status("a");
      assertThat(after.spec()).isEqualTo(A.withWeight(5));
      assertThat(after).usingRecursiveComparison().ignoringFields("spec").isEqualTo(before);
      assertThat(after.state()).isEqualTo(State.EJECTED);
      assertThat(rig.pool.status())
          .extracting(each -> each.spec().name())
          .containsExactly("c", "a", "b");
    }
  }

  @Test
  void sessionsOfWhatGoesGoOn() throws Exception {
    try (PoolRig rig = PoolRig.limited(9, "a", "b")) {
      Slot held = rig.acquire("a");
      rig.pool.update(List.of(B));

      assertThat(rig.state("a")).isEqualTo(State.REMOVED);
      for (int session = 0; session < 4; session++) {
        rig.session();
      }
      assertThat(rig.dialer.dials("a")).isZero();
      held.connect();
      assertThat(rig.dialer.dials("a")).isEqualTo(1);
      held.close();
      assertThat(rig.pool.status()).extracting(UpstreamStatus::spec).containsExactly(B);
    }
  }

  @Test
  void whatComesBackBeforeItsLastSessionHasEndedIsTheSame() throws Exception {
    try (PoolRig rig = PoolRig.limited(1, "a", "b")) {
      Slot held = rig.acquire("a");
      rig.pool.update(List.of(B));
      rig.pool.update(List.of(A.withSessionsMax(2)));
      try (Slot other = rig.acquire()) {
        assertThat(other.upstream()).isSameAs(held.upstream());
        assertThat(rig.status("a").active()).isEqualTo(2);
      }
      held.close();
      assertThat(rig.status("a").active()).isZero();
    }
  }

  @Test
  void anotherAddressIsAnotherUpstream() throws Exception {
    try (PoolRig rig = PoolRig.limited(9, "a", "b")) {
      rig.failing(3, "a");
      rig.pool.update(List.of(UpstreamSpec.of("a", Network.UNIX, "/run/a.sock"), B));

      assertThat(rig.state("a")).isEqualTo(State.UP);
    }
  }

  @Test
  void whoeverWaitsGetsWhatComes() throws Exception {
    try (PoolRig rig = PoolRig.limited(1, "a")) {
      rig.acquire();
      Acquisition waiting = rig.waiting(1);
      rig.pool.update(List.of(A.withSessionsMax(1), B));

      assertThat(waiting.slot().upstream().name()).isEqualTo("b");
    }
  }

  @Test
  void whoeverWaitsForWhatGoesIsRefused() throws Exception {
    try (PoolRig rig = PoolRig.limited(1, "a")) {
      rig.acquire();
      Acquisition waiting = rig.waiting(1);
      rig.pool.update(List.of());

      assertThat(waiting.failure(NoUpstreamException.class).reason()).isEqualTo(Reason.NONE_UP);
    }
  }

  @Test
  void twoOfTheSameNameAreRefusedAndNothingChanges() throws Exception {
    try (PoolRig rig = PoolRig.limited(9, "a")) {
      List<UpstreamStatus> before = rig.pool.status();
      UpstreamSpec other = UpstreamSpec.of("b", Network.TCP, "elsewhere:80");

      assertThatIllegalArgumentException()
          .isThrownBy(() -> rig.pool.update(List.of(B, other)))
          .withMessage("two upstreams are named b: give each its own name");
      assertThat(rig.pool.status()).isEqualTo(before);
    }
  }

  @Test
  void checksFollow() throws Exception {
    try (PoolRig rig = new PoolRig(PoolRig.config(HealthConfig.DEFAULT), A, B)) {
      CountDownLatch begun = new CountDownLatch(1);
      CountDownLatch ended = new CountDownLatch(1);
      rig.dialer.on(
          "a",
          () -> {
            begun.countDown();
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              ended.countDown();
            }
          });
      rig.pool.start();
      begun.await();
      rig.dialer.fail("c");
      rig.pool.update(List.of(B, C));

      // the check of a ends at once, though it still waited for its answer
      ended.await();
      rig.time.awaitParked(2);
      assertThat(rig.state("c")).isEqualTo(State.DOWN);
      rig.time.advance(HealthConfig.DEFAULT.pace().interval().multipliedBy(2));
      rig.time.awaitParked(2);
      assertThat(rig.dialer.dials("a")).isEqualTo(1);
      assertThat(rig.dialer.dials("b")).isEqualTo(2);
    }
  }

  @Test
  void weightsCanBeChangedUntilTheNextUpdate() throws Exception {
    try (PoolRig rig = PoolRig.limited(9, "a", "b")) {
      rig.pool.setWeight("a", 3);
      for (int session = 0; session < 8; session++) {
        rig.session();
      }
      assertThat(rig.dialer.dials("a")).isEqualTo(6);
      assertThat(rig.status("a").spec().weight()).isEqualTo(3);

      rig.pool.update(List.of(A, B));
      assertThat(rig.status("a").spec().weight()).isEqualTo(1);
    }
  }

  @Test
  void aWeightOfZeroIsForNoNewSessions() throws Exception {
    try (PoolRig rig = PoolRig.limited(9, "a", "b")) {
      Slot held = rig.acquire("a");
      rig.pool.update(List.of(A.withWeight(0), B));
      for (int session = 0; session < 4; session++) {
        rig.session();
      }
      assertThat(rig.dialer.dials("a")).isZero();
      assertThat(rig.state("a")).isEqualTo(State.DISABLED);
      held.connect();
      held.close();

      rig.pool.update(List.of(A, B));
      assertThat(rig.state("a")).isEqualTo(State.UP);
    }
  }

  @Test
  void whoeverWaitsGetsTheSlotOfAWeightThatIsZeroNoMore() throws Exception {
    try (PoolRig rig = PoolRig.limited(1, "a", "b")) {
      rig.pool.setWeight("b", 0);
      rig.acquire("a");
      Acquisition waiting = rig.waiting(1);
      rig.pool.setWeight("b", 1);

      assertThat(waiting.slot().upstream().name()).isEqualTo("b");
    }
  }

  @Test
  void anotherWayToChooseIsThatOfTheNextSession() throws Exception {
    try (PoolRig rig = PoolRig.limited(9, "a", "b")) {
      Slot held = rig.acquire("a");
      rig.pool.update(with(Balance.LEAST_CONN, HealthConfig.OFF), List.of(A, B));
      rig.session();
      rig.session();

      assertThat(rig.dialer.dials("b")).isEqualTo(2);
      held.close();
    }
  }

  @Test
  void anotherWayToCheckChecksAnew() throws Exception {
    try (PoolRig rig = new PoolRig(PoolRig.config(HealthConfig.OFF), A, B)) {
      rig.pool.start();
      rig.dialer.fail("a");
      rig.pool.update(with(Balance.ROUND_ROBIN, HealthConfig.DEFAULT), List.of(A, B));
      rig.time.awaitParked(2);
      assertThat(rig.state("a")).isEqualTo(State.DOWN);

      rig.pool.update(with(Balance.ROUND_ROBIN, HealthConfig.OFF), List.of(A, B));
      assertThat(rig.state("a")).as("nobody has shown that it is up").isEqualTo(State.DOWN);
    }
  }

  private static PoolConfig with(Balance balance, HealthConfig health) {
    PoolConfig usual = PoolRig.config(health);
    return new PoolConfig(balance, usual.dial(), usual.queue(), health, usual.ejection());
  }

  @Test
  void whatIsDisabledStaysSoAndItsSessionsGoOn() throws Exception {
    try (PoolRig rig = PoolRig.limited(9, "a", "b")) {
      Slot held = rig.acquire("a");
      rig.pool.disable("a");
      rig.pool.update(List.of(A.withWeight(7), B));
      for (int session = 0; session < 4; session++) {
        rig.session();
      }
      assertThat(rig.dialer.dials("a")).isZero();
      assertThat(rig.state("a")).isEqualTo(State.DISABLED);
      assertThat(rig.status("a").active()).isEqualTo(1);
      held.connect();
      held.close();

      rig.pool.enable("a");
      assertThat(rig.state("a")).isEqualTo(State.UP);
      assertThat(rig.news).containsExactly("upstream a is disabled", "upstream a is enabled");
    }
  }

  @Test
  void anUnknownNameIsRefusedWithThoseThatThereAre() throws Exception {
    try (PoolRig rig = PoolRig.limited(9, "a", "b")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> rig.pool.disable("z"))
          .withMessage("no upstream is named z; there are [a, b]");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> rig.pool.setWeight("a", -1))
          .withMessageStartingWith("upstream a: weight must be between 0");
    }
  }
}
