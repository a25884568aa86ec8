package io.weft.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.weft.Network;
import io.weft.server.proxy.SessionRecord;
import io.weft.server.upstream.UpstreamSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Goal: what the endpoint tells is what is, and asking changes nothing. */
class AdminTest {
  private static final int SESSIONS = 200;

  @Test
  void metricsAreTheSumOfTheAccessLogAfterAMixedLoad() throws Exception {
    try (Echo echo = new Echo();
        TestingServer server = new TestingServer()) {
      server.start(
          Map.of(
              "web", echo.spec("one"),
              "narrow", echo.spec("two").withSessionsMax(1),
              "down", UpstreamSpec.of("gone", Network.TCP, "127.0.0.1:" + unusedPort())));
      load(server, new Random(42));

      List<SessionRecord> log = sessions(server, SESSIONS);
      Samples metrics = Samples.parse(server.http().get("/metrics").body());

      assertThat(causes(log)).contains("eof", "reset", "queue-full", "connect-refused");
      endingsAgree(log, metrics);
      sumsAgree(log, metrics);
      assertThat(metrics.of("weft_sessions_open", Map.of()))
          .hasSize(3)
          .allSatisfy(each -> assertThat(each.value()).isZero());
    }
  }

  private static void load(TestingServer server, Random random) throws IOException {
    try (Socket holder = exchange(server, "narrow", 1)) {
      for (int i = 1; i < SESSIONS; i++) {
        int bytes = random.nextInt(1, 50_000);
        switch (i % 5) {
          case 0 -> end(server.dial("down"));
          case 1 -> end(server.dial("narrow"));
          case 2 -> reset(exchange(server, "web", bytes));
          case 3 -> {
            Socket client = server.dial("web");
            client.getOutputStream().write(Echo.RESET);
            end(client);
          }
          default -> end(exchange(server, "web", bytes));
        }
      }
      end(holder);
    }
  }

  private static Socket exchange(TestingServer server, String service, int bytes)
      throws IOException {
    Socket client = server.dial(service);
    byte[] sent = new byte[bytes];
    client.getOutputStream().write(sent);
    assertThat(client.getInputStream().readNBytes(bytes)).isEqualTo(sent);
    return client;
  }

  // waits for the end, whatever it is
  private static void end(Socket client) throws IOException {
    try (client) {
      client.shutdownOutput();
      client.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      assertThat(e).isInstanceOf(SocketException.class);
    }
  }

  private static void reset(Socket client) throws IOException {
    client.setSoLinger(true, 0);
    client.close();
  }

  private static List<SessionRecord> sessions(TestingServer server, int count)
      throws InterruptedException {
    List<SessionRecord> log = new ArrayList<>();
    while (log.size() < count) {
      SessionRecord next = server.ended().poll(30, TimeUnit.SECONDS);
      assertThat(next).as("session %d of %d", log.size(), count).isNotNull();
      log.add(next);
    }
    return log;
  }

  private static List<String> causes(List<SessionRecord> log) {
    return log.stream().map(each -> each.ending().cause().toString()).distinct().toList();
  }

  private static void endingsAgree(List<SessionRecord> log, Samples metrics) {
    Map<Map<String, String>, Long> endings =
        log.stream()
            .collect(
                Collectors.groupingBy(
                    each ->
                        Map.of(
                            "ended_by", each.ending().by().toString(),
                            "phase", each.ending().phase().toString(),
                            "cause", each.ending().cause().toString()),
                    Collectors.counting()));
    endings.forEach(
        (labels, count) ->
            assertThat(metrics.sum("weft_sessions_total", labels))
                .as("%s", labels)
                .isEqualTo((double) count));
    assertThat(metrics.sum("weft_sessions_total", Map.of())).isEqualTo(log.size());
  }

  private static void sumsAgree(List<SessionRecord> log, Samples metrics) {
    assertThat(metrics.sum("weft_session_bytes_total", Map.of("direction", "to-server")))
        .isEqualTo(log.stream().mapToDouble(each -> each.measures().bytes().toServer()).sum())
        .isPositive();
    assertThat(metrics.sum("weft_session_bytes_total", Map.of("direction", "to-client")))
        .isEqualTo(log.stream().mapToDouble(each -> each.measures().bytes().toClient()).sum())
        .isPositive();
    assertThat(metrics.sum("weft_session_duration_seconds_sum", Map.of()))
        .isCloseTo(
            log.stream().mapToLong(each -> each.measures().total()).sum() / 1e9, within(1e-6));
    assertThat(metrics.sum("weft_session_connect_seconds_sum", Map.of()))
        .isCloseTo(
            log.stream().mapToLong(each -> each.measures().connect()).sum() / 1e9, within(1e-6));
    assertThat(metrics.sum("weft_session_connect_seconds_count", Map.of()))
        .isEqualTo((double) log.stream().filter(each -> each.to().tries() > 0).count());
    assertThat(
            metrics.sum("weft_upstream_connects_total", Map.of())
                + metrics.sum("weft_upstream_connect_failures_total", Map.of()))
        .isEqualTo(log.stream().mapToInt(each -> each.to().tries()).sum());
  }

  @Test
  void metricsTellOfTheProcessToo() throws Exception {
    try (Echo echo = new Echo();
        TestingServer server = new TestingServer()) {
      server.start(Map.of("web", echo.spec("a \"quoted\"\\name\n")));
      server.dial("web").close();
      assertThat(server.ended().take()).isNotNull();
      HttpResponse<String> answer = server.http().get("/metrics");
      assertThat(answer.headers().firstValue("content-type"))
          .hasValue("text/plain; version=0.0.4; charset=utf-8");
      Samples metrics = Samples.parse(answer.body());
      assertThat(metrics.sum("weft_info", Map.of("version", "1.2.3"))).isEqualTo(1);
      assertThat(metrics.sum("weft_poller_info", Map.of("poller", "nio"))).isEqualTo(1);
      assertThat(metrics.sum("weft_ready", Map.of())).isEqualTo(1);
      assertThat(metrics.of("weft_upstream_state", Map.of("upstream", "a \"quoted\"\\name\n")))
          .filteredOn(each -> each.value() == 1)
          .singleElement()
          .satisfies(each -> assertThat(each.labels()).containsEntry("state", "up"));
      Map<String, String> loop = Map.of("loop", "weft-nio-0");
      assertThat(metrics.sum("weft_loop_polls_total", loop)).isPositive();
      assertThat(metrics.sum("weft_loop_events_total", loop)).isPositive();
      for (String name :
          List.of(
              "jvm_memory_used_bytes",
              "jvm_buffer_memory_used_bytes",
              "jvm_threads_live_threads",
              "process_files_open_files",
              "process_uptime_seconds")) {
        assertThat(metrics.sum(name, Map.of())).as(name).isPositive();
      }
      assertThat(metrics.all()).allSatisfy(each -> assertThat(each.help()).isNotEmpty());
    }
  }

  @Test
  void askingASessionThatMovesBytesTellsThemAndLosesNone() throws Exception {
    int bytes = 20_000_000;
    try (Echo echo = new Echo();
        TestingServer server = new TestingServer()) {
      server.start(Map.of("web", echo.spec("one")));
      try (Socket client = server.dial("web")) {
        byte[] sent = new byte[bytes];
        new Random(7).nextBytes(sent);
        sent[0] = 0;
        AtomicBoolean done = new AtomicBoolean();
        Thread asking = Thread.ofPlatform().start(() -> ask(server, done));
        Thread writing = Thread.ofPlatform().start(() -> write(client, sent));
        InputStream in = client.getInputStream();
        assertThat(Arrays.equals(in.readNBytes(bytes), sent)).as("the same bytes").isTrue();
        done.set(true);
        asking.join();
        writing.join();

        JsonObject session = onlySession(server);
        assertThat(session.get("bytes-to-server").getAsLong()).isEqualTo(bytes);
        assertThat(session.get("bytes-to-client").getAsLong()).isEqualTo(bytes);
        assertThat(session.get("phase").getAsString()).isEqualTo("data");
        assertThat(session.get("upstream").getAsString()).isEqualTo("one");
        assertThat(session.get("client").getAsString())
            .isEqualTo("127.0.0.1:" + client.getLocalPort());
        assertThat(session.get("age-ms").getAsLong())
            .isGreaterThanOrEqualTo(session.get("idle-ms").getAsLong());
        client.shutdownOutput();
        assertThat(in.read()).isEqualTo(-1);
      }
      assertThat(sessions(server, 1).getFirst().measures().bytes())
          .isEqualTo(new SessionRecord.Bytes(bytes, bytes));
    }
  }

  private static void write(Socket client, byte[] sent) {
    try {
      client.getOutputStream().write(sent);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void ask(TestingServer server, AtomicBoolean done) {
    try {
      while (!done.get()) {
        onlySession(server);
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonObject onlySession(TestingServer server)
      throws IOException, InterruptedException {
    JsonArray sessions =
        JsonParser.parseString(server.http().get("/sessions").body())
            .getAsJsonObject()
            .getAsJsonArray("sessions");
    assertThat(sessions).hasSize(1);
    return sessions.get(0).getAsJsonObject();
  }

  @Test
  void sessionsAreAsManyAsAskedForTheOldestFirst() throws Exception {
    try (Echo echo = new Echo();
        TestingServer server = new TestingServer()) {
      server.start(Map.of("web", echo.spec("one")));
      try (Socket first = exchange(server, "web", 1);
          Socket second = exchange(server, "web", 1)) {
        assertThat(second.isConnected()).isTrue();
        JsonObject one =
            JsonParser.parseString(server.http().get("/sessions?limit=1").body()).getAsJsonObject();
        assertThat(one.get("open").getAsInt()).isEqualTo(2);
        assertThat(one.getAsJsonArray("sessions")).hasSize(1);
        assertThat(one.getAsJsonArray("sessions").get(0).getAsJsonObject().get("client"))
            .hasToString("\"127.0.0.1:" + first.getLocalPort() + "\"");
        for (String wrong : List.of("-1", "many", "10001", "")) {
          HttpResponse<String> answer = server.http().get("/sessions?limit=" + wrong);
          assertThat(answer.statusCode()).as(wrong).isEqualTo(400);
        }
      }
    }
  }

  @Test
  void sessionsOfAServiceThatIsGoneAreShownUntilTheyEnd() throws Exception {
    try (Echo echo = new Echo();
        TestingServer server = new TestingServer()) {
      server.start(Map.of("web", echo.spec("one")));
      try (Socket last = exchange(server, "web", 1)) {
        assertThat(onlySession(server).has("leaving")).isFalse();
        assertThat(server.server().change(List.of(), Duration.ofMinutes(1))).isEmpty();

        JsonObject shown = onlySession(server);
        assertThat(shown.get("service").getAsString()).isEqualTo("web");
        assertThat(shown.get("leaving").getAsBoolean()).isTrue();
        assertThat(server.http().get("/").body()).contains("web (leaving)");
        assertThat(server.http().get("/metrics").body())
            .contains("weft_sessions_open{service=\"web\",type=\"proxy\"} 1");
        last.shutdownOutput();
        assertThat(last.getInputStream().read()).isEqualTo(-1);
      }
      assertThat(server.ended().poll(30, TimeUnit.SECONDS)).isNotNull();
      while (!server.server().leaving().isEmpty()) {
        Thread.onSpinWait();
      }
      assertThat(server.http().get("/sessions").body()).contains("\"open\": 0");
    }
  }

  @Test
  void theConfigurationNamesTheOptionsAndKeepsSecrets() throws Exception {
    try (Echo echo = new Echo();
        TestingServer server = new TestingServer()) {
      server.start(Map.of("web", echo.spec("one").withWeight(3)));
      String text = server.http().get("/config").body();
      assertThat(text).doesNotContain(TestingServer.SECRET);
      JsonObject json = JsonParser.parseString(text).getAsJsonObject();
      assertThat(json.get("poller").getAsString()).isEqualTo("nio");
      JsonObject web = json.getAsJsonArray("services").get(0).getAsJsonObject();
      assertThat(web.get("balance").getAsString()).isEqualTo("round-robin");
      assertThat(web.get("idle-timeout").getAsString()).isEqualTo("60m");
      assertThat(web.get("health-send").getAsString()).isEqualTo("11 bytes");
      assertThat(web.getAsJsonArray("upstream").get(0).getAsJsonObject().get("weight").getAsInt())
          .isEqualTo(3);
    }
  }

  @Test
  void itIsAliveBeforeItIsReady() throws Exception {
    try (Echo echo = new Echo();
        TestingServer server = new TestingServer()) {
      assertThat(server.http().get("/healthz").statusCode()).isEqualTo(200);
      HttpResponse<String> before = server.http().get("/readyz");
      assertThat(before.statusCode()).isEqualTo(503);
      assertThat(before.body()).isEqualTo("not ready: the server starts\n");
      server.start(Map.of("web", echo.spec("one")));
      HttpResponse<String> then = server.http().get("/readyz");
      assertThat(then.statusCode()).isEqualTo(200);
      assertThat(then.body()).isEqualTo("ready\n");
      server.server().drain(Duration.ZERO);
      HttpResponse<String> after = server.http().get("/readyz");
      assertThat(after.statusCode()).isEqualTo(503);
      assertThat(after.body()).startsWith("not ready: the server drains");
    }
  }

  @Test
  void thePageEscapesWhatItShows() throws Exception {
    try (Echo echo = new Echo();
        TestingServer server = new TestingServer()) {
      server.start(Map.of("<b>\"web\"", echo.spec("<script>alert('&')</script>")));
      HttpResponse<String> page = server.http().get("/");
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.body())
          .contains("&lt;b&gt;&quot;web&quot;")
          .contains("&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;")
          .doesNotContain("<script>alert");
      assertThat(server.http().get("/status.css").headers().firstValue("content-type"))
          .hasValue("text/css; charset=utf-8");
      assertThat(server.http().get("/status.js").headers().firstValue("content-type"))
          .hasValue("text/javascript; charset=utf-8");
    }
  }

  private static int unusedPort() throws IOException {
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return unused.getLocalPort();
    }
  }
}
