package io.weft.server.peers;

import static io.weft.server.peers.PackagedProxy.upstream;
import static io.weft.server.peers.PackagedProxy.value;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.weft.server.proxy.Runner;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: an upstream that is killed under load costs the sessions that it has at that moment, and no
 * other one; once it is back it is used again.
 */
@ParameterizedClass
@MethodSource("io.weft.server.proxy.Runner#pollers")
class KilledUpstreamIT {
  private static final int CLIENTS = 6;
  private static final int SESSIONS_MIN = 100;
  private static final int ANSWER_BYTES = "$8\r\nclient-0\r\n".length();
  private static final int PATIENCE_MILLIS = 30_000;

  private final Runner runner;
  @TempDir private Path directory;

  KilledUpstreamIT(Runner runner) {
    this.runner = runner;
  }

  @Test
  void onlyTheSessionsOfAKilledUpstreamFail() throws Exception {
    Program.require("redis-server");
    int[] ports = {Program.freePort(), Program.freePort(), Program.freePort()};
    try (Program _ = RedisIT.redis(directory, ports[0]);
        Program _ = RedisIT.redis(directory, ports[1]);
        Program victim = RedisIT.redis(directory, ports[2]);
        PackagedProxy proxy =
            PackagedProxy.start(
                runner,
                "--upstream " + upstream(ports[0]),
                "--upstream " + upstream(ports[1]),
                "--upstream " + upstream(ports[2]),
                "--health-interval 200ms")) {
      int descriptors = proxy.descriptors();
      AtomicBoolean stopped = new AtomicBoolean();
      Clients clients = load(proxy, stopped);
      Sessions sessions = new Sessions(proxy, upstream(ports[2]));
      for (int port : ports) {
        sessions.await(port);
      }
      victim.kill();
      proxy.awaitNews("is down: ");
      sessions.await(ports[0]);
      try (Program _ = RedisIT.redis(directory, ports[2])) {
        proxy.awaitNews(upstream(ports[2]) + " is up");
        sessions.await(ports[2]);
        stopped.set(true);
        int failures = clients.sum();
        proxy.awaitDescriptors(descriptors + 2 * CLIENTS);
        proxy.end().forEach(sessions::note);

        assertThat(failures).isEqualTo(sessions.failed).isLessThanOrEqualTo(CLIENTS);
        assertThat(proxy.process().err())
            .allSatisfy(line -> assertThat(line).contains(upstream(ports[2])));
      }
    }
  }

  /** What the log tells, of sessions that end well or may fail. */
  private static final class Sessions {
    private final PackagedProxy proxy;
    private final String victim;
    private Map<String, Integer> served = new HashMap<>();
    private int failed;

    Sessions(PackagedProxy proxy, String victim) {
      this.proxy = proxy;
      this.victim = victim;
    }

    /** Waits until an upstream has served so many from now on. */
    void await(int port) throws InterruptedException {
      served = new HashMap<>();
      while (served.getOrDefault(upstream(port), 0) < SESSIONS_MIN) {
        note(proxy.session());
      }
    }

    void note(JsonObject session) {
      // of a process that is killed the kernel ends some connections and resets others
      if (session.get("bytes-to-client").getAsInt() == ANSWER_BYTES) {
        served.merge(value(session, "upstream"), 1, Integer::sum);
      } else {
        failed++;
        assertThat(value(session, "upstream")).as("%s", session).isEqualTo(victim);
        assertThat(value(session, "ended-by")).as("%s", session).isEqualTo("server");
        assertThat(value(session, "cause")).as("%s", session).matches("eof|reset");
      }
    }
  }

  /** Starts clients, each of which returns how many of its sessions have failed. */
  private static Clients load(PackagedProxy proxy, AtomicBoolean stopped) {
    return new Clients(
        CLIENTS,
        i ->
            () -> {
              int failures = 0;
              while (!stopped.get()) {
                failures += isServed(proxy, "client-" + i) ? 0 : 1;
              }
              return failures;
            });
  }

  private static boolean isServed(PackagedProxy proxy, String text) {
    try (Socket socket = new Socket(Program.loopback(), proxy.port())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write("ECHO %s\r\n".formatted(text).getBytes(US_ASCII));
      String expected = "$%d\r\n%s\r\n".formatted(text.length(), text);
      String answer = new String(socket.getInputStream().readNBytes(ANSWER_BYTES), US_ASCII);
      assertThat(expected).hasSize(ANSWER_BYTES).startsWith(answer);
      return answer.equals(expected);
    } catch (IOException e) {
      return false;
    }
  }
}
