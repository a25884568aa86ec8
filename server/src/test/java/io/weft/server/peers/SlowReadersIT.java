package io.weft.server.peers;

import static io.weft.server.peers.PackagedProxy.value;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.weft.server.proxy.Runner;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: a thousand readers that stand still, and then are slow, cost a buffer each at most, and get
 * every byte. Over unix sockets, of which the kernel keeps least.
 */
@ParameterizedClass
@MethodSource("io.weft.server.proxy.Runner#pollers")
class SlowReadersIT {
  private static final long SEED = 20_261_130;
  private static final int READERS = 1_000;
  private static final int STREAM_BYTES = 1 << 20;
  private static final int PIECE_BYTES = 64 * 1024;
  private static final int SLOW_TURNS = 4;
  private static final long LOOK_MILLIS = 50;
  private static final int QUIET_LOOKS = 10;
  // a buffer for each, and what the JVM itself may take
  private static final long GROWTH_KIB_MAX = READERS * 64L + 24 * 1024;
  // all of the heap is there from the begin: what grows are buffers
  private static final List<String> JVM =
      List.of("-Xms48m", "-Xmx48m", "-XX:+AlwaysPreTouch", "-XX:MaxDirectMemorySize=256m");
  // a prime, so that streams begin at different places
  private static final int PERIOD = 8191;

  private final Runner runner;
  private final byte[] pattern = pattern();
  private final CountDownLatch flood = new CountDownLatch(1);
  private final AtomicLong sent = new AtomicLong();
  @TempDir private Path directory;

  SlowReadersIT(Runner runner) {
    this.runner = runner;
  }

  @Test
  void aThousandSlowReadersCostABufferEachAtMost() throws Exception {
    Path door = directory.resolve("proxy.sock");
    Path behind = directory.resolve("upstream.sock");
    List<SocketChannel> readers = new ArrayList<>();
    try (ServerSocketChannel upstream = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      upstream.bind(UnixDomainSocketAddress.of(behind), READERS);
      try (PackagedProxy proxy =
          PackagedProxy.start(
              runner,
              JVM,
              "--listen unix://" + door,
              "--upstream unix://" + behind,
              "--health-interval 0s")) {
        assertThat(proxy.process().line()).startsWith("ready: proxy on unix://" + door);
        for (int i = 0; i < READERS; i++) {
          readers.add(SocketChannel.open(UnixDomainSocketAddress.of(door)));
          serve(upstream.accept(), i);
        }
        long before = proxy.rssAnonKib();
        flood.countDown();
        awaitQuiet();
        assertThat(sent.get()).isLessThan((long) READERS * STREAM_BYTES);
        long most = proxy.rssAnonKib();
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
        for (int turn = 0; turn < SLOW_TURNS; turn++) {
          for (int i = 0; i < READERS; i++) {
            read(readers.get(i), i, turn, piece);
          }
          most = Math.max(most, proxy.rssAnonKib());
        }
        assertThat(most - before).as("growth in KiB").isLessThan(GROWTH_KIB_MAX);

        for (int i = 0; i < READERS; i++) {
          for (int turn = SLOW_TURNS; turn < STREAM_BYTES / PIECE_BYTES; turn++) {
            read(readers.get(i), i, turn, piece);
          }
          assertThat(readers.get(i).read(piece.clear())).as("end of stream").isEqualTo(-1);
          readers.get(i).close();
        }
        for (int i = 0; i < READERS; i++) {
          JsonObject session = proxy.session();
          assertThat(value(session, "cause")).isEqualTo("eof");
          assertThat(session.get("bytes-to-client").getAsLong()).isEqualTo(STREAM_BYTES);
        }
        assertThat(proxy.end()).isEmpty();
        assertThat(proxy.process().err()).isEmpty();
      }
    } finally {
      for (SocketChannel reader : readers) {
        reader.close();
      }
    }
  }

  // until the kernel and the proxy take no more; if that is believed too early, less is asserted
  private void awaitQuiet() throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    long seen = -1;
    for (int quiet = 0; quiet < QUIET_LOOKS; quiet++) {
      assertThat(never.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)).isFalse();
      if (sent.get() != seen || seen == 0) {
        seen = sent.get();
        quiet = 0;
      }
    }
  }

  private void serve(SocketChannel conn, int index) {
    Thread.ofVirtual()
        .start(
            () -> {
              try (conn) {
                flood.await();
                for (int at = 0; at < STREAM_BYTES; ) {
                  int length = Math.min(PIECE_BYTES, STREAM_BYTES - at);
                  int written = conn.write(ByteBuffer.wrap(pattern, place(index, at), length));
                  at += written;
                  sent.addAndGet(written);
                }
              } catch (IOException | InterruptedException e) {
                // the reader misses something then
              }
            });
  }

  private void read(SocketChannel reader, int index, int turn, ByteBuffer piece)
      throws IOException {
    piece.clear();
    while (piece.hasRemaining()) {
      assertThat(reader.read(piece)).as("reader %d in turn %d", index, turn).isPositive();
    }
    ByteBuffer expected = ByteBuffer.wrap(pattern, place(index, turn * PIECE_BYTES), PIECE_BYTES);
    assertThat(piece.flip().mismatch(expected))
        .as("reader %d in turn %d", index, turn)
        .isNegative();
  }

  private static int place(int index, int at) {
    return (index * 61 + at) % PERIOD;
  }

  private static byte[] pattern() {
    byte[] period = new byte[PERIOD];
    new Random(SEED).nextBytes(period);
    byte[] pattern = new byte[PERIOD + PIECE_BYTES];
    for (int i = 0; i < pattern.length; i++) {
      pattern[i] = period[i % PERIOD];
    }
    return pattern;
  }
}
