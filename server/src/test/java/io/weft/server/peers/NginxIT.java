package io.weft.server.peers;

import static io.weft.server.peers.PackagedProxy.upstream;
import static io.weft.server.peers.PackagedProxy.value;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.weft.server.proxy.Runner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: curl and nginx notice no proxy between them, but for what its header tells nginx. */
@ParameterizedClass
@MethodSource("io.weft.server.proxy.Runner#pollers")
class NginxIT {
  private static final long SEED = 20_261_130;
  private static final int PAGE_BYTES = 2 << 20;
  private static final int PAGES = 8;

  private final Runner runner;
  @TempDir private Path directory;
  private int port;

  NginxIT(Runner runner) {
    this.runner = runner;
  }

  @BeforeEach
  void choosePort() throws Exception {
    Program.require("nginx", "curl");
    port = Program.freePort();
  }

  @Test
  void pagesComeAndFilesGoUnchangedOnOneConnectionAndOnMany() throws Exception {
    Path page = page();
    try (Program _ = nginx("");
        PackagedProxy proxy = PackagedProxy.start(runner, "--upstream " + upstream(port))) {
      String url = "http://127.0.0.1:%d/".formatted(proxy.port());
      curl("-o one-#1 %spage?[1-%d]".formatted(url, PAGES));
      curl("--parallel --parallel-immediate -o many-#1 %spage?[1-%d]".formatted(url, PAGES));
      curl("-T page %ssent".formatted(url));

      for (int i = 1; i <= PAGES; i++) {
        assertThat(directory.resolve("one-" + i)).hasSameBinaryContentAs(page);
        assertThat(directory.resolve("many-" + i)).hasSameBinaryContentAs(page);
      }
      assertThat(directory.resolve("sent")).hasSameBinaryContentAs(page);
      JsonObject first = proxy.session();
      assertThat(value(first, "cause")).isEqualTo("eof");
      assertThat(first.get("bytes-to-client").getAsLong()).isGreaterThan(PAGES * PAGE_BYTES);
      assertThat(proxy.end())
          .hasSizeGreaterThan(2)
          .allMatch(each -> value(each, "cause").equals("eof"));
      assertThat(proxy.process().err()).isEmpty();
    }
  }

  @Test
  void nginxHearsWhoAsksFromAHeaderOfVersion1() throws Exception {
    try (PackagedProxy proxy = proxy("--accept-proxy 192.0.2.0/24", "--send-proxy v1")) {
      nginxHearsWhoAsks(proxy, "");
    }
  }

  @Test
  void aHeaderOfCurlIsHandedOnAsOneOfVersion2() throws Exception {
    try (PackagedProxy proxy = proxy("--accept-proxy 127.0.0.1", "--send-proxy v2")) {
      nginxHearsWhoAsks(proxy, "--haproxy-protocol ");
    }
  }

  // which is up only if nginx understands the header of the checks
  private void nginxHearsWhoAsks(PackagedProxy proxy, String option) throws Exception {
    proxy.awaitNews("is down: ");
    try (Program _ = nginx("proxy_protocol")) {
      proxy.awaitNews("is up");
      String url = "http://127.0.0.1:%d/who".formatted(proxy.port());
      String[] heard = curl(option + "-w ,%{local_port} " + url).split(",", -1);
      assertThat(heard).hasSize(4);
      assertThat(heard[0]).isEqualTo("127.0.0.1");
      assertThat(heard[1]).as("the client's port").isEqualTo(heard[3]);
      assertThat(heard[2]).as("the proxy's port").isEqualTo("" + proxy.port());
      assertThat(value(proxy.session(), "client")).isEqualTo("127.0.0.1:" + heard[1]);
    }
  }

  private PackagedProxy proxy(String accepted, String sent) throws Exception {
    return PackagedProxy.start(
        runner,
        "--upstream " + upstream(port),
        accepted,
        sent,
        "--health-interval 50ms",
        "--health-rise 1",
        "--health-send GET /who HTTP/1.0\\r\\n\\r\\n",
        "--health-expect HTTP/1.1 200");
  }

  private String curl(String options) throws Exception {
    return Program.run(directory, "curl -q -sSf " + options);
  }

  private Path page() throws Exception {
    byte[] bytes = new byte[PAGE_BYTES];
    new Random(SEED).nextBytes(bytes);
    return Files.write(directory.resolve("page"), bytes);
  }

  private Program nginx(String listenOption) throws Exception {
    Path config = directory.resolve("nginx.conf");
    Files.writeString(
        config,
        """
        daemon off;
        master_process off;
        pid nginx.pid;
        error_log stderr;
        events {
          worker_connections 256;
        }
        http {
          access_log off;
          client_body_temp_path body;
          proxy_temp_path proxy;
          fastcgi_temp_path fastcgi;
          uwsgi_temp_path uwsgi;
          scgi_temp_path scgi;
          client_max_body_size 0;
          server {
            listen 127.0.0.1:%d %s;
            root %s;
            dav_methods PUT;
            location /who {
              return 200 "$proxy_protocol_addr,$proxy_protocol_port,$proxy_protocol_server_port";
            }
          }
        }
        """
            .formatted(port, listenOption, directory));
    return Program.serve(
        directory, port, "nginx -p %s/ -e stderr -c %s".formatted(directory, config));
  }
}
