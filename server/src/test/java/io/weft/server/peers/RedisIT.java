package io.weft.server.peers;

import static io.weft.server.peers.PackagedProxy.upstream;
import static io.weft.server.peers.PackagedProxy.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.weft.server.proxy.Runner;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: Redis behind the proxy serves its own tools, and is checked by its own protocol. */
@ParameterizedClass
@MethodSource("io.weft.server.proxy.Runner#pollers")
class RedisIT {
  private final Runner runner;
  @TempDir private Path directory;
  private int port;

  RedisIT(Runner runner) {
    this.runner = runner;
  }

  @BeforeEach
  void choosePort() throws Exception {
    Program.require("redis-server", "redis-cli", "redis-benchmark");
    port = Program.freePort();
  }

  @Test
  void redisServesItsOwnToolsOnManyConnectionsAtOnce() throws Exception {
    try (Program _ = redis(directory, port);
        PackagedProxy proxy =
            PackagedProxy.start(runner, "--upstream " + upstream(port), "--health-interval 0s")) {
      Program.run(
          directory,
          "redis-benchmark -p %d -q -e -c 25 -P 8 -n 10000 -d 500 -t set,get,lrange_100,mset"
              .formatted(proxy.port()));
      assertThat(cli(proxy, "llen mylist")).isEqualTo("10000");
      assertThat(proxy.end())
          .hasSizeGreaterThan(25)
          .allMatch(session -> value(session, "cause").matches("eof|reset"))
          .allMatch(session -> value(session, "ended-by").equals("client"));
      assertThat(proxy.process().err()).isEmpty();
    }
  }

  @Test
  void aRedisThatIsKilledIsNoticedByPingAndUsedAgainOnceItIsBack() throws Exception {
    try (Program first = redis(directory, port);
        PackagedProxy proxy =
            PackagedProxy.start(
                runner,
                "--upstream " + upstream(port),
                "--health-interval 50ms",
                "--health-send PING\\r\\n",
                "--health-expect +PONG\\r\\n")) {
      assertThat(cli(proxy, "set key value")).isEqualTo("OK");
      assertThat(value(proxy.session(), "cause")).isEqualTo("eof");
      first.kill();
      proxy.awaitNews("is down: ");
      try (Socket refused = new Socket(Program.loopback(), proxy.port())) {
        assertThatIOException()
            .isThrownBy(() -> refused.getInputStream().read())
            .withMessage("Connection reset");
      }
      assertThat(value(proxy.session(), "cause")).isEqualTo("no-upstream");
      try (Program _ = redis(directory, port)) {
        proxy.awaitNews("is up");
        assertThat(cli(proxy, "set key again")).isEqualTo("OK");
        assertThat(value(proxy.session(), "cause")).isEqualTo("eof");
      }
    }
  }

  private String cli(PackagedProxy proxy, String command) throws Exception {
    return Program.run(directory, "redis-cli -p %d %s".formatted(proxy.port(), command)).strip();
  }

  static Program redis(Path directory, int port) throws Exception {
    return Program.serve(
        directory, port, "redis-server --port %d --bind 127.0.0.1 --appendonly no".formatted(port));
  }
}
