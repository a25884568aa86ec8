package io.weft.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Network;
import io.weft.server.notation.SocketUrl;
import io.weft.server.proxy.SessionRecord.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: what one side sends, ends and breaks off reaches the other side as that, and no more. */
@ParameterizedClass
@MethodSource("io.weft.server.proxy.Runner#all")
class RelayTest {
  private static final int RESETS = 20;

  private final Runner runner;
  @TempDir private Path directory;

  RelayTest(Runner runner) {
    this.runner = runner;
  }

  @Test
  void anAnswerThatComesAfterTheClientsEndArrives() throws Exception {
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = new TestingProxy(runner, Setup.to(backend));
        Plain client = proxy.dial();
        Plain server = backend.accept()) {
      client.say("question");
      client.end();
      server.hearTheEndAfter("question");
      server.say("late answer");
      server.end();
      client.hearTheEndAfter("late answer");

      SessionRecord session = proxy.session();
      assertThat(session.ending()).isEqualTo(new Ending(Party.CLIENT, Phase.DATA, Cause.EOF));
      assertThat(session.measures().bytes()).isEqualTo(new Bytes(8, 11));
    }
  }

  @Test
  void aServerMaySpeakFirstAndEndFirst() throws Exception {
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = new TestingProxy(runner, Setup.to(backend));
        Plain client = proxy.dial();
        Plain server = backend.accept()) {
      server.say("welcome");
      client.hear("welcome");
      server.end();
      client.hearTheEndAfter("");
      client.say("thanks");
      client.end();
      server.hearTheEndAfter("thanks");

      SessionRecord session = proxy.session();
      assertThat(session.ending()).isEqualTo(new Ending(Party.SERVER, Phase.DATA, Cause.EOF));
      assertThat(session.measures().bytes()).isEqualTo(new Bytes(6, 7));
      assertThat(session.measures().firstByte())
          .isBetween(session.measures().connect(), session.measures().total());
    }
  }

  @Test
  void aResetOfTheClientReachesTheServerAsOne() throws Exception {
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = new TestingProxy(runner, Setup.to(backend))) {
      for (int i = 0; i < RESETS; i++) {
        try (Plain client = proxy.dial();
            Plain server = backend.accept()) {
          client.say("hello");
          server.hear("hello");
          client.reset();
          assertThat(server.isReset()).as("reset %d", i).isTrue();
          assertThat(proxy.session().ending())
              .isEqualTo(new Ending(Party.CLIENT, Phase.DATA, Cause.RESET));
        }
      }
    }
  }

  @Test
  void aResetOfTheServerReachesTheClientAsOne() throws Exception {
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = new TestingProxy(runner, Setup.to(backend))) {
      for (int i = 0; i < RESETS; i++) {
        try (Plain client = proxy.dial();
            Plain server = backend.accept()) {
          server.say("hello");
          client.hear("hello");
          server.reset();
          assertThat(client.isReset()).as("reset %d", i).isTrue();
          assertThat(proxy.session().ending())
              .isEqualTo(new Ending(Party.SERVER, Phase.DATA, Cause.RESET));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CLIENT", "SERVER"})
  void aResetIsHandedOnThoughTheOtherSideTakesNoBytes(Party resetting) throws Exception {
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = new TestingProxy(runner, Setup.to(backend));
        Plain client = proxy.dial();
        Plain server = backend.accept()) {
      Plain sender = resetting == Party.CLIENT ? client : server;
      Plain other = resetting == Party.CLIENT ? server : client;
      sender.fill();
      sender.reset();
      boolean seen = !runner.noticesResetsWhileItWrites() && other.isReset();
      SessionRecord session = proxy.session();
      assertThat(session.ending()).isEqualTo(new Ending(resetting, Phase.DATA, Cause.RESET));
      Bytes bytes = session.measures().bytes();
      assertThat(bytes.toServer() > 0).isEqualTo(resetting == Party.CLIENT);
      assertThat(bytes.toClient() > 0).isEqualTo(resetting == Party.SERVER);
      assertThat(seen || other.isReset()).isTrue();
    }
  }

  @Test
  void aResetAfterTheOtherSidesEndIsOneOfTheLastData() throws Exception {
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = new TestingProxy(runner, Setup.to(backend));
        Plain client = proxy.dial();
        Plain server = backend.accept()) {
      client.say("question");
      client.end();
      server.hearTheEndAfter("question");
      server.say("ans");
      client.hear("ans");
      server.reset();
      assertThat(client.isReset()).isTrue();

      SessionRecord session = proxy.session();
      assertThat(session.ending())
          .isEqualTo(new Ending(Party.SERVER, Phase.LAST_DATA, Cause.RESET));
      assertThat(session.measures().bytes()).isEqualTo(new Bytes(8, 3));
    }
  }

  @Test
  void aClientThatIsGoneBeforeTheAnswerEndsTheSessionWithAReset() throws Exception {
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = new TestingProxy(runner, Setup.to(backend));
        Plain client = proxy.dial();
        Plain server = backend.accept()) {
      client.say("question");
      client.channel().close();
      server.hearTheEndAfter("question");
      server.say("answer to nobody");
      server.awaitRefusal();
      assertThat(proxy.session().ending())
          .isEqualTo(new Ending(Party.CLIENT, Phase.LAST_DATA, Cause.RESET));
    }
  }

  @Test
  void largeStreamsGoBothWaysAtOnceUnchanged() throws Exception {
    byte[] upwards = random(24 << 20, 1);
    byte[] downwards = random(24 << 20, 2);
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = new TestingProxy(runner, Setup.to(backend));
        Plain client = proxy.dial();
        Plain server = backend.accept()) {
      List<FutureTask<Long>> tasks =
          List.of(
              task(() -> sent(client, upwards)),
              task(() -> sent(server, downwards)),
              task(() -> heard(server)),
              task(() -> heard(client)));
      tasks.forEach(Thread.ofPlatform()::start);

      assertThat(result(tasks.get(2))).isEqualTo(result(tasks.get(0)));
      assertThat(result(tasks.get(3))).isEqualTo(result(tasks.get(1)));
      SessionRecord session = proxy.session();
      assertThat(session.ending().cause()).isEqualTo(Cause.EOF);
      assertThat(session.measures().bytes()).isEqualTo(new Bytes(upwards.length, downwards.length));
    }
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true"})
  void unixSocketsAndTcpMix(boolean listensOnUnix, boolean dialsUnix) throws Exception {
    Path door = directory.resolve("proxy.sock");
    try (Backend backend =
        dialsUnix ? Backend.unix(directory.resolve("backend.sock")) : Backend.tcp()) {
      Setup setup = Setup.to(backend);
      if (listensOnUnix) {
        setup.listen = List.of(new SocketUrl(Network.UNIX, door.toString()));
      }
      try (TestingProxy proxy = new TestingProxy(runner, setup);
          Plain client = proxy.dial();
          Plain server = backend.accept()) {
        client.say("question");
        client.end();
        server.hearTheEndAfter("question");
        server.say("answer");
        server.end();
        client.hearTheEndAfter("answer");

        SessionRecord session = proxy.session();
        assertThat(session.ending()).isEqualTo(new Ending(Party.CLIENT, Phase.DATA, Cause.EOF));
        assertThat(session.measures().bytes()).isEqualTo(new Bytes(8, 6));
      }
      assertThat(door).doesNotExist();
    }
  }

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static FutureTask<Long> task(Callable<Long> work) {
    return new FutureTask<>(work);
  }

  private static long result(FutureTask<Long> task) throws Exception {
    return task.get(30, TimeUnit.SECONDS);
  }

  private static long sent(Plain from, byte[] bytes) throws IOException {
    from.say(bytes);
    from.end();
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return sum.getValue();
  }

  private static long heard(Plain to) throws IOException {
    CRC32C sum = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
    while (to.channel().read(buffer.clear()) >= 0) {
      sum.update(buffer.flip());
    }
    return sum.getValue();
  }
}
