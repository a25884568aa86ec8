package io.weft.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: a drain cuts nothing before its time, then all, but not all at once. */
@ParameterizedClass
@MethodSource("io.weft.server.proxy.Runner#all")
class DrainTest {
  private final Runner runner;

  DrainTest(Runner runner) {
    this.runner = runner;
  }

  @Test
  void sessionsGoOnAndNewOnesAreRefused() throws Exception {
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = new TestingProxy(runner, Setup.to(backend));
        Plain client = proxy.dial();
        Plain server = backend.accept()) {
      FutureTask<Boolean> drain = drain(proxy, Duration.ofSeconds(30));
      assertThat(proxy.service().failure())
          .failsWithin(Duration.ofSeconds(30))
          .withThrowableOfType(ExecutionException.class);
      awaitRefusal(proxy);
      client.say("question");
      server.hear("question");
      server.say("answer");
      client.hear("answer");
      assertThat(drain).isNotDone();

      server.end();
      client.end();
      assertThat(drain.get(30, TimeUnit.SECONDS)).isTrue();
      client.hearTheEndAfter("");
      assertThat(proxy.session().ending().cause()).isEqualTo(Cause.EOF);
    }
  }

  @Test
  void whatGoesOnAfterItsTimeIsResetOneAfterTheOther() throws Exception {
    Duration timeout = Duration.ofMillis(500);
    List<Plain> open = new ArrayList<>();
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = new TestingProxy(runner, Setup.to(backend))) {
      for (int i = 0; i < 4; i++) {
        open.add(proxy.dial());
        open.add(backend.accept());
      }
      long begin = System.nanoTime();
      FutureTask<Boolean> drain = drain(proxy, timeout);
      List<SessionRecord> sessions = new ArrayList<>();
      long firstEnd = 0;
      for (int i = 0; i < 4; i++) {
        sessions.add(proxy.session());
        firstEnd = i == 0 ? System.nanoTime() : firstEnd;
      }
      long lastEnd = System.nanoTime();

      assertThat(drain.get(30, TimeUnit.SECONDS)).isFalse();
      assertThat(firstEnd - begin).isGreaterThanOrEqualTo(timeout.toNanos());
      assertThat(lastEnd - begin)
          .as("three gaps of a fifth of the time, shared by four")
          .isGreaterThanOrEqualTo(timeout.plusMillis(75).toNanos());
      assertThat(sessions)
          .allSatisfy(
              session ->
                  assertThat(session.ending())
                      .isEqualTo(new Ending(Party.PROXY, Phase.DATA, Cause.DRAIN)));
      assertThat(open).allSatisfy(each -> assertThat(each.isReset()).isTrue());
    } finally {
      for (Plain each : open) {
        each.close();
      }
    }
  }

  @Test
  void whoWaitsForASlotWhenTheTimeIsUpIsEndedToo() throws Exception {
    try (Backend backend = Backend.tcp()) {
      Setup setup = new Setup();
      setup.upstreams.add(backend.spec().withSessionsMax(1));
      setup.queueTimeout = Duration.ofMinutes(5);
      try (TestingProxy proxy = new TestingProxy(runner, setup);
          Plain first = proxy.dial();
          Plain firstServer = backend.accept();
          Plain second = proxy.dial()) {
        while (proxy.service().openCount() < 2) {
          first.say("x");
          firstServer.hear("x");
        }
        FutureTask<Boolean> drain = drain(proxy, Duration.ofMillis(100));
        assertThat(first.isReset()).isTrue();
        assertThat(second.isReset()).isTrue();
        assertThat(drain.get(30, TimeUnit.SECONDS)).isFalse();

        assertThat(List.of(proxy.session().ending(), proxy.session().ending()))
            .allSatisfy(ending -> assertThat(ending.by()).isEqualTo(Party.PROXY));
      }
    }
  }

  // nobody accepts any more, but the descriptor may be on its way out
  private static void awaitRefusal(TestingProxy proxy) {
    assertThatIOException()
        .isThrownBy(
            () -> {
              while (proxy.service().failure().isDone()) {
                proxy.dial().close();
              }
            });
  }

  private static FutureTask<Boolean> drain(TestingProxy proxy, Duration timeout) {
    FutureTask<Boolean> drain = new FutureTask<>(() -> proxy.service().drain(timeout));
    Thread.ofPlatform().start(drain);
    return drain;
  }
}
