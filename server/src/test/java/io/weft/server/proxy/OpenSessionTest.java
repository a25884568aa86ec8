package io.weft.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.server.proxy.SessionRecord.Bytes;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: a session that goes on tells how far it has come, and goes on as if nobody had asked. */
@ParameterizedClass
@MethodSource("io.weft.server.proxy.Runner#all")
class OpenSessionTest {
  private static final int BYTES = 8 * 1024 * 1024;

  private final Runner runner;

  OpenSessionTest(Runner runner) {
    this.runner = runner;
  }

  @Test
  void itTellsWhatItHasMovedBetweenWhom() throws Exception {
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = new TestingProxy(runner, Setup.to(backend));
        Plain client = proxy.dial();
        Plain server = backend.accept()) {
      client.say("question");
      server.hear("question");
      server.say("yes");
      client.hear("yes");

      OpenSession session = only(proxy);
      assertThat(session.phase()).isEqualTo(Phase.DATA);
      assertThat(session.from().client()).isEqualTo(client.channel().getLocalAddress());
      assertThat(session.to().upstream()).isEqualTo(backend.spec().name());
      assertThat(session.to().tries()).isEqualTo(1);
      assertThat(session.progress().bytes()).isEqualTo(new Bytes(8, 3));
      assertThat(session.progress().idleNanos()).isBetween(0L, session.ageNanos());

      OpenSession later = only(proxy);
      assertThat(later.progress().idleNanos()).isPositive();
      client.say("more");
      server.hear("more");
      assertThat(only(proxy).progress().bytes()).isEqualTo(new Bytes(12, 3));

      client.end();
      server.hearTheEndAfter("");
      assertThat(only(proxy).phase()).isEqualTo(Phase.LAST_DATA);
      assertThat(only(proxy).progress().bytes()).isEqualTo(new Bytes(12, 3));
      server.end();
      client.hearTheEndAfter("");
      assertThat(proxy.session().measures().bytes()).isEqualTo(new Bytes(12, 3));
    }
  }

  @Test
  void noByteIsLostWhileItIsAskedAgainAndAgain() throws Exception {
    byte[] sent = new byte[BYTES];
    new Random(20_261_130).nextBytes(sent);
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = new TestingProxy(runner, Setup.to(backend));
        Plain client = proxy.dial();
        Plain server = backend.accept()) {
      FutureTask<Void> up = start(() -> client.say(sent));
      FutureTask<Void> down = start(() -> server.say(sent));
      FutureTask<byte[]> heardByServer = hearing(server);
      FutureTask<byte[]> heardByClient = hearing(client);
      long before = 0;
      while (!heardByServer.isDone() || !heardByClient.isDone()) {
        Bytes moved = only(proxy).progress().bytes();
        assertThat(moved.toServer() + moved.toClient()).isBetween(before, 2L * BYTES);
        before = moved.toServer() + moved.toClient();
      }
      up.get(30, TimeUnit.SECONDS);
      down.get(30, TimeUnit.SECONDS);
      assertThat(heardByServer.get()).isEqualTo(sent);
      assertThat(heardByClient.get()).isEqualTo(sent);
      assertThat(only(proxy).progress().bytes()).isEqualTo(new Bytes(BYTES, BYTES));
      client.end();
      server.end();
      assertThat(proxy.session().ending().cause()).isEqualTo(Cause.EOF);
    }
  }

  private static OpenSession only(TestingProxy proxy) throws InterruptedException {
    List<OpenSession> all = proxy.service().oldest(10);
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  /** What a thread of its own does. */
  private interface Act {
    void run() throws Exception;
  }

  private static FutureTask<Void> start(Act act) {
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              act.run();
              return null;
            });
    Thread.ofVirtual().start(task);
    return task;
  }

  private static FutureTask<byte[]> hearing(Plain end) {
    FutureTask<byte[]> task =
        new FutureTask<>(
            () -> {
              ByteBuffer heard = ByteBuffer.allocate(BYTES);
              while (heard.hasRemaining() && end.channel().read(heard) >= 0) {
                // more may come
              }
              return heard.array();
            });
    Thread.ofVirtual().start(task);
    return task;
  }
}
