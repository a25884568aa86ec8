package io.weft.server.peers;

import static io.weft.server.peers.PackagedProxy.upstream;
import static io.weft.server.peers.PackagedProxy.value;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.weft.server.proxy.Runner;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: HAProxy on either side understands the headers, and is understood. */
@ParameterizedClass
@MethodSource("io.weft.server.proxy.Runner#pollers")
class HaproxyIT {
  private static final String DEFAULTS =
      """
      global
        maxconn 100
      defaults
        timeout connect 10s
        timeout client 10s
        timeout server 10s
      """;

  private final Runner runner;
  @TempDir private Path directory;

  HaproxyIT(Runner runner) {
    this.runner = runner;
  }

  @BeforeEach
  void require() {
    Program.require("haproxy", "curl");
  }

  /**
   * curl, HAProxy, Weft, HAProxy: the client's address goes all the way, and checks are nobody's.
   */
  @Test
  void theClientIsKnownBehindTwoProxies() throws Exception {
    int front = Program.freePort();
    int back = Program.freePort();
    try (Program _ = haproxy("back", back, who(back));
        PackagedProxy proxy =
            PackagedProxy.start(
                runner,
                "--upstream " + upstream(back),
                "--accept-proxy 127.0.0.1",
                "--send-proxy v2");
        Program _ = haproxy("front", front, front(front, proxy.port()))) {
      String[] heard =
          Program.run(
                  directory, "curl -q -sSf -w ,127.0.0.1:%{local_port} http://127.0.0.1:" + front)
              .split(",", -1);
      assertThat(heard[0]).isEqualTo(heard[1]);
      boolean checked = false;
      boolean served = false;
      while (!checked || !served) {
        JsonObject session = proxy.session();
        assertThat(value(session, "phase")).as("%s", session).matches("data|last-data");
        assertThat(value(session, "cause")).as("%s", session).matches("eof|reset");
        // the address in a header of version 2; its command LOCAL, which checks have, hides it
        boolean isCurls = value(session, "client").equals(heard[1]);
        served |= isCurls && !value(session, "peer").isEmpty();
        checked |= !isCurls && value(session, "peer").isEmpty();
      }
      assertThat(proxy.process().err()).isEmpty();
    }
  }

  // says whom it takes for its client
  private static String who(int port) {
    return """
    frontend who
      mode http
      bind 127.0.0.1:%d accept-proxy
      http-request return status 200 content-type text/plain lf-string "%%[src]:%%[src_port]"
    """
        .formatted(port);
  }

  private static String front(int port, int proxyPort) {
    return """
    listen front
      mode http
      bind 127.0.0.1:%d
      unique-id-format %%[uuid()]
      option httpchk GET /
      option http-server-close
      server weft 127.0.0.1:%d send-proxy-v2 proxy-v2-options crc32c,unique-id check inter 50ms
    """
        .formatted(port, proxyPort);
  }

  private Program haproxy(String name, int port, String section) throws Exception {
    Path config = Files.writeString(directory.resolve(name + ".cfg"), DEFAULTS + section);
    return Program.serve(directory, port, "haproxy -db -f " + config);
  }
}
