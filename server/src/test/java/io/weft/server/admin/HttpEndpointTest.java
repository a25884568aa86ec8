package io.weft.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.weft.Network;
import io.weft.server.notation.SocketUrl;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: pages are served as HTTP has it, and no client takes more than its share. */
class HttpEndpointTest {
  private static final SocketUrl FREE = new SocketUrl(Network.TCP, "127.0.0.1:0");
  private static final Map<String, Page> PAGES =
      Map.of(
          "/", query -> Answer.plain(Answer.OK, "name=" + query.apply("name")),
          "/big", _ -> Answer.plain(Answer.OK, "x".repeat(20_000_000)),
          "/fault",
              _ -> {
                throw new IllegalStateException("the inside");
              });

  @TempDir private Path directory;

  @Test
  void aPageIsServedWithItsQuery() throws Exception {
    try (HttpEndpoint http = open()) {
      HttpResponse<String> answer = client(http).get("/?name=a%20%26b");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("name=a &b\n");
      assertThat(answer.headers().map())
          .containsEntry("content-type", List.of("text/plain; charset=utf-8"))
          .containsEntry("cache-control", List.of("no-store"))
          .containsEntry("x-content-type-options", List.of("nosniff"))
          .containsKey("content-security-policy")
          .doesNotContainKey("server");
    }
  }

  @Test
  void aPathWithoutAPageIsNotFoundAndNamesThoseThatAre() throws Exception {
    try (HttpEndpoint http = open()) {
      HttpResponse<String> answer = client(http).get("/nothing");
      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(answer.body()).isEqualTo("not found; there are /, /big, /fault\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS"})
  void aMethodThatChangesThingsIsNotAllowed(String method) throws Exception {
    try (HttpEndpoint http = open()) {
      HttpResponse<String> answer = client(http).send(method, "/");
      assertThat(answer.statusCode()).isEqualTo(405);
      assertThat(answer.headers().firstValue("allow")).hasValue("GET, HEAD");
    }
  }

  @Test
  void headHasTheHeadersOnly() throws Exception {
    try (HttpEndpoint http = open()) {
      String answer = Http.raw(http.bound(), "HEAD / HTTP/1.0\r\n\r\n");
      assertThat(answer)
          .startsWith("HTTP/1.1 200 OK\r\n")
          .containsIgnoringCase("content-length: 10");
      assertThat(answer).endsWith("\r\n\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"nonsense\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET /%zz HTTP/1.0\r\n\r\n"})
  void whatIsNoRequestIsToldSo(String request) throws Exception {
    try (HttpEndpoint http = open()) {
      assertThat(Http.raw(http.bound(), request)).startsWith("HTTP/1.1 400 ").doesNotContain("<");
    }
  }

  @Test
  void headersThatAreTooLongAreRefused() throws Exception {
    try (HttpEndpoint http = open()) {
      String request = "GET / HTTP/1.0\r\nlong: " + "x".repeat(10_000) + "\r\n\r\n";
      assertThat(Http.raw(http.bound(), request)).startsWith("HTTP/1.1 431 ");
    }
  }

  @Test
  void aFaultIsToldWithoutItsInside() throws Exception {
    try (HttpEndpoint http = open()) {
      assertThat(Http.raw(http.bound(), "GET /fault HTTP/1.0\r\n\r\n"))
          .startsWith("HTTP/1.1 500 ")
          .doesNotContain("Exception", "inside");
    }
  }

  @Test
  void aUnixSocketServesTheSame() throws Exception {
    SocketUrl url = new SocketUrl(Network.UNIX, directory.resolve("admin.sock").toString());
    try (HttpEndpoint http = HttpEndpoint.open(url, PAGES, HttpEndpoint.Bounds.DEFAULT)) {
      assertThat(http.bound()).isEqualTo(url);
      assertThat(http.isOpenToOthers()).isFalse();
      assertThat(Http.raw(url, "GET / HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200 OK");
    }
    assertThat(Files.exists(Path.of(url.address()))).isFalse();
  }

  @Test
  void anAddressInUseIsNamed() throws Exception {
    try (HttpEndpoint http = open()) {
      assertThatIOException()
          .isThrownBy(() -> HttpEndpoint.open(http.bound(), PAGES, HttpEndpoint.Bounds.DEFAULT))
          .withMessage("admin on " + http.bound() + ": Address already in use");
    }
  }

  @Test
  void anAddressOfEverybodyIsKnownAsSuch() throws Exception {
    SocketUrl everywhere = new SocketUrl(Network.TCP, ":0");
    try (HttpEndpoint open = HttpEndpoint.open(everywhere, PAGES, HttpEndpoint.Bounds.DEFAULT);
        HttpEndpoint local = open()) {
      assertThat(open.isOpenToOthers()).isTrue();
      assertThat(local.isOpenToOthers()).isFalse();
    }
  }

  @Test
  void silentClientsMakeRoomForOthers() throws Exception {
    HttpEndpoint.Bounds few =
        new HttpEndpoint.Bounds(4, Duration.ofMillis(300), Duration.ofSeconds(20));
    List<Socket> silent = new ArrayList<>();
    try (HttpEndpoint http = HttpEndpoint.open(FREE, PAGES, few)) {
      for (int i = 0; i < 20; i++) {
        silent.add(connect(http));
      }
      assertThat(client(http).get("/").statusCode()).isEqualTo(200);
    } finally {
      for (Socket each : silent) {
        each.close();
      }
    }
  }

  @Test
  void aClientThatTricklesIsCutOff() throws Exception {
    HttpEndpoint.Bounds brief =
        new HttpEndpoint.Bounds(4, Duration.ofSeconds(20), Duration.ofMillis(500));
    try (HttpEndpoint http = HttpEndpoint.open(FREE, PAGES, brief);
        Socket client = connect(http)) {
      client.setSoTimeout(20);
      client.getOutputStream().write("GET / HTTP/1.1\r\nslow: ".getBytes(StandardCharsets.UTF_8));
      assertThat(isCutOffWhileItTrickles(client)).isTrue();
    }
  }

  private static boolean isCutOffWhileItTrickles(Socket client) throws IOException {
    for (int i = 0; i < 1000; i++) {
      try {
        client.getOutputStream().write('x');
        if (client.getInputStream().read() < 0) {
          return true;
        }
      } catch (SocketTimeoutException e) {
        // it waits for more
      } catch (SocketException e) {
        return true;
      }
    }
    return false;
  }

  @Test
  void clientsThatDoNotReadHoldNoThread() throws Exception {
    List<SocketChannel> slow = new ArrayList<>();
    try (HttpEndpoint http = open()) {
      for (int i = 0; i < 16; i++) {
        SocketChannel each = SocketChannel.open(Http.address(http.bound()));
        slow.add(each);
        each.write(ByteBuffer.wrap("GET /big HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8)));
        // its answer has begun
        assertThat(each.read(ByteBuffer.allocate(1))).isEqualTo(1);
      }
      assertThat(client(http).get("/").statusCode()).isEqualTo(200);
    } finally {
      for (SocketChannel each : slow) {
        each.close();
      }
    }
  }

  private static HttpEndpoint open() throws IOException {
    return HttpEndpoint.open(FREE, PAGES, HttpEndpoint.Bounds.DEFAULT);
  }

  private static Http client(HttpEndpoint http) {
    return new Http("http://" + http.bound().address());
  }

  private static Socket connect(HttpEndpoint http) throws IOException {
    Socket socket = new Socket();
    socket.connect(Http.address(http.bound()));
    return socket;
  }
}
