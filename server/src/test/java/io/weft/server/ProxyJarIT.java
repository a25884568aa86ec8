package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: the packaged proxy, whose jars are open already, outlives a lack of descriptors. */
class ProxyJarIT {
  private static final int DESCRIPTORS = 128;
  private static final int CLIENTS = 200;

  @ParameterizedTest
  @ValueSource(strings = {"nio", "epoll", "io_uring"})
  void aLackOfDescriptorsIsSurvivedAndSaidOnceASecond(String poller) throws Exception {
    try (ServerSocket backend = new ServerSocket(0, 500, InetAddress.getByName("127.0.0.1"));
        WeftProcess weft = proxy(backend, poller)) {
      long begin = System.nanoTime();
      String ready = weft.line();
      int port = Integer.parseInt(ready.replaceAll(".*tcp://127\\.0\\.0\\.1:(\\d+) .*", "$1"));
      List<Socket> clients = new ArrayList<>();
      try {
        for (int i = 0; i < CLIENTS; i++) {
          clients.add(connect(port));
        }
        String line = weft.line();
        while (!line.contains("\"detail\":\"EMFILE\"")) {
          line = weft.line();
        }
        assertThat(line).contains("\"ended-by\":\"proxy\",\"phase\":\"connect\"");
      } finally {
        for (Socket client : clients) {
          client.close();
        }
      }
      Thread server = Thread.ofVirtual().start(() -> serve(backend));
      while (!isServed(port)) {
        // the sessions before it have not all ended yet
      }
      server.interrupt();
      server.join();

      long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
      assertThat(weft.err())
          .hasSizeLessThanOrEqualTo((int) seconds + 1)
          .allSatisfy(said -> assertThat(said).contains(" WARN ", "(EMFILE)"));
      weft.terminate();
      assertThat(weft.exitCode()).isZero();
    }
  }

  private static WeftProcess proxy(ServerSocket backend, String poller) throws IOException {
    String limit = "--nofile=" + DESCRIPTORS + ":" + DESCRIPTORS;
    return WeftProcess.jar(
        List.of("prlimit", limit),
        "proxy",
        "--listen",
        "tcp://127.0.0.1:0",
        "--upstream",
        "tcp://127.0.0.1:" + backend.getLocalPort(),
        "--health-interval",
        "0s",
        "--drain-timeout",
        "1s",
        "--poller",
        poller,
        "--loops",
        "1");
  }

  private static void serve(ServerSocket backend) {
    while (!backend.isClosed()) {
      try (Socket server = backend.accept()) {
        server.getOutputStream().write(server.getInputStream().read());
      } catch (IOException e) {
        // that one was broken off, or it is the end
      }
    }
  }

  private static boolean isServed(int port) throws IOException {
    try (Socket client = connect(port)) {
      client.getOutputStream().write('x');
      return client.getInputStream().read() == 'x';
    } catch (SocketException e) {
      return false;
    }
  }

  private static Socket connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port);
    socket.setSoTimeout(30_000);
    return socket;
  }
}
