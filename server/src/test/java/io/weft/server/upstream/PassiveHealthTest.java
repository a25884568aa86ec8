package io.weft.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.weft.server.upstream.UpstreamStatus.State;
import io.weft.server.upstream.UpstreamStatus.Totals;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: where sessions fail, no more go for a while; but they always have somewhere to go. */
@Timeout(60)
class PassiveHealthTest {
  @Test
  void failedConnectsEjectAndAreTold() throws Exception {
    try (PoolRig rig = PoolRig.limited(9, "a", "b", "c")) {
      rig.failing(2, "a");
      assertThat(rig.state("a")).isEqualTo(State.UP);
      rig.failing(1, "a");

      UpstreamStatus status = rig.status("a");
      assertThat(status.state()).isEqualTo(State.EJECTED);
      assertThat(status.reason())
          .isEqualTo(
              "3 connects in a row failed, the last one: connection refused (ECONNREFUSED);"
                  + " back in 10s");
      assertThat(status.totals()).isEqualTo(new Totals(0, 3, 0, 1));
      for (int session = 0; session < 20; session++) {
        rig.session();
      }
      assertThat(rig.dialer.dials("a")).isEqualTo(3);
      assertThat(rig.news)
          .containsExactly(
              "upstream a is ejected for 10s: 3 connects in a row failed, the last one:"
                  + " connection refused (ECONNREFUSED)");
    }
  }

  @Test
  void anEjectionEndsByItself() throws Exception {
    try (PoolRig rig = PoolRig.limited(9, "a", "b")) {
      rig.failing(3, "a");
      rig.dialer.heal("a");
      rig.time.advance(PoolRig.EJECTION);

      assertThat(rig.state("a")).isEqualTo(State.UP);
      assertThat(rig.status("a").reason()).isEmpty();
      assertThat(rig.news).last().isEqualTo("upstream a is back from its ejection");
      assertThat(rig.news).hasSize(2);
      rig.session("a");
    }
  }

  @Test
  void earlyResetsEject() throws Exception {
    try (PoolRig rig = PoolRig.limited(9, "a", "b")) {
      for (int session = 0; session < 3; session++) {
        try (Slot slot = rig.acquire("a")) {
          slot.connect();
          slot.endedEarly();
          slot.endedEarly();
        }
      }
      assertThat(rig.state("a")).isEqualTo(State.EJECTED);
      assertThat(rig.status("a").totals()).isEqualTo(new Totals(3, 0, 3, 1));
      assertThat(rig.news)
          .containsExactly(
              "upstream a is ejected for 10s:"
                  + " 3 connections in a row were reset before they brought a byte");
    }
  }

  @Test
  void aSessionThatEndsWellForgivesEarlyResets() throws Exception {
    try (PoolRig rig = PoolRig.limited(9, "a", "b")) {
      for (int session = 0; session < 6; session++) {
        try (Slot slot = rig.acquire("a")) {
          slot.connect();
          if (session % 3 != 2) {
            slot.endedEarly();
          }
        }
      }
      assertThat(rig.state("a")).isEqualTo(State.UP);
    }
  }

  @Test
  void theLastOneIsNeverEjected() throws Exception {
    try (PoolRig rig = PoolRig.limited(9, "a", "b", "c")) {
      rig.pool.disable("c");
      rig.failing(3, "a");
      rig.failing(5, "b");
      assertThat(rig.state("a")).isEqualTo(State.EJECTED);
      assertThat(rig.state("b")).isEqualTo(State.UP);
    }
  }

  @Test
  void notMoreThanTheGivenPartIsEjected() throws Exception {
    try (PoolRig rig = PoolRig.limited(9, "a", "b", "c", "d", "e")) {
      for (String name : new String[] {"a", "b", "c", "d"}) {
        rig.failing(3, name);
      }
      assertThat(rig.pool.status())
          .extracting(UpstreamStatus::state)
          .containsExactly(State.EJECTED, State.EJECTED, State.UP, State.UP, State.UP);
    }
  }

  @Test
  void anEjectedOneIsBetterThanNone() throws Exception {
    try (PoolRig rig = PoolRig.limited(9, "a", "b")) {
      rig.failing(3, "a");
      rig.dialer.heal("a");

      // all others tried
      rig.session("a");
      // all others out
      rig.pool.disable("b");
      rig.session();
      assertThat(rig.dialer.dials("a")).isEqualTo(5);
    }
  }

  @Test
  void whatIsNotTheUpstreamsFaultDoesNotEject() throws Exception {
    try (PoolRig rig = PoolRig.limited(9, "a", "b")) {
      failing(rig, Exhausted::new);
      failing(rig, () -> new InterruptedIOException("interrupted"));
      failing(rig, ClosedChannelException::new);
      assertThat(rig.state("a")).isEqualTo(State.UP);
      assertThat(rig.status("a").totals().connectFailures()).isEqualTo(9);

      failing(rig, () -> new SocketTimeoutException("i/o timeout"));
      assertThat(rig.state("a")).isEqualTo(State.EJECTED);
    }
  }

  @Test
  void aConnectThatThrowsLikeAMistakeCountsAsWell() throws Exception {
    try (PoolRig rig = PoolRig.limited(9, "a", "b")) {
      rig.dialer.on(
          "a",
          () -> {
            throw new UnsupportedOperationException("no unixpacket");
          });
      for (int session = 0; session < 3; session++) {
        try (Slot slot = rig.acquire("a")) {
          assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(slot::connect);
        }
      }
      assertThat(rig.state("a")).isEqualTo(State.EJECTED);
    }
  }

  @Test
  void aSlotConnectsOnce() throws Exception {
    try (PoolRig rig = PoolRig.limited(9, "a")) {
      Slot slot = rig.acquire();
      slot.endedEarly();
      slot.connect();
      assertThatIllegalStateException()
          .isThrownBy(slot::connect)
          .withMessage("a slot connects once, and not when it is closed");
      slot.close();
      slot.endedEarly();
      assertThatIllegalStateException().isThrownBy(slot::connect);
      assertThat(rig.status("a").totals()).isEqualTo(new Totals(1, 0, 0, 0));
    }
  }

  @Test
  void dialsHaveTheTimeoutOfAConnect() throws Exception {
    try (PoolRig rig = PoolRig.limited(9, "a")) {
      rig.session();
      assertThat(rig.dialer.timeout()).isEqualTo(Duration.ofSeconds(1));
    }
  }

  private interface Failure {
    IOException create();
  }

  private static void failing(PoolRig rig, Failure failure) throws IOException {
    rig.dialer.on(
        "a",
        () -> {
          throw failure.create();
        });
    for (int session = 0; session < 3; session++) {
      assertThatIOException().isThrownBy(() -> rig.session("a"));
    }
  }
}
