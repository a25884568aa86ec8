package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.weft.server.admin.Samples;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: {@code --admin} tells the truth about a server in a process of its own. */
class AdminServerTest {
  @TempDir private Path directory;

  @Test
  void readinessEndsWithTheDrainWhileSessionsGoOn() throws Exception {
    try (ServerSocket backend = PlainSockets.backend();
        WeftProcess weft = proxy(backend, "--access-log", "off")) {
      String admin = admin(weft);
      int port = port(weft);
      assertThat(get(admin + "/readyz").statusCode()).isEqualTo(200);
      try (Socket client = PlainSockets.connect(port);
          Socket server = backend.accept()) {
        PlainSockets.exchange(client, server);
        weft.terminate();
        assertThat(weft.line()).startsWith("draining: connections=1");
        HttpResponse<String> answer = get(admin + "/readyz");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(get(admin + "/healthz").statusCode()).isEqualTo(200);
        PlainSockets.exchange(client, server);
        client.shutdownOutput();
        server.shutdownOutput();
        assertThat(client.getInputStream().read()).isEqualTo(-1);
      }
      assertThat(weft.exitCode()).isZero();
      assertThat(weft.err()).isEmpty();
    }
  }

  @Test
  void itsMetricsAreTheSumOfItsAccessLog() throws Exception {
    Path log = directory.resolve("access.log");
    try (ServerSocket backend = PlainSockets.backend();
        WeftProcess weft = proxy(backend, "--access-log", log.toString())) {
      String admin = admin(weft);
      int port = port(weft);
      for (int i = 0; i < 10; i++) {
        try (Socket client = PlainSockets.connect(port);
            Socket server = backend.accept()) {
          PlainSockets.exchange(client, server);
          if (i % 2 == 0) {
            client.setSoLinger(true, 0);
          }
        }
      }
      while (lines(log).size() < 10) {
        Thread.onSpinWait();
      }
      Samples metrics = Samples.parse(get(admin + "/metrics").body());
      assertThat(metrics.sum("weft_sessions_total", Map.of("service", "proxy"))).isEqualTo(10);
      for (String direction : List.of("to-server", "to-client")) {
        assertThat(metrics.sum("weft_session_bytes_total", Map.of("direction", direction)))
            .isEqualTo(
                lines(log).stream()
                    .mapToDouble(line -> line.get("bytes-" + direction).getAsDouble())
                    .sum())
            .isEqualTo(40);
      }
    }
  }

  private static List<JsonObject> lines(Path log) throws IOException {
    return Files.readAllLines(log).stream()
        .filter(line -> line.endsWith("}"))
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .toList();
  }

  @Test
  void healthAsksTheAdminEndpoint() throws Exception {
    try (WeftProcess echo =
        WeftProcess.start(
            "echo", "--listen", "tcp://127.0.0.1:0", "--admin", "tcp://127.0.0.1:0")) {
      String url = admin(echo).replace("http:", "tcp:");
      assertThat(echo.line()).startsWith("ready: echo on ");
      try (WeftProcess health = WeftProcess.start("health", "--admin", url)) {
        assertThat(health.exitCode()).as("%s", health.err()).isZero();
        assertThat(health.rest()).containsExactly("healthy: " + url + " answers: ready");
      }
    }
  }

  @Test
  void aProxyWithoutAnUpstreamIsNotReadyUnlessItIsSetSo() throws Exception {
    int port;
    try (ServerSocket unused = PlainSockets.backend()) {
      port = unused.getLocalPort();
    }
    String[] args = {
      "proxy",
      "--listen",
      "tcp://127.0.0.1:0",
      "--upstream",
      "tcp://127.0.0.1:" + port,
      "--admin",
      "tcp://127.0.0.1:0"
    };
    try (WeftProcess weft = WeftProcess.start(args)) {
      String url = admin(weft).replace("http:", "tcp:");
      assertThat(weft.line()).startsWith("ready: proxy on ");
      while (get(url.replace("tcp:", "http:") + "/readyz").statusCode() == 200) {
        Thread.onSpinWait();
      }
      try (WeftProcess health = WeftProcess.start("health", "--admin", url)) {
        assertThat(health.exitCode()).isEqualTo(1);
        assertThat(health.err())
            .containsExactly("weft: " + url + " answers 503: not ready: proxy: no upstream is up");
      }
    }
    String[] lenient = Arrays.copyOf(args, args.length + 2);
    lenient[args.length] = "--ready-when";
    lenient[args.length + 1] = "serving";
    try (WeftProcess weft = WeftProcess.start(lenient)) {
      String admin = admin(weft);
      assertThat(weft.line()).startsWith("ready: proxy on ");
      while (!get(admin + "/metrics")
          .body()
          .contains("state=\"down\",upstream=\"tcp://127.0.0.1:" + port + "\"} 1.0")) {
        Thread.onSpinWait();
      }
      assertThat(get(admin + "/readyz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aConfigurationFileHasItToo() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("weft.yaml"),
            """
            admin: tcp://:0
            ready-when: serving
            access-log: off
            services:
              - name: front
                type: proxy
                listen: tcp://127.0.0.1:0
                upstream: tcp://127.0.0.1:9
                idle-timeout: 5m
            """);
    try (WeftProcess weft = WeftProcess.start("run", "--config", file.toString())) {
      String admin = admin(weft);
      assertThat(weft.line()).startsWith("ready: front on ");
      assertThat(get(admin + "/readyz").body()).isEqualTo("ready\n");
      JsonObject config = JsonParser.parseString(get(admin + "/config").body()).getAsJsonObject();
      assertThat(config.get("ready-when").getAsString()).isEqualTo("serving");
      assertThat(
              config
                  .getAsJsonArray("services")
                  .get(0)
                  .getAsJsonObject()
                  .get("idle-timeout")
                  .getAsString())
          .isEqualTo("5m");
    }
  }

  @Test
  void anEndpointForEverybodyIsWarnedOf() throws Exception {
    try (WeftProcess weft =
        WeftProcess.start("echo", "--listen", "tcp://127.0.0.1:0", "--admin", "tcp://0.0.0.0:0")) {
      assertThat(weft.line()).startsWith("ready: admin on http://");
      assertThat(weft.line()).startsWith("ready: echo on ");
      weft.terminate();
      assertThat(weft.exitCode()).isZero();
      assertThat(weft.err())
          .singleElement()
          .asString()
          .startsWith("weft: warning: whoever reaches this machine may read all of http://");
    }
  }

  @Test
  void anAddressInUseFailsBeforeAnythingIsServed() throws Exception {
    try (ServerSocket other = PlainSockets.backend();
        WeftProcess weft =
            WeftProcess.start(
                "echo",
                "--listen",
                "tcp://127.0.0.1:0",
                "--admin",
                "tcp://127.0.0.1:" + other.getLocalPort())) {
      assertThat(weft.exitCode()).isEqualTo(1);
      assertThat(weft.rest()).isEmpty();
      assertThat(weft.err())
          .containsExactly(
              "weft: admin on tcp://127.0.0.1:"
                  + other.getLocalPort()
                  + ": Address already in use");
    }
  }

  private static WeftProcess proxy(ServerSocket backend, String... more) throws IOException {
    List<String> args =
        new ArrayList<>(
            List.of(
                "proxy",
                "--listen",
                "tcp://127.0.0.1:0",
                "--upstream",
                "tcp://127.0.0.1:" + backend.getLocalPort(),
                "--health-interval",
                "0s",
                "--poller",
                "nio",
                "--admin",
                "tcp://127.0.0.1:0"));
    args.addAll(List.of(more));
    return WeftProcess.start(args.toArray(String[]::new));
  }

  private static String admin(WeftProcess weft) throws InterruptedException {
    String line = weft.line();
    assertThat(line).matches("ready: admin on http://127\\.0\\.0\\.1:\\d+");
    return line.replaceAll(".* ", "");
  }

  private static int port(WeftProcess weft) throws InterruptedException {
    return Integer.parseInt(weft.line().replaceAll(".*://127\\.0\\.0\\.1:(\\d+) .*", "$1"));
  }

  private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }
  }
}
