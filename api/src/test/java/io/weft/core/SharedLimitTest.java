package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.weft.ConnHandler;
import io.weft.Listener;
import io.weft.NetConfig;
import io.weft.OpenLimit;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Goal: listeners that share a limit keep it together, none of them keeps a place that it has no
 * use for, and a place that becomes free goes to whoever has waited longest.
 */
@Timeout(60)
@ExtendWith(QuietLog.class)
class SharedLimitTest {
  /** A listener that is served, and its kernel's end. */
  private static final class Door {
    final Listener listener;
    final FakeListenHandle handle;
    final Semaphore leave = new Semaphore(0);
    final Call<Void> serve;

    Door(NetRig rig, OpenLimit limit) throws IOException {
      listener = rig.listen();
      handle = handleOf(listener);
      serve = serve(rig, listener, limit, conn -> leave.acquire());
    }

    void awaitIdle() {
      NetRig.awaitPending(handle, Direction.READ);
    }

    void awaitAccepted(int count) {
      Waiting.until(count + " are accepted", () -> handle.accepted.size() == count);
    }
  }

  private static FakeListenHandle handleOf(Listener listener) {
    return (FakeListenHandle) ((PolledListener) listener).handle();
  }

  private static void awaitWaiting(OpenLimit limit, int count) {
    Waiting.until(count + " wait for a place", () -> limit.toString().endsWith(count + " waiting"));
  }

  private static Call<Void> serve(
      NetRig rig, Listener listener, OpenLimit limit, ConnHandler handler) {
    return new Call<>(
        Thread.ofPlatform().daemon(),
        () -> {
          rig.net.serve(listener, handler, limit);
          return null;
        });
  }

  /** Two doors of which the first has the only place, and the second had to queue after it. */
  private static List<Door> queued(NetRig rig, OpenLimit limit) throws Exception {
    Door first = new Door(rig, limit);
    first.awaitIdle();
    Door second = new Door(rig, limit);
    second.awaitIdle();
    first.handle.connect();
    first.awaitAccepted(1);
    awaitWaiting(limit, 1);
    second.handle.connect();
    awaitWaiting(limit, 2);
    return List.of(first, second);
  }

  @CoreTest
  void atTheLimitNoneOfThemAccepts(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      OpenLimit limit = OpenLimit.of(2);
      List<Door> doors = List.of(new Door(rig, limit), new Door(rig, limit), new Door(rig, limit));
      doors.forEach(Door::awaitIdle);
      doors.get(0).handle.connect();
      doors.get(1).handle.connect();
      doors.get(0).awaitAccepted(1);
      doors.get(1).awaitAccepted(1);
      doors.forEach(door -> door.handle.connect());
      awaitWaiting(limit, 3);
      assertThat(limit.open()).isEqualTo(2);
      assertThat(limit.openMax()).isEqualTo(2);
      assertThat(limit).hasToString("2 of 2 open, 3 waiting");
      int starts = starts(doors);
      doors.forEach(door -> ServeLimitTest.awaitLimit(door.listener));
      assertThat(starts(doors)).as("nobody asks the kernel again and again").isEqualTo(starts);
      for (Door door : doors) {
        assertThat(door.handle.queued()).isEqualTo(1);
      }
      doors.forEach(door -> door.leave.release(9));
      doors.forEach(door -> Waiting.until("all are served", () -> door.handle.queued() == 0));
      Waiting.until("all are closed", () -> limit.open() == 0);
    }
  }

  private static int starts(List<Door> doors) {
    return doors.stream().mapToInt(door -> door.handle.starts.get()).sum();
  }

  @CoreTest
  void aPlaceGoesToWhoHasWaitedLongestIfThereIsAConnection(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      OpenLimit limit = OpenLimit.of(1);
      List<Door> doors = List.of(new Door(rig, limit), new Door(rig, limit), new Door(rig, limit));
      doors.forEach(Door::awaitIdle);
      int waiting = 0;
      // the one that has the place is the first to wait for the next one, and has no use for it
      for (Door door : doors) {
        door.handle.connect();
        awaitWaiting(limit, ++waiting);
      }
      for (int i = 0; i < 3; i++) {
        doors.get(i).awaitAccepted(1);
        int served = doors.stream().mapToInt(door -> door.handle.accepted.size()).sum();
        assertThat(served).isEqualTo(i + 1);
        doors.get(i).leave.release();
      }
      doors.forEach(Door::awaitIdle);
    }
  }

  @CoreTest
  void whoIsClosedOrInterruptedPassesThePlaceOn(Variant variant) throws Exception {
    for (boolean close : new boolean[] {true, false}) {
      try (NetRig rig = new NetRig(variant)) {
        OpenLimit limit = OpenLimit.of(1);
        List<Door> doors = queued(rig, limit);
        Door first = doors.getFirst();
        if (close) {
          first.listener.close();
          first.serve.result();
        } else {
          first.serve.thread().interrupt();
          first.serve.failure(InterruptedIOException.class);
          assertThat(first.listener.isOpen()).isTrue();
        }
        first.leave.release();
        doors.getLast().awaitAccepted(1);
        doors.getLast().leave.release(9);
        Waiting.until("nobody has a place", () -> limit.open() == 0);
      }
    }
  }

  @CoreTest
  void anAcceptThatFailsLeavesItsPlaceToTheOthers(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      List<Door> doors = queued(rig, OpenLimit.of(1));
      doors.getFirst().handle.failAccept(Errno.EMFILE);
      doors.getFirst().leave.release();
      doors.getLast().awaitAccepted(1);
      doors.getLast().leave.release(9);
      Waiting.until("it is reported", () -> rig.errors.size() == 1);
    }
  }

  @CoreTest
  void severalLoopsOfOneListenerKeepNoPlaceFromAnother(Variant variant) throws Exception {
    try (NetRig rig = new NetRig(variant)) {
      OpenLimit limit = OpenLimit.of(1);
      Door twice = new Door(rig, limit);
      twice.awaitIdle();
      Call<Void> beside = serve(rig, twice.listener, limit, conn -> twice.leave.acquire());
      Door other = new Door(rig, limit);
      other.awaitIdle();
      for (int round = 1; round <= 3; round++) {
        twice.handle.connect();
        twice.awaitAccepted(round);
        awaitWaiting(limit, 2);
        twice.leave.release();
        other.handle.connect();
        other.awaitAccepted(round);
        other.leave.release();
        other.awaitIdle();
        twice.awaitIdle();
      }
      twice.listener.close();
      beside.result();
    }
  }

  @CoreTest
  void listenersOfTwoNetsMayShareOne(Variant variant) throws Exception {
    OpenLimit limit = OpenLimit.of(1);
    try (NetRig one = new NetRig(variant);
        NetRig other = new NetRig(variant)) {
      Door first = new Door(one, limit);
      Door second = new Door(other, limit);
      first.handle.connect();
      first.awaitAccepted(1);
      second.handle.connect();
      awaitWaiting(limit, 2);
      assertThat(second.handle.accepted).isEmpty();
      first.leave.release();
      second.awaitAccepted(1);
      second.leave.release();
    }
    assertThat(limit.open()).isZero();
  }

  @CoreTest
  void whateverComesAndGoesEveryConnectionIsServedAndTheLimitKept(Variant variant)
      throws Exception {
    ServeLimitTest.Gauge gauge = new ServeLimitTest.Gauge();
    Random random = new Random(4711);
    try (NetRig rig = new NetRig(variant, 2, NetConfig.DEFAULT.withObserver(gauge))) {
      OpenLimit limit = OpenLimit.of(3);
      ConnHandler handler = conn -> Thread.yield();
      List<Listener> closed = new ArrayList<>();
      int connected = 0;
      List<FakeListenHandle> handles = new ArrayList<>();
      for (int round = 0; round < 40; round++) {
        Listener listener = rig.listen();
        handles.add(handleOf(listener));
        serve(rig, listener, limit, handler);
        for (FakeListenHandle any : handles) {
          for (int i = random.nextInt(5); i > 0 && !any.isReleased(); i--) {
            any.connect();
            connected++;
          }
        }
        if (random.nextBoolean()) {
          // with those who wait in its queue
          listener.close();
          closed.add(listener);
        }
      }
      for (FakeListenHandle handle : handles) {
        Waiting.until("all are served", () -> handle.isReleased() || handle.queued() == 0);
      }
      Waiting.until("all are closed", () -> limit.open() == 0 && gauge.open.get() == 0);
      assertThat(gauge.most.get()).isBetween(1, 3);
      assertThat(connected).isGreaterThan(100);
      assertThat(closed).isNotEmpty();
    }
  }

  @SuppressWarnings("NullAway") // who does not check for null passes it
  @Test
  void whatIsNoLimitOfOursIsRefused() throws Exception {
    OpenLimit foreign =
        new OpenLimit() {
          @Override
          public int openMax() {
            return 1;
          }

          @Override
          public int open() {
            return 0;
          }

          @Override
          public String toString() {
            return "a foreign limit";
          }
        };
    try (NetRig rig = new NetRig(Variant.READINESS_VIRTUAL)) {
      Listener listener = rig.listen();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> rig.net.serve(listener, conn -> {}, foreign))
          .withMessageContaining("OpenLimit.of")
          .withMessageContaining("a foreign limit");
      assertThatNullPointerException()
          .isThrownBy(() -> rig.net.serve(listener, conn -> {}, (OpenLimit) null))
          .withMessage("limit");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OpenLimit.of(0))
        .withMessageContaining("openMax")
        .withMessageContaining("0");
  }
}
