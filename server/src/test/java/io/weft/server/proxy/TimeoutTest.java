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
  private static final Duration LIMIT = Duration.ofMillis(60);
  // where the test has to say something in time, which a busy machine may keep it from for a while
  private static final Duration BUSY_LIMIT = Duration.ofMillis(300);
  private static final long BUSY_NANOS = BUSY_LIMIT.toNanos() * 3 / 2;

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
      client.hearTheEndAfter("");
      server.hearTheEndAfter("");

      SessionRecord session = proxy.session();
      assertThat(session.ending())
          .isEqualTo(new Ending(Party.PROXY, Phase.DATA, Cause.IDLE_TIMEOUT));
      assertThat(session.measures().total()).isGreaterThanOrEqualTo(LIMIT.toNanos());
    }
  }

  @Test
  void trafficInOneDirectionIsEnoughToGoOn() throws Exception {
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = proxy(backend, new Timeouts(BUSY_LIMIT, FOREVER, FOREVER));
        Plain client = proxy.dial();
        Plain server = backend.accept()) {
      long begin = System.nanoTime();
      long last = begin;
      while (last - begin < BUSY_NANOS) {
        last = System.nanoTime();
        server.say("x");
        client.hear("x");
      }
      client.hearTheEndAfter("");

      assertThat(System.nanoTime() - last).isGreaterThanOrEqualTo(BUSY_LIMIT.toNanos());
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
      long begin = System.nanoTime();
      client.end();
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
        TestingProxy proxy = proxy(backend, new Timeouts(FOREVER, BUSY_LIMIT, FOREVER));
        Plain client = proxy.dial();
        Plain server = backend.accept()) {
      client.end();
      server.hearTheEndAfter("");
      long begin = System.nanoTime();
      while (System.nanoTime() - begin < BUSY_NANOS) {
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
