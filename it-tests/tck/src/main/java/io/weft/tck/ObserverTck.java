package io.weft.tck;

import static io.weft.Network.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.Listener;
import io.weft.Net;
import io.weft.NetObserver;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Goal: an observer hears of every connection and every byte, once, and why a connection ended. */
@Tck
class ObserverTck {
  /** Counts what it hears. */
  private static final class Counting implements NetObserver {
    private final Map<Conn, LongAdder> received = new ConcurrentHashMap<>();
    private final Map<Conn, LongAdder> sent = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Conn> opened = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Conn> closed = new ConcurrentLinkedQueue<>();
    private final Map<Conn, IOException> causes = new ConcurrentHashMap<>();

    @Override
    public void opened(Conn conn) {
      opened.add(conn);
    }

    @Override
    public void received(Conn conn, long bytes) {
      received.computeIfAbsent(conn, c -> new LongAdder()).add(bytes);
    }

    @Override
    public void sent(Conn conn, long bytes) {
      sent.computeIfAbsent(conn, c -> new LongAdder()).add(bytes);
    }

    @Override
    public void closed(Conn conn, @Nullable IOException cause) {
      closed.add(conn);
      if (cause != null) {
        causes.put(conn, cause);
      }
    }
  }

  private static long sum(Map<Conn, LongAdder> bytes, Conn conn) {
    LongAdder of = bytes.get(conn);
    return of == null ? 0 : of.sum();
  }

  private static TestingNet observed(TestingNet net, NetObserver observer) throws IOException {
    return net.another(config -> Net.open(config.withObserver(observer)));
  }

  @TckTest
  void everyConnectionAndEveryByteIsHeardOnce(TestingNet net) throws Exception {
    Counting heard = new Counting();
    List<Conn> all = new ArrayList<>();
    try (TestingNet observed = observed(net, heard)) {
      ConnPair pair = observed.pair();
      Conn conn = pair.client();
      Conn peer = pair.server();
      all.addAll(List.of(conn, peer));
      Task<Long> reader = observed.start(peer, () -> Traffic.discard(peer));
      observed
          .start(
              conn,
              () -> {
                conn.write(new byte[100_000]);
                conn.write(ByteBuffer.allocateDirect(20_000));
                conn.write(new ByteBuffer[] {ByteBuffer.allocate(3), ByteBuffer.allocate(4)});
                conn.closeWrite();
              })
          .join();
      assertThat(reader.join()).isEqualTo(120_007);
      assertThat(heard.opened).containsExactlyInAnyOrderElementsOf(all);
      assertThat(heard.closed).isEmpty();
      observed.start(conn, conn::close).join();
      observed.start(conn, conn::close).join();
      observed.start(peer, peer::close).join();
    }
    assertThat(heard.closed).containsExactlyInAnyOrderElementsOf(all);
    assertThat(heard.causes).as("all ended in peace").isEmpty();
    assertThat(sum(heard.sent, all.getFirst())).isEqualTo(120_007);
    assertThat(sum(heard.received, all.getLast())).isEqualTo(120_007);
    assertThat(heard.received).doesNotContainKey(all.getFirst());
  }

  @TckTest(networks = TCP)
  void aResetIsTheCauseOfItsConnectionsEnd(TestingNet net) throws Exception {
    Counting heard = new Counting();
    try (TestingNet observed = observed(net, heard)) {
      ConnPair pair = observed.pair();
      Conn conn = pair.client();
      pair.server().setOption(StandardSocketOptions.SO_LINGER, 0);
      pair.server().close();
      Expect.reset(observed.start(conn, () -> conn.read(new byte[1])).failure());
      observed.start(conn, conn::close).join();
      assertThat(heard.causes).containsOnlyKeys(conn);
      heard.causes.values().forEach(Expect::reset);
    }
  }

  @TckTest
  void anObserverThatThrowsHarmsNoConnection(TestingNet net) throws Exception {
    IllegalStateException mistake = new IllegalStateException("a mistake of the observer");
    NetObserver throwing =
        new NetObserver() {
          @Override
          public void opened(Conn conn) {
            throw mistake;
          }

          @Override
          public void received(Conn conn, long bytes) {
            throw mistake;
          }

          @Override
          public void sent(Conn conn, long bytes) {
            throw mistake;
          }

          @Override
          public void closed(Conn conn, @Nullable IOException cause) {
            throw mistake;
          }
        };
    try (TestingNet observed = observed(net, throwing);
        Listener listener = observed.listen()) {
      ConnPair pair = observed.pair(listener);
      observed.start(pair.client(), () -> Traffic.roundTrip(pair.client(), pair.server())).join();
      observed.start(pair::close).join();
      List<TestingNet.Heard> errors = observed.takeErrors();
      assertThat(errors).isNotEmpty().allMatch(error -> error.cause() == mistake);
    }
  }
}
