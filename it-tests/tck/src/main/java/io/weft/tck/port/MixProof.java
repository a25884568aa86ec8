package io.weft.tck.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.spi.Completion;
import io.weft.spi.ListenHandle;
import io.weft.spi.StreamHandle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Goal: in any mix of operations every byte arrives and every operation completes once. */
interface MixProof {
  /** Each one is a program of its own; a failure names it. */
  List<Long> SEEDS = List.of(1L, 20252L, 777_777L);

  @PortTest
  default void aRandomMixLosesNothing(PortRig rig) throws Exception {
    for (long seed : SEEDS) {
      try {
        mix(rig, seed);
      } catch (Exception | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private static void mix(PortRig rig, long seed) throws Exception {
    Random random = new Random(seed);
    ListenHandle listener = rig.listener();
    List<MixEnd> ends = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      StreamHandle one = rig.stream();
      Outcome connect = rig.start("connect", done -> one.connect(address(listener), done));
      StreamHandle two = rig.accept(listener);
      assertThat(connect.await()).isIn(0, Completion.AGAIN);
      if (connect.result() != 0) {
        assertThat(rig.perform("connect", done -> one.connect(address(listener), done))).isZero();
      }
      // every fourth connection is closed in the middle by its first end
      MixEnd first = new MixEnd(rig, one, 2 * i, random.nextInt(4) == 0);
      MixEnd second = new MixEnd(rig, two, 2 * i + 1, false);
      first.peer(second);
      second.peer(first);
      ends.add(first);
      ends.add(second);
    }
    List<MixEnd> running = new ArrayList<>(ends);
    while (!running.isEmpty()) {
      rig.call(
          () -> {
            for (int i = 0; i < 64; i++) {
              running.get(random.nextInt(running.size())).step(random);
            }
            return running;
          });
      running.removeIf(MixEnd::closed);
    }
    for (MixEnd end : ends) {
      end.verify();
    }
    rig.closeHandle(listener);
  }

  private static SocketAddress address(ListenHandle listener) {
    try {
      return listener.localAddress();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
