package io.weft.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.server.upstream.EscapedBytes;
import io.weft.server.upstream.HealthConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: a session gets the upstream that answers, or quickly none, and the log says which. */
@ParameterizedClass
@MethodSource("io.weft.server.proxy.Runner#pollers")
class ConnectTest {
  private final Runner runner;

  ConnectTest(Runner runner) {
    this.runner = runner;
  }

  @Test
  void anUpstreamThatRefusesIsPassedOver() throws Exception {
    try (Backend good = Backend.tcp()) {
      Setup setup = new Setup();
      setup.upstreams.add(Backend.spec(nobody()));
      setup.upstreams.add(Backend.spec(nobody()));
      setup.upstreams.add(good.spec());
      try (TestingProxy proxy = new TestingProxy(runner, setup)) {
        int tries = 0;
        for (int i = 0; i < 3; i++) {
          try (Plain client = proxy.dial();
              Plain server = good.accept()) {
            server.say("here");
            server.end();
            client.end();
            client.hearTheEndAfter("here");
          }
          SessionRecord session = proxy.session();
          assertThat(session.ending().cause()).isEqualTo(Cause.EOF);
          assertThat(session.to().upstream()).isEqualTo(good.spec().name());
          tries += session.to().tries();
        }
        assertThat(tries).as("three turns with three, two, one tries").isEqualTo(6);
      }
    }
  }

  @Test
  void aSessionThatNobodyTakesIsResetAndTheNextOneIsServedWhenSomebodyDoes() throws Exception {
    SocketAddress address = nobody();
    Setup setup = new Setup();
    setup.upstreams.add(Backend.spec(address));
    try (TestingProxy proxy = new TestingProxy(runner, setup)) {
      try (Plain client = proxy.dial()) {
        assertThat(client.isReset()).isTrue();
      }
      SessionRecord refused = proxy.session();
      assertThat(refused.ending())
          .isEqualTo(
              new Ending(Party.SERVER, Phase.CONNECT, Cause.CONNECT_REFUSED, "ECONNREFUSED"));
      assertThat(refused.to().tries()).isEqualTo(1);

      try (Backend back = Backend.at(((java.net.InetSocketAddress) address).getPort());
          Plain client = proxy.dial();
          Plain server = back.accept()) {
        server.say("back");
        client.hear("back");
        server.reset();
        assertThat(client.isReset()).isTrue();
        assertThat(proxy.session().ending().phase()).isEqualTo(Phase.DATA);
      }
    }
  }

  @Test
  void noMoreRetriesAreMadeThanAreAllowed() throws Exception {
    Setup setup = new Setup();
    for (int i = 0; i < 4; i++) {
      setup.upstreams.add(Backend.spec(nobody()));
    }
    setup.limits = new Limits(Limits.UNLIMITED, Limits.UNLIMITED, 2);
    try (TestingProxy proxy = new TestingProxy(runner, setup);
        Plain client = proxy.dial()) {
      assertThat(client.isReset()).isTrue();

      SessionRecord session = proxy.session();
      assertThat(session.ending().cause()).isEqualTo(Cause.CONNECT_REFUSED);
      assertThat(session.to().tries()).isEqualTo(3);
    }
  }

  @Test
  void anUpstreamThatDoesNotAnswerIsGivenUpInTime() throws Exception {
    List<Socket> queue = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      // what comes after these is not answered
      while (queue.size() < 8 && fill(queue, full)) {}
      Setup setup = new Setup();
      setup.upstreams.add(Backend.spec(full.getLocalSocketAddress()));
      setup.connectTimeout = Duration.ofMillis(200);
      try (TestingProxy proxy = new TestingProxy(runner, setup);
          Plain client = proxy.dial()) {
        assertThat(client.isReset()).isTrue();

        SessionRecord session = proxy.session();
        assertThat(session.ending().by()).isEqualTo(Party.SERVER);
        assertThat(session.ending().phase()).isEqualTo(Phase.CONNECT);
        assertThat(session.ending().cause()).isEqualTo(Cause.CONNECT_TIMEOUT);
        assertThat(session.measures().connect()).isGreaterThanOrEqualTo(200_000_000);
      }
    } finally {
      for (Socket each : queue) {
        each.close();
      }
    }
  }

  @Test
  void withAllUpstreamsDownASessionIsRefusedWithoutATry() throws Exception {
    Setup setup = new Setup();
    setup.upstreams.add(Backend.spec(nobody()));
    setup.health =
        new HealthConfig(
            new HealthConfig.Pace(
                Duration.ofMillis(20), Duration.ofMillis(20), Duration.ofSeconds(2)),
            new HealthConfig.Thresholds(1, 1),
            EscapedBytes.NONE,
            EscapedBytes.NONE,
            HealthConfig.DEFAULT.preamble());
    try (TestingProxy proxy = new TestingProxy(runner, setup)) {
      SessionRecord session = refused(proxy);
      while (session.ending().cause() != Cause.NO_UPSTREAM) {
        // the first check has not failed yet
        assertThat(session.ending().cause()).isEqualTo(Cause.CONNECT_REFUSED);
        session = refused(proxy);
      }
      assertThat(session.ending().by()).isEqualTo(Party.PROXY);
      assertThat(session.ending().phase()).isEqualTo(Phase.QUEUE);
      assertThat(session.to().tries()).isZero();
    }
  }

  private static SessionRecord refused(TestingProxy proxy) throws Exception {
    try (Plain client = proxy.dial()) {
      assertThat(client.isReset()).isTrue();
      return proxy.session();
    }
  }

  private static boolean fill(List<Socket> queue, ServerSocket full) throws IOException {
    Socket socket = new Socket();
    queue.add(socket);
    try {
      socket.connect(full.getLocalSocketAddress(), 100);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** An address on which nobody listens. */
  private static SocketAddress nobody() throws IOException {
    try (Backend gone = Backend.tcp()) {
      return gone.address();
    }
  }
}
