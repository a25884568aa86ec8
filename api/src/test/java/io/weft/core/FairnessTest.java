package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Goal: who never has to wait does not hold the loop, and who waits does not wait for the end. */
@Timeout(60)
class FairnessTest {
  private static final int OPERATIONS = 2000;
  // some rounds of 64: the count begins anywhere in a turn, and the poller is asked behind it
  private static final int OPERATIONS_BEFORE_OTHERS_MAX = 256;

  /** Does something that never waits; tells the other one's turn from its own. */
  private interface Hose {
    void run() throws IOException;
  }

  @ParameterizedTest
  @EnumSource(names = {"READINESS_CARRIED", "COMPLETION_CARRIED"})
  void aReaderThatAlwaysFindsBytesLeavesTheOthersTheirTurn(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      stream.beImmediate();
      stream.feed(new byte[OPERATIONS]);
      Conn conn = rig.conn(stream);
      ByteBuffer one = ByteBuffer.allocateDirect(1);
      assertOthersHaveTheirTurn(rig, () -> conn.read(one.clear()));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"READINESS_CARRIED", "COMPLETION_CARRIED"})
  void aWriterThatAlwaysFindsRoomLeavesTheOthersTheirTurn(Variant variant) throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeStreamHandle stream = rig.stream();
      stream.beImmediate();
      Conn conn = rig.conn(stream);
      ByteBuffer one = ByteBuffer.allocateDirect(1);
      assertOthersHaveTheirTurn(rig, () -> conn.write(one.clear()));
      assertThat(stream.sent()).hasSize(OPERATIONS);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "READINESS_CARRIED")
  void anAcceptThatAlwaysFindsAConnectionLeavesTheOthersTheirTurn(Variant variant)
      throws Exception {
    try (CoreRig rig = new CoreRig(variant)) {
      FakeListenHandle handle = new FakeListenHandle(rig.poller);
      for (int i = 0; i < OPERATIONS; i++) {
        handle.connect();
      }
      PolledListener listener = rig.listener(handle);
      List<Conn> accepted = new ArrayList<>();
      assertOthersHaveTheirTurn(rig, () -> accepted.add(listener.accept()));
      assertThat(accepted).hasSize(OPERATIONS).allSatisfy(Conn::close);
    }
  }

  private static void assertOthersHaveTheirTurn(CoreRig rig, Hose hose) throws Exception {
    AtomicInteger done = new AtomicInteger();
    FakeStreamHandle arriving = rig.stream();
    Conn waiting = rig.conn(arriving);
    Call<Integer> other =
        rig.call(
            () -> {
              waiting.read(new byte[1]);
              return done.get();
            });
    Waiting.untilParked(other.thread());
    Call<Integer> busy =
        rig.call(
            () -> {
              arriving.feed(new byte[1]);
              for (int i = 0; i < OPERATIONS; i++) {
                hose.run();
                done.incrementAndGet();
              }
              return done.get();
            });

    assertThat(busy.result()).isEqualTo(OPERATIONS);
    assertThat(other.result()).isLessThan(OPERATIONS_BEFORE_OTHERS_MAX);
  }
}
