package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.weft.Conn;
import io.weft.Listener;
import io.weft.NetConfig;
import io.weft.NetError;
import io.weft.NetObserver;
import io.weft.spi.Direction;
import io.weft.spi.Errno;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Goal: the observer hears of everything once and in order, and can harm nobody. */
@Timeout(60)
@ExtendWith(QuietLog.class)
class ObserverTest {
  private final Queue<String> heard = new ConcurrentLinkedQueue<>();
  private final Queue<Object> causes = new ConcurrentLinkedQueue<>();

  /** Writes down what it hears; causes first, as the cases wait for the rest. */
  private final class Recorder implements NetObserver {
    @Override
    public void opened(Conn conn) {
      heard.add("opened");
    }

    @Override
    public void received(Conn conn, long bytes) {
      heard.add("received " + bytes);
    }

    @Override
    public void sent(Conn conn, long bytes) {
      heard.add("sent " + bytes);
    }

    @Override
    public void closed(Conn conn, @Nullable IOException cause) {
      causes.add(cause == null ? "in peace" : cause);
      heard.add("closed");
    }

    @Override
    public void acceptFailed(Listener listener, IOException cause) {
      causes.add(cause);
      heard.add("acceptFailed at " + listener.address());
    }

    @Override
    public void loopStalled(String loop, Thread culprit) {
      causes.add(culprit);
      heard.add("loopStalled " + loop);
    }
  }

  private static NetRig rig(Variant variant, NetObserver observer) throws IOException {
    return new NetRig(variant, 1, NetConfig.DEFAULT.withObserver(observer));
  }

  private static Conn dial(NetRig rig) throws Exception {
    return rig.call(rig::dial).result();
  }

  @CoreTest
  void hearsALifeInOrder(Variant variant) throws Exception {
    try (NetRig rig = rig(variant, new Recorder())) {
      Conn conn = dial(rig);
      FakeStreamHandle stream = rig.poller().lastStream();
      stream.feed(Bytes.pattern(70));
      stream.feedEnd();
      rig.call(() -> conn.read(new byte[100])).result();
      rig.call(() -> conn.read(new byte[100])).result();
      rig.call(() -> conn.read(new byte[0])).result();
      rig.call(() -> conn.write(new byte[30])).result();
      rig.call(() -> conn.write(new byte[0])).result();
      ByteBuffer[] list = {ByteBuffer.allocate(3), ByteBuffer.allocateDirect(4)};
      rig.call(() -> conn.write(list)).result();
      conn.close();
      conn.close();
      assertThat(heard).containsExactly("opened", "received 70", "sent 30", "sent 7", "closed");
      assertThat(causes).containsExactly("in peace");
    }
    assertThat(heard).hasSize(5);
  }

  @CoreTest
  void hearsWhatWasSentOfAWriteThatFails(Variant variant) throws Exception {
    try (NetRig rig = rig(variant, new Recorder())) {
      Conn conn = dial(rig);
      FakeStreamHandle stream = rig.poller().lastStream();
      stream.room(40);
      stream.failWrites(Errno.EPIPE);
      rig.call(() -> conn.write(new byte[100])).failure(SocketException.class);
      stream.room(5);
      ByteBuffer[] list = {ByteBuffer.allocate(3), ByteBuffer.allocate(4)};
      rig.call(() -> conn.write(list)).failure(SocketException.class);
      rig.call(() -> conn.write(list)).failure(SocketException.class);
      assertThat(heard).containsExactly("opened", "sent 40", "sent 5");
      conn.close();
      assertThat(causes).hasSize(1);
      assertThat(((NetError) causes.element()).errnoName()).isEqualTo("EPIPE");
    }
  }

  @CoreTest
  void theResetIsTheCauseWhateverElseWasMet(Variant variant) throws Exception {
    try (NetRig rig = rig(variant, new Recorder())) {
      Conn conn = dial(rig);
      FakeStreamHandle stream = rig.poller().lastStream();
      stream.room(0);
      stream.failWrites(Errno.EPIPE);
      stream.feedErrno(Errno.ECONNRESET);
      rig.call(() -> conn.write(new byte[1])).failure(SocketException.class);
      SocketException reset = rig.call(() -> conn.read(new byte[1])).failure(SocketException.class);
      rig.call(() -> conn.write(new byte[1])).failure(SocketException.class);
      conn.close();
      assertThat(causes).containsExactly(reset);
    }
  }

  @CoreTest
  void whatPassesIsNoCause(Variant variant) throws Exception {
    try (NetRig rig = rig(variant, new Recorder())) {
      Conn conn = dial(rig);
      FakeStreamHandle stream = rig.poller().lastStream();
      stream.room(0);
      stream.failWrites(Errno.EMSGSIZE);
      rig.call(() -> conn.write(new byte[1])).failure(SocketException.class);
      conn.setReadTimeout(Duration.ZERO);
      rig.call(() -> conn.read(new byte[1])).failure(SocketTimeoutException.class);
      conn.close();
      assertThat(causes).containsExactly("in peace");
    }
  }

  @CoreTest
  void theCloseIsToldOnceAndLastHoweverManyClose(Variant variant) throws Exception {
    try (NetRig rig = rig(variant, new Recorder())) {
      Conn conn = dial(rig);
      FakeStreamHandle stream = rig.poller().lastStream();
      Call<Integer> read = rig.call(() -> conn.read(new byte[1]));
      NetRig.awaitPending(stream, Direction.READ);
      List<Call<Void>> closes = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        closes.add(
            rig.call(
                () -> {
                  conn.close();
                  return null;
                }));
      }
      for (Call<Void> close : closes) {
        close.result();
      }
      read.failure(ClosedChannelException.class);
      Waiting.until("the close is told", () -> heard.contains("closed"));
      assertThat(heard).containsExactly("opened", "closed");
    }
    assertThat(heard).containsExactly("opened", "closed");
  }

  @CoreTest
  void theNetsCloseIsToldToo(Variant variant) throws Exception {
    try (NetRig rig = rig(variant, new Recorder())) {
      dial(rig);
      dial(rig);
      rig.net.close();
      assertThat(heard).containsExactly("opened", "opened", "closed", "closed");
    }
  }

  @CoreTest
  void aFailedDialIsNoConnection(Variant variant) throws Exception {
    try (NetRig rig = rig(variant, new Recorder())) {
      rig.poller().beforeConnect(-Errno.ECONNREFUSED.number());
      rig.call(rig::dial).failure(IOException.class);
      assertThat(heard).isEmpty();
    }
  }

  @CoreTest
  void anObserverThatClosesInOpenedTurnsTheConnectionAway(Variant variant) throws Exception {
    NetObserver doorman =
        new NetObserver() {
          @Override
          public void opened(Conn conn) {
            conn.close();
          }
        };
    try (NetRig rig = rig(variant, doorman)) {
      Listener listener = rig.listen();
      FakeListenHandle handle = rig.listening();
      rig.serve(listener, conn -> conn.write(new byte[1]));
      handle.connect();
      Waiting.until("the handler has failed", () -> !rig.errors.isEmpty());
      assertThat(rig.errors).hasOnlyElementsOfType(ClosedChannelException.class);
      assertThat(handle.accepted.element().isReleased()).isTrue();
      Loop loop = ((PolledListener) listener).loop();
      assertThat(loop.handles().all()).containsExactly((PolledListener) listener);
    }
  }

  @CoreTest
  void hearsOfFailedAccepts(Variant variant) throws Exception {
    try (NetRig rig = rig(variant, new Recorder())) {
      Listener listener = rig.listen();
      FakeListenHandle handle = rig.listening();
      handle.failAccept(Errno.EMFILE);
      rig.serve(listener, conn -> {});
      Waiting.until("the error is reported", () -> !rig.errors.isEmpty());
      assertThat(heard).containsExactly("acceptFailed at " + listener.address());
      assertThat(causes).containsExactlyElementsOf(rig.errors);
    }
  }

  @CoreTest
  void whatItThrowsIsReportedAndHarmsNobody(Variant variant) throws Exception {
    try (NetRig rig = rig(variant, new Broken())) {
      Conn conn = dial(rig);
      FakeStreamHandle stream = rig.poller().lastStream();
      stream.feed(Bytes.pattern(5));
      assertThat(rig.call(() -> conn.read(new byte[8])).result()).isEqualTo(5);
      assertThat(rig.call(() -> conn.write(new byte[8])).result()).isEqualTo(8);
      conn.close();
      assertThat(stream.isReleased()).isTrue();
      Listener listener = rig.listen();
      rig.listening().failAccept(Errno.EMFILE);
      rig.serve(listener, c -> {});
      Waiting.until("all is reported", () -> rig.errors.size() == 6);
      assertThat(rig.errors.stream().map(Throwable::getMessage))
          .containsSubsequence("opened", "received", "sent", "closed", "acceptFailed");
    }
  }

  /** Throws whatever it hears. */
  private static final class Broken implements NetObserver {
    @Override
    public void opened(Conn conn) {
      throw new IllegalStateException("opened");
    }

    @Override
    public void received(Conn conn, long bytes) {
      throw new AssertionError("received");
    }

    @Override
    public void sent(Conn conn, long bytes) {
      throw new IllegalStateException("sent");
    }

    @Override
    public void closed(Conn conn, @Nullable IOException cause) {
      throw new IllegalStateException("closed");
    }

    @Override
    public void acceptFailed(Listener listener, IOException cause) {
      throw new IllegalStateException("acceptFailed");
    }
  }

  @CoreTest
  void anErrorListenerThatThrowsAsWellHarmsNobody(Variant variant) {
    NetConfig config =
        NetConfig.DEFAULT
            .withObserver(new Broken())
            .withOnError(
                (conn, cause) -> {
                  throw new IllegalStateException("a bug of the error listener");
                });
    Observation observation = Objects.requireNonNull(Observation.of(config));
    try (CoreRig rig = new CoreRig(variant)) {
      Conn conn = rig.conn(rig.stream());
      assertThatNoException().isThrownBy(() -> observation.opened(conn));
      assertThatNoException().isThrownBy(() -> observation.closed(conn, null));
    }
  }

  @Test
  void nobodyIsNoObservation() {
    assertThat(Observation.of(NetConfig.DEFAULT)).isNull();
  }

  @Test
  void hearsOfAStalledLoop() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    try (NetRig rig = rig(Variant.READINESS_VIRTUAL, new Recorder())) {
      PolledConn conn = (PolledConn) dial(rig);
      heard.clear();
      conn.loop()
          .execute(
              () -> {
                while (!enough.get()) {
                  Thread.onSpinWait();
                }
              });
      Waiting.until("the stall is told", () -> !heard.isEmpty());
      enough.set(true);
      assertThat(heard).containsExactly("loopStalled " + conn.loop().thread().getName());
      assertThat(causes).containsExactly(conn.loop().thread());
    } finally {
      enough.set(true);
    }
  }
}
