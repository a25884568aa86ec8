package io.weft.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: sessions end of silence and of age, never early, and not while there is traffic. */
@ParameterizedClass
@MethodSource("io.weft.server.proxy.Runner#pollers")
class TimeoutTest {
  private static final Duration FOREVER = Duration.ZERO;
  private static final Duration LIMIT = Duration.ofMillis(300);

  private final Runner runner;

  TimeoutTest(Runner runner) {
    this.runner = runner;
  }

  @Test
  void aSilentSessionEndsForBothSides() throws Exception {
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = proxy(backend, new Timeouts(LIMIT, FOREVER, FOREVER));
        Plain client = proxy.dial();
        Plain server = backend.accept()) {
      long begin = System.nanoTime();
      client.hearTheEndAfter("");
      server.hearTheEndAfter("");

      assertThat(ended(proxy)).isEqualTo(new Ending(Party.PROXY, Phase.DATA, Cause.IDLE_TIMEOUT));
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(LIMIT);
    }
  }

  @Test
  void trafficInOneDirectionIsEnoughToGoOn() throws Exception {
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = proxy(backend, new Timeouts(LIMIT, FOREVER, FOREVER));
        Plain client = proxy.dial();
        Plain server = backend.accept()) {
      long begin = System.nanoTime();
      long last = begin;
      while (last - begin < 3 * LIMIT.toNanos()) {
        last = System.nanoTime();
        server.say("x");
        client.hear("x");
      }
      client.hearTheEndAfter("");

      assertThat(Duration.ofNanos(System.nanoTime() - last)).isGreaterThanOrEqualTo(LIMIT);
      assertThat(ended(proxy).cause()).isEqualTo(Cause.IDLE_TIMEOUT);
    }
  }

  @Test
  void aReaderThatStandsStillIsSilenceToo() throws Exception {
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = proxy(backend, new Timeouts(LIMIT, FOREVER, FOREVER));
        Plain client = proxy.dial();
        Plain server = backend.accept()) {
      Thread flood = Thread.ofPlatform().start(server::awaitRefusal);
      // which nobody reads
      SessionRecord session = proxy.session();
      flood.join();

      assertThat(session.ending().cause()).isEqualTo(Cause.IDLE_TIMEOUT);
      assertThat(session.measures().total()).isGreaterThanOrEqualTo(LIMIT.toNanos());
      assertThat(client.channel().isOpen()).isTrue();
    }
  }

  @Test
  void anAnswerThatDoesNotComeEndsInAReset() throws Exception {
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = proxy(backend, new Timeouts(FOREVER, LIMIT, FOREVER));
        Plain client = proxy.dial();
        Plain server = backend.accept()) {
      client.say("question");
      client.end();
      long begin = System.nanoTime();
      server.hearTheEndAfter("question");
      assertThat(client.isReset()).isTrue();
      server.awaitRefusal();

      assertThat(ended(proxy))
          .isEqualTo(new Ending(Party.PROXY, Phase.LAST_DATA, Cause.HALF_CLOSE_TIMEOUT));
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(LIMIT);
    }
  }

  @Test
  void aLongAnswerAfterTheClientsEndIsNotCut() throws Exception {
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = proxy(backend, new Timeouts(FOREVER, LIMIT, FOREVER));
        Plain client = proxy.dial();
        Plain server = backend.accept()) {
      client.end();
      server.hearTheEndAfter("");
      long begin = System.nanoTime();
      while (System.nanoTime() - begin < 3 * LIMIT.toNanos()) {
        server.say("x");
        client.hear("x");
      }
      server.end();
      client.hearTheEndAfter("");

      assertThat(ended(proxy)).isEqualTo(new Ending(Party.CLIENT, Phase.DATA, Cause.EOF));
    }
  }

  @Test
  void aBusySessionEndsOfAge() throws Exception {
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = proxy(backend, new Timeouts(FOREVER, FOREVER, LIMIT));
        Plain client = proxy.dial();
        Plain server = backend.accept()) {
      Thread flood = Thread.ofPlatform().start(server::awaitRefusal);
      assertThat(client.isReset()).isTrue();
      flood.join();

      SessionRecord session = proxy.session();
      assertThat(session.ending()).isEqualTo(new Ending(Party.PROXY, Phase.DATA, Cause.LIFETIME));
      assertThat(session.measures().total()).isGreaterThanOrEqualTo(LIMIT.toNanos());
    }
  }

  private TestingProxy proxy(Backend backend, Timeouts timeouts) throws Exception {
    Setup setup = Setup.to(backend);
    setup.timeouts = timeouts;
    return new TestingProxy(runner, setup);
  }

  private static Ending ended(TestingProxy proxy) throws InterruptedException {
    return proxy.session().ending();
  }
}
