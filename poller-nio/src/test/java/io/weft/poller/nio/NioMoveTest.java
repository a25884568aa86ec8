package io.weft.poller.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weft.Conn;
import io.weft.ConnHandler;
import io.weft.Listener;
import io.weft.Net;
import io.weft.NetConfig;
import io.weft.Scheduling;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Goal: what moves bytes by itself does so between sockets of the kernel's, however scheduled. */
@Timeout(60)
class NioMoveTest {
  private static final int MANY_BYTES = 3 * 1024 * 1024 + 77;

  private static Net open(Scheduling scheduling) throws IOException {
    return Net.open(
        NetConfig.DEFAULT.withPoller("nio").withScheduling(scheduling).withOnError((c, e) -> {}));
  }

  /** Serves until the net is closed; the address to dial. */
  private static String serve(Net net, ConnHandler handler) throws IOException {
    return serve(net, handler, Integer.MAX_VALUE);
  }

  private static String serve(Net net, ConnHandler handler, int openMax) throws IOException {
    Listener listener = net.listen("tcp", "127.0.0.1:0");
    net.go(
        () -> {
          try {
            net.serve(listener, handler, openMax);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    return "127.0.0.1:" + ((InetSocketAddress) listener.address()).getPort();
  }

  private static byte[] someBytes() {
    byte[] bytes = new byte[MANY_BYTES];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  /** Moves until the end, and hands the end on. */
  private static long pump(Conn from, Conn to) throws IOException {
    long moved = from.transferTo(to, Long.MAX_VALUE);
    to.closeWrite();
    return moved;
  }

  private static CompletableFuture<Long> start(Net net, Conn from, Conn to) {
    CompletableFuture<Long> moved = new CompletableFuture<>();
    net.go(
        () -> {
          try {
            moved.complete(pump(from, to));
          } catch (IOException e) {
            moved.completeExceptionally(e);
          }
        });
    return moved;
  }

  @ParameterizedTest
  @EnumSource(names = {"ON_LOOP", "JDK"})
  void aProxyBeforeAnEchoMovesBothDirectionsAtOnce(Scheduling scheduling) throws Exception {
    try (Net net = open(scheduling)) {
      String echo = serve(net, conn -> pump(conn, conn));
      CompletableFuture<Long> back = new CompletableFuture<>();
      String proxy =
          serve(
              net,
              conn -> {
                try (Conn upstream = net.dial("tcp", echo)) {
                  CompletableFuture<Long> there = start(net, conn, upstream);
                  back.complete(pump(upstream, conn));
                  there.get();
                }
              });
      byte[] bytes = someBytes();
      try (Conn client = net.dial("tcp", proxy)) {
        Thread writer =
            Thread.startVirtualThread(
                () -> {
                  try {
                    client.write(bytes);
                    client.closeWrite();
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
        assertThat(Arrays.equals(client.inputStream().readAllBytes(), bytes)).isTrue();
        writer.join();
      }
      assertThat(back.get(20, TimeUnit.SECONDS)).isEqualTo(bytes.length);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ON_LOOP", "JDK"})
  void aFileGoesOut(Scheduling scheduling, @TempDir Path dir) throws Exception {
    byte[] bytes = someBytes();
    Path path = Files.write(dir.resolve("file"), bytes);
    try (Net net = open(scheduling)) {
      CompletableFuture<Long> sent = new CompletableFuture<>();
      String address =
          serve(
              net,
              conn -> {
                try (FileChannel file = FileChannel.open(path)) {
                  sent.complete(conn.transferFrom(file, 1000, Long.MAX_VALUE));
                }
              });
      try (Conn client = net.dial("tcp", address)) {
        byte[] received = client.inputStream().readAllBytes();
        assertThat(Arrays.equals(received, Arrays.copyOfRange(bytes, 1000, bytes.length))).isTrue();
      }
      assertThat(sent.get(20, TimeUnit.SECONDS)).isEqualTo(bytes.length - 1000);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ON_LOOP", "JDK"})
  void linesGoThroughStreams(Scheduling scheduling) throws Exception {
    try (Net net = open(scheduling)) {
      String address =
          serve(
              net,
              conn -> {
                BufferedReader in = reader(conn);
                PrintStream out = printer(conn);
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                  out.println("heard " + line);
                }
              });
      try (Conn client = net.dial("tcp", address)) {
        BufferedReader in = reader(client);
        PrintStream out = printer(client);
        for (int i = 0; i < 100; i++) {
          out.println("line " + i);
          assertThat(in.readLine()).isEqualTo("heard line " + i);
        }
        out.close();
        assertThat(client.isOpen()).isFalse();
      }
    }
  }

  private static BufferedReader reader(Conn conn) {
    return new BufferedReader(new InputStreamReader(conn.inputStream(), StandardCharsets.UTF_8));
  }

  private static PrintStream printer(Conn conn) {
    return new PrintStream(conn.outputStream(), true, StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @EnumSource(names = {"ON_LOOP", "JDK"})
  void aPeerThatDoesNotReadHoldsNoCloseUpAndLosesNothing(Scheduling scheduling) throws Exception {
    try (Net net = open(scheduling)) {
      CompletableFuture<Conn> deaf = new CompletableFuture<>();
      CountDownLatch end = new CountDownLatch(1);
      String address =
          serve(
              net,
              conn -> {
                deaf.complete(conn);
                end.await();
              });
      byte[] bytes = new byte[16 * 1024 * 1024];
      new Random(8).nextBytes(bytes);
      String feeder = serve(net, conn -> conn.write(bytes));
      Conn source = net.dial("tcp", feeder);
      Conn target = net.dial("tcp", address);
      try {
        target.setWriteTimeout(Duration.ofMillis(200));
        long moved = movedUntilTimeout(net, source, target);
        assertThat(moved).isPositive().isLessThan(bytes.length);
        byte[] next = source.inputStream().readNBytes(100_000);
        assertThat(
                Arrays.equals(next, Arrays.copyOfRange(bytes, (int) moved, (int) moved + 100_000)))
            .isTrue();
        target.setWriteDeadline(null);
        CompletableFuture<Long> stuck = start(net, source, target);
        source.close();
        assertThat(source.isOpen()).isFalse();
        target.close();
        assertThatExceptionOfType(ExecutionException.class)
            .isThrownBy(() -> stuck.get(20, TimeUnit.SECONDS))
            .withCauseInstanceOf(IOException.class)
            .satisfies(e -> assertThat(e.getCause()).isNotInstanceOf(SocketTimeoutException.class));
        deaf.get(20, TimeUnit.SECONDS).close();
      } finally {
        end.countDown();
      }
    }
  }

  private static long movedUntilTimeout(Net net, Conn source, Conn target) throws Exception {
    try {
      start(net, source, target).get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(SocketTimeoutException.class);
      return ((SocketTimeoutException) e.getCause()).bytesTransferred;
    }
    throw new AssertionError("the peer has read it all");
  }

  @ParameterizedTest
  @EnumSource(names = {"ON_LOOP", "JDK"})
  void atItsLimitAServerLeavesConnectionsInTheKernel(Scheduling scheduling) throws Exception {
    try (Net net = open(scheduling)) {
      String address =
          serve(
              net,
              conn -> {
                conn.write(new byte[] {1});
                conn.read(new byte[1]);
              },
              1);
      Conn first = net.dial("tcp", address);
      try (Conn second = net.dial("tcp", address)) {
        assertThat(first.read(new byte[1])).isEqualTo(1);
        second.setReadTimeout(Duration.ofMillis(100));
        assertThatExceptionOfType(SocketTimeoutException.class)
            .isThrownBy(() -> second.read(new byte[1]));
        second.setReadDeadline(null);
        first.close();
        assertThat(second.read(new byte[1])).isEqualTo(1);
      }
    }
  }
}
