package io.weft.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Goal: a reload says what it changes, and what it cannot change. */
class ConfigChangesTest {
  private static final String PROXY =
      """
      services:
        - name: web
          type: proxy
          listen: [tcp://:8080, tcp://:0]
          upstream: [tcp://a:1, "tcp://b:1"]
      """;

  @Test
  void theSameIsNoChange() throws Exception {
    assertThat(changes(Configs.WHOLE, Configs.WHOLE).summary()).isEqualTo("no change");
  }

  @Test
  void whatComesWhatGoesAndWhatDiffersIsCounted() throws Exception {
    String after =
        """
        drain-timeout: 1s
        services:
          - name: web
            type: proxy
            listen: [tcp://:0, tcp://:8081, tcp://:8082]
            upstream: [tcp://a:1, "tcp://c:1", "tcp://d:1,weight=2"]
            balance: least-conn
          - {name: back, type: echo, listen: "tcp://:0"}
        """;

    assertThat(changes(PROXY, after).summary())
        .isEqualTo(
            "+1 service, ~1 service, +3 listeners, -1 listener, +2 upstreams, -1 upstream,"
                + " drain-timeout changed");
    assertThat(changes(PROXY, PROXY.replace("tcp://b:1", "tcp://b:1,weight=0")).summary())
        .isEqualTo("~1 upstream");
  }

  @Test
  void whatOnlyARestartChangesIsNamed() throws Exception {
    ConfigChanges changes =
        changes(
            Configs.SMALL,
            "poller: nio\nloops: 3\nscheduling: jdk\nadmin: tcp://:1\n" + Configs.SMALL);

    assertThat(changes.summary()).isEqualTo("no change");
    assertThat(changes.fixed()).containsExactly("admin", "loops", "poller", "scheduling");
  }

  private static ConfigChanges changes(String before, String after) throws InvalidConfigException {
    ServerConfig first = Configs.read(before);
    return ConfigChanges.between(first, first, Configs.read(after));
  }
}
