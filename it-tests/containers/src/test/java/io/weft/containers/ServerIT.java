package io.weft.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.containers.inside.EchoClients;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: the server's image serves clients of another container, over each adapter, as narrow as it
 * is, and SIGTERM ends it without cutting anybody off.
 */
@ContainerTest
class ServerIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int PORT = 7000;

  @ParameterizedTest
  @ValueSource(strings = {"nio", "epoll", "io_uring"})
  void anEchoOverEachAdapterIsReadyServesAndDrains(String poller, Images images)
      throws IOException, InterruptedException {
    try (Server server =
        Server.start(Box.of(images.server()).with(Limits.shippedProfile()), "--poller", poller)) {
      assertThat(server.readyLine())
          .startsWith("ready: echo on tcp://127.0.0.1:" + PORT + " (poller=" + poller + ", ");

      assertThat(clients(images, server, 50, 1 << 16).out().strip()).isEqualTo("conversations: 50");
      Box.Ended health =
          Weft.run(server.beside(images.server()), "health", "tcp://127.0.0.1:" + PORT);
      assertThat(health.succeeded().out().strip())
          .isEqualTo("healthy: tcp://127.0.0.1:" + PORT + " answers");

      server.signal("TERM");
      assertThat(server.exitCode()).isZero();
      assertThat(server.out())
          .contains("draining: connections=0, timeout=30s", "stopped: every conversation ended");
      assertThat(server.err()).isEmpty();
    }
  }

  @Test
  void moreClientsThanDescriptorsAreServedOneAfterTheOther(Images images)
      throws IOException, InterruptedException {
    Box narrow = Box.of(images.server()).with(Limits.ulimit("nofile", 256));
    try (Server server = Server.start(narrow, "--poller", "epoll")) {
      assertThat(clients(images, server, 600, 1000).out().strip()).isEqualTo("conversations: 600");

      server.signal("TERM");
      assertThat(server.exitCode()).isZero();
      assertThat(server.out()).contains("stopped: every conversation ended");
    }
  }

  @Test
  void theImageAsItIsBecomesHealthyHasNoShellAndIsNotRoot(Images images)
      throws IOException, InterruptedException {
    try (Server server = Server.start(Box.of(images.server()).with(Limits.readOnly()))) {
      server.awaitHealthy();

      assertThat(
              Script.run("docker", "image", "inspect", "-f", "{{.Config.User}}", images.server()))
          .isEqualTo("65532:65532");
      assertThat(server.startsInside("/bin/sh", "-c", "true")).isFalse();
      assertThat(server.startsInside(Weft.JAVA, "-version")).isTrue();
    }
  }

  private static Box.Ended clients(Images images, Server server, int count, int bytes) {
    List<String> command =
        List.of(
            "java",
            "-XX:+UseSerialGC",
            "-cp",
            "/suite/inside",
            EchoClients.class.getName(),
            Integer.toString(PORT),
            Integer.toString(count),
            Integer.toString(bytes));
    return server.beside(images.suite()).run(LIMIT, command).succeeded();
  }
}
