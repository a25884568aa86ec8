package io.weft.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.server.upstream.UpstreamSpec;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: at a limit sessions wait, are served in turn, or are refused in time. */
@ParameterizedClass
@MethodSource("io.weft.server.proxy.Runner#pollers")
class LimitTest {
  private final Runner runner;

  LimitTest(Runner runner) {
    this.runner = runner;
  }

  @Test
  void atTheLimitOfConnectionsNoMoreAreAccepted() throws Exception {
    try (Backend backend = Backend.tcp()) {
      Setup setup = Setup.to(backend);
      setup.limits = new Limits(1, Limits.UNLIMITED, 0);
      try (TestingProxy proxy = new TestingProxy(runner, setup);
          Plain first = proxy.dial();
          Plain firstServer = backend.accept();
          Plain second = proxy.dial()) {
        second.say("my turn");
        // all that it could do by now has been done by the first
        for (int i = 0; i < 100; i++) {
          first.say("x");
          firstServer.hear("x");
          assertThat(proxy.service().openCount()).isEqualTo(1);
        }
        first.reset();
        assertThat(firstServer.isReset()).isTrue();
        try (Plain secondServer = backend.accept()) {
          secondServer.hear("my turn");
          secondServer.reset();
        }
        assertThat(second.isReset()).isTrue();
        proxy.session();
        proxy.session();
      }
    }
  }

  @Test
  void listenersShareTheLimitOfConnections() throws Exception {
    try (Backend backend = Backend.tcp()) {
      Setup setup = Setup.to(backend);
      setup.listen = List.of(setup.listen.getFirst(), setup.listen.getFirst());
      setup.limits = new Limits(1, Limits.UNLIMITED, 0);
      try (TestingProxy proxy = new TestingProxy(runner, setup);
          Plain first = proxy.dial();
          Plain firstServer = backend.accept();
          Plain second = new Plain(SocketChannel.open(proxy.address(1)))) {
        second.say("my turn");
        for (int i = 0; i < 100; i++) {
          first.say("x");
          firstServer.hear("x");
          assertThat(proxy.service().openCount()).isEqualTo(1);
        }
        first.reset();
        assertThat(firstServer.isReset()).isTrue();
        try (Plain secondServer = backend.accept()) {
          secondServer.hear("my turn");
          secondServer.reset();
        }
        assertThat(second.isReset()).isTrue();
        assertThat(proxy.session().from().listener())
            .isNotEqualTo(proxy.session().from().listener());
      }
    }
  }

  @Test
  void aSessionWaitsForASlotOfTheUpstream() throws Exception {
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = new TestingProxy(runner, oneSession(backend));
        Plain first = proxy.dial();
        Plain firstServer = backend.accept();
        Plain second = proxy.dial()) {
      second.say("my turn");
      while (proxy.service().openCount() < 2) {
        first.say("x");
        firstServer.hear("x");
      }
      firstServer.reset();
      assertThat(first.isReset()).isTrue();
      try (Plain secondServer = backend.accept()) {
        secondServer.hear("my turn");
        secondServer.end();
        second.end();
        second.hearTheEndAfter("");
      }
      assertThat(proxy.session().ending().cause()).isEqualTo(Cause.RESET);
      SessionRecord waited = proxy.session();
      assertThat(waited.ending().cause()).isEqualTo(Cause.EOF);
      assertThat(waited.measures().queue()).isPositive();
    }
  }

  @Test
  void aSessionWaitsNoLongerThanItMay() throws Exception {
    try (Backend backend = Backend.tcp()) {
      Setup setup = oneSession(backend);
      setup.queueTimeout = Duration.ofMillis(200);
      try (TestingProxy proxy = new TestingProxy(runner, setup);
          Plain first = proxy.dial();
          Plain firstServer = backend.accept();
          Plain second = proxy.dial()) {
        assertThat(second.isReset()).isTrue();
        SessionRecord session = proxy.session();
        assertThat(session.ending())
            .isEqualTo(new Ending(Party.PROXY, Phase.QUEUE, Cause.QUEUE_TIMEOUT));
        assertThat(session.measures().queue()).isGreaterThanOrEqualTo(200_000_000);
        assertThat(session.to().tries()).isZero();

        first.say("still here");
        firstServer.hear("still here");
        first.reset();
        proxy.session();
      }
    }
  }

  @Test
  void withoutAQueueASessionIsRefusedAtOnce() throws Exception {
    try (Backend backend = Backend.tcp()) {
      Setup setup = oneSession(backend);
      setup.queueTimeout = Duration.ZERO;
      try (TestingProxy proxy = new TestingProxy(runner, setup);
          Plain first = proxy.dial();
          Plain firstServer = backend.accept();
          Plain second = proxy.dial()) {
        assertThat(second.isReset()).isTrue();
        assertThat(proxy.session().ending())
            .isEqualTo(new Ending(Party.PROXY, Phase.QUEUE, Cause.QUEUE_FULL));
        first.reset();
        assertThat(firstServer.isReset()).isTrue();
        proxy.session();
      }
    }
  }

  private static Setup oneSession(Backend backend) {
    Setup setup = new Setup();
    UpstreamSpec spec = backend.spec().withSessionsMax(1);
    setup.upstreams.add(spec);
    return setup;
  }
}
