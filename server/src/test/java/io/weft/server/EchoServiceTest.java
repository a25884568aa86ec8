package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.google.inject.Injector;
import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.NetConfig;
import io.weft.server.notation.SocketUrl;
import io.weft.server.service.Server;
import io.weft.server.service.Service;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: a service ends as it should, and does not go on pretending once it cannot serve. */
class EchoServiceTest {
  private final Injector injector =
      ServerModule.injector(
          Console.of(
              new PrintStream(OutputStream.nullOutputStream()),
              new PrintStream(OutputStream.nullOutputStream())),
          NetConfig.DEFAULT.withPoller("nio").withLoops(1));

  @TempDir private Path directory;

  @Test
  void aNetThatEndsByItselfIsAFailure() throws Exception {
    try (Server server = injector.getInstance(Server.class)) {
      server.start(List.of(echo("tcp://127.0.0.1:0")));
      assertThat(server.failure()).isNotDone();
      assertThat(server.ready()).isTrue();

      server.net().close();

      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(() -> server.failure().get(30, TimeUnit.SECONDS))
          .havingCause()
          .isInstanceOf(IOException.class)
          .withMessageMatching("one on tcp://127\\.0\\.0\\.1:\\d+ does not accept any more");
      assertThat(server.ready()).isFalse();
    }
  }

  @Test
  void aDrainWithoutConnectionsEndsAtOnce() throws Exception {
    try (Server server = injector.getInstance(Server.class)) {
      server.start(List.of(echo("tcp://127.0.0.1:0")));

      assertThat(server.drain(Duration.ofMinutes(5))).isTrue();
      assertThat(server.ready()).isFalse();
    }
  }

  @Test
  void aServiceDrainsAloneAndTheOthersGoOn() throws Exception {
    try (Server server = injector.getInstance(Server.class)) {
      Service one = echo("tcp://127.0.0.1:0");
      Service other = echo("tcp://127.0.0.1:0");
      server.start(List.of(one, other));
      try (Conn silent = one.bound().getFirst().dial(server.net(), DialConfig.DEFAULT);
          Conn talking = other.bound().getFirst().dial(server.net(), DialConfig.DEFAULT)) {
        talking.write(new byte[1]);
        assertThat(talking.read(new byte[1])).isEqualTo(1);

        assertThat(one.drain(Duration.ofMinutes(5))).isTrue();
        assertThat(silent.read(new byte[1])).isEqualTo(-1);
        talking.write(new byte[1]);
        assertThat(talking.read(new byte[1])).isEqualTo(1);
        assertThat(server.openCount()).isEqualTo(1);
      }
    }
  }

  @Test
  void whatDoesNotEndInTimeIsClosed() throws Exception {
    try (Server server = injector.getInstance(Server.class)) {
      Service echo = echo("tcp://127.0.0.1:0");
      server.start(List.of(echo));
      try (Conn conn = echo.bound().getFirst().dial(server.net(), DialConfig.DEFAULT)) {
        conn.write(new byte[1]);
        assertThat(conn.read(new byte[1])).isEqualTo(1);

        assertThat(echo.drain(Duration.ofMillis(10))).isFalse();
        assertThat(conn.read(new byte[1])).isEqualTo(-1);
      }
    }
  }

  @Test
  void aServiceThatCannotListenClosesWhatHasStarted() throws Exception {
    String socket = "unix://" + directory.resolve("echo.sock");
    String missing = "unix://" + directory.resolve("missing/echo.sock");
    try (Server server = injector.getInstance(Server.class)) {
      assertThatIOException()
          .isThrownBy(() -> server.start(List.of(echo(socket), echo(missing))))
          .withMessageStartingWith("one: listen " + missing + ": ")
          .withMessageContaining("ENOENT");
      assertThat(directory.resolve("echo.sock")).doesNotExist();
      assertThat(server.ready()).isFalse();
      assertThat(server.services()).isEmpty();
    }
  }

  @Test
  void closeReleasesTheAddress() throws Exception {
    try (Server server = injector.getInstance(Server.class)) {
      server.start(List.of(echo("unix://" + directory.resolve("echo.sock"))));
    }

    assertThat(directory.resolve("echo.sock")).doesNotExist();
  }

  private Service echo(String url) throws IOException {
    return injector.getInstance(Services.class).echo("one", List.of(SocketUrl.parse(url)));
  }

  @Test
  void buffersAreReusedAndComeBackEmpty() {
    EchoBuffers buffers = new EchoBuffers();
    ByteBuffer first = buffers.take();
    assertThat(first.isDirect()).isTrue();
    first.put((byte) 1).flip();
    buffers.give(first);

    ByteBuffer second = buffers.take();

    assertThat(second).isSameAs(first);
    assertThat(second.remaining()).isEqualTo(EchoBuffers.BUFFER_BYTES);
    assertThat(buffers.take()).isNotSameAs(first);
  }
}
