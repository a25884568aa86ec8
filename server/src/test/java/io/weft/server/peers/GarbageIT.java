package io.weft.server.peers;

import static io.weft.server.peers.PackagedProxy.value;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.weft.server.proxy.Runner;
import io.weft.server.wire.EveryWay;
import io.weft.server.wire.Hellos;
import io.weft.server.wire.ProxyHeader;
import io.weft.server.wire.ProxyVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: whatever a client begins with, its session ends with a cause, and nothing of it stays. */
@ParameterizedClass
@MethodSource("io.weft.server.proxy.Runner#pollers")
class GarbageIT {
  private static final long SEED = 20_261_130;
  private static final int CLIENTS = 8;
  private static final int SESSIONS = 10_000;
  private static final int FIRST_SESSIONS = 400;
  private static final int PATIENCE_MILLIS = 30_000;
  private static final byte[] HELLO = Hellos.ofName("www.example.org");

  private final Runner runner;
  private final Map<String, Integer> causes = new TreeMap<>();
  private int noted;

  GarbageIT(Runner runner) {
    this.runner = runner;
  }

  @Test
  void tenThousandBrokenBeginningsEndWithACauseAndLeaveNothing() throws Exception {
    try (ServerSocket upstream = new ServerSocket(0, 500, Program.loopback());
        PackagedProxy proxy =
            PackagedProxy.start(
                runner,
                "--upstream " + PackagedProxy.upstream(upstream.getLocalPort()),
                "--sni www.example.org=" + PackagedProxy.upstream(upstream.getLocalPort()),
                "--accept-proxy 127.0.0.1",
                "--accept-proxy-timeout 300ms",
                "--sni-timeout 300ms",
                "--health-interval 0s")) {
      Thread.ofVirtual().start(() -> cutShort(upstream));
      int resets = attack(proxy, FIRST_SESSIONS, SEED);
      count(proxy, FIRST_SESSIONS - resets);
      int descriptors = proxy.descriptors();
      List<String> threads = proxy.threads();

      resets += attack(proxy, SESSIONS, SEED + 1);
      count(proxy, FIRST_SESSIONS + SESSIONS - resets);
      proxy.awaitDescriptors(descriptors);
      assertThat(proxy.threads()).isEqualTo(threads);
      isServed(proxy);
      proxy.end().forEach(this::note);

      // who is reset before it is accepted may never become a session
      int all = FIRST_SESSIONS + SESSIONS + 1;
      assertThat(noted).as("sessions").isBetween(all - resets, all);
      assertThat(causes)
          .containsOnlyKeys(
              "bad-client-hello",
              "bad-proxy-header",
              "eof",
              "header-timeout",
              "reset",
              "sni-timeout");
      assertThat(causes.get("bad-proxy-header")).isGreaterThan(SESSIONS / 10);
      assertThat(causes.get("bad-client-hello")).isGreaterThan(SESSIONS / 50);
      assertThat(proxy.process().err()).isEmpty();
    }
  }

  private static void isServed(PackagedProxy proxy) throws IOException {
    try (Socket client = connect(proxy)) {
      client.getOutputStream().write(joined(header(new Random(SEED)), HELLO));
      assertThat(client.getInputStream().read()).isEqualTo(HELLO[0]);
    }
  }

  private void count(PackagedProxy proxy, int sessions) throws InterruptedException {
    while (noted < sessions) {
      note(proxy.session());
    }
  }

  private void note(JsonObject session) {
    assertThat(value(session, "ended-by")).as("%s", session).matches("client|server|proxy");
    assertThat(value(session, "phase")).as("%s", session).isNotEmpty();
    causes.merge(value(session, "cause"), 1, Integer::sum);
    noted++;
  }

  /** Runs connections, several at a time; returns how many of them were reset at once. */
  private static int attack(PackagedProxy proxy, int connections, long seed) throws Exception {
    Clients clients =
        new Clients(
            CLIENTS,
            i -> {
              Random random = new Random(seed * CLIENTS + i);
              return () -> {
                int resets = 0;
                for (int done = 0; done < connections / CLIENTS; done++) {
                  resets += isReset(proxy, random) ? 1 : 0;
                }
                return resets;
              };
            });
    return clients.sum();
  }

  // sends it whole or in two pieces, then ends, resets or stalls
  private static boolean isReset(PackagedProxy proxy, RandomGenerator random) throws IOException {
    byte[] bytes = beginning(random);
    int first = random.nextInt(4) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
    int how = random.nextInt(200);
    try (Socket client = connect(proxy)) {
      client.getOutputStream().write(bytes, 0, first);
      client.getOutputStream().write(bytes, first, bytes.length - first);
      if (how < 10) {
        client.setSoLinger(true, 0);
        return true;
      }
      if (how > 10) {
        client.shutdownOutput();
      }
      client.getInputStream().readAllBytes();
    } catch (SocketException e) {
      // the proxy has reset it
    }
    return false;
  }

  private static byte[] beginning(RandomGenerator random) {
    byte[] noise = new byte[random.nextInt(200)];
    random.nextBytes(noise);
    return switch (random.nextInt(6)) {
      case 0 -> noise;
      case 1, 2 -> joined(EveryWay.mutated(header(random), random), HELLO);
      case 3, 4 -> joined(header(random), EveryWay.mutated(HELLO, random));
      default -> joined(header(random), noise);
    };
  }

  private static byte[] header(RandomGenerator random) {
    ProxyHeader header = ProxyHeader.proxied(address(random, 4), address(random, 4));
    if (random.nextBoolean()) {
      header = ProxyHeader.proxied(address(random, 16), address(random, 16));
    }
    if (random.nextBoolean()) {
      byte[] tlv = new byte[] {4, 0, 3, 1, 2, 3};
      header = header.withTlvs(ByteBuffer.wrap(tlv));
    }
    ByteBuffer bytes = (random.nextBoolean() ? ProxyVersion.V1 : ProxyVersion.V2).encode(header);
    byte[] array = new byte[bytes.remaining()];
    bytes.get(array);
    return array;
  }

  private static InetSocketAddress address(RandomGenerator random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    try {
      return new InetSocketAddress(InetAddress.getByAddress(bytes), random.nextInt(1 << 16));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] joined(byte[] one, byte[] other) {
    return ByteBuffer.allocate(one.length + other.length).put(one).put(other).array();
  }

  /** An upstream that sends the first byte back and is gone. */
  private static void cutShort(ServerSocket upstream) {
    while (!upstream.isClosed()) {
      try (Socket conn = upstream.accept()) {
        conn.getOutputStream().write(conn.getInputStream().read());
      } catch (IOException e) {
        // that one was broken off, or it is the end
      }
    }
  }

  private static Socket connect(PackagedProxy proxy) throws IOException {
    Socket socket = new Socket(Program.loopback(), proxy.port());
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }
}
