package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.inject.Injector;
import io.weft.Net;
import io.weft.NetConfig;
import io.weft.Network;
import io.weft.server.address.SocketUrl;
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

/** Goal: the service owns what it opened, and does not go on pretending once it cannot serve. */
class EchoServiceTest {
  private static final List<SocketUrl> ANYWHERE =
      List.of(new SocketUrl(Network.TCP, "127.0.0.1:0"));

  private final Injector injector =
      ServerModule.injector(
          Console.of(
              new PrintStream(OutputStream.nullOutputStream()),
              new PrintStream(OutputStream.nullOutputStream())),
          NetConfig.DEFAULT.withPoller("nio").withLoops(1));

  @TempDir private Path directory;

  @Test
  void aNetThatEndsByItselfIsAFailure() throws Exception {
    try (EchoService echo = injector.getInstance(EchoService.class)) {
      echo.start(ANYWHERE);
      assertThat(echo.failure()).isNotDone();

      injector.getInstance(Net.class).close();

      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(() -> echo.failure().get(30, TimeUnit.SECONDS))
          .havingCause()
          .isInstanceOf(IOException.class)
          .withMessageMatching("echo on tcp://127\\.0\\.0\\.1:\\d+ does not accept any more");
    }
  }

  @Test
  void aDrainWithoutConnectionsEndsAtOnce() throws Exception {
    try (EchoService echo = injector.getInstance(EchoService.class)) {
      echo.start(ANYWHERE);

      assertThat(echo.drain(Duration.ofMinutes(5))).isTrue();
    }
  }

  @Test
  void closeReleasesTheAddress() throws Exception {
    SocketUrl url = new SocketUrl(Network.UNIX, directory.resolve("echo.sock").toString());
    try (EchoService echo = injector.getInstance(EchoService.class)) {
      echo.start(List.of(url));
    }

    assertThat(Path.of(url.address())).doesNotExist();
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
