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

/** Goal: OpenSSL's clients reach the server of the name that they ask for, end to end. */
@ParameterizedClass
@MethodSource("io.weft.server.proxy.Runner#pollers")
class TlsIT {
  private static final long SEED = 20_261_130;
  private static final int PAGE_BYTES = 1 << 20;

  private final Runner runner;
  @TempDir private Path directory;

  TlsIT(Runner runner) {
    this.runner = runner;
  }

  @BeforeEach
  void require() {
    Program.require("openssl", "curl");
  }

  @Test
  void eachNameLeadsToTheServerWhoseCertificateHasIt() throws Exception {
    int one = Program.freePort();
    int others = Program.freePort();
    byte[] bytes = new byte[PAGE_BYTES];
    new Random(SEED).nextBytes(bytes);
    Path page = Files.write(directory.resolve("page"), bytes);
    try (Program _ = server("one.example.org", one);
        Program _ = server("others.example", others);
        PackagedProxy proxy =
            PackagedProxy.start(
                runner,
                "--sni *.example.org=" + upstream(one),
                "--upstream " + upstream(others),
                "--health-interval 0s")) {
      get(proxy, "one.example.org", "--tlsv1.3");
      get(proxy, "one.example.org", "--tls-max 1.2");
      get(proxy, "others.example", "--tlsv1.3");
      for (int i = 0; i < 3; i++) {
        JsonObject session = proxy.session();
        int port = i < 2 ? one : others;
        assertThat(value(session, "sni")).isEqualTo(i < 2 ? "one.example.org" : "others.example");
        assertThat(value(session, "upstream")).isEqualTo(upstream(port));
        assertThat(value(session, "cause")).isEqualTo("eof");
        assertThat(session.get("bytes-to-client").getAsLong()).isGreaterThan(PAGE_BYTES);
      }
      assertThat(directory.resolve("others.example.page")).hasSameBinaryContentAs(page);
      assertThat(directory.resolve("one.example.org.page")).hasSameBinaryContentAs(page);

      String shown =
          Program.run(
              directory,
              "openssl s_client -noservername -verify_return_error -CAfile others.example.crt"
                  + " -connect 127.0.0.1:"
                  + proxy.port());
      assertThat(shown).contains("subject=CN = others.example", "Verification: OK");
      JsonObject session = proxy.session();
      assertThat(value(session, "sni")).isEmpty();
      assertThat(value(session, "upstream")).isEqualTo(upstream(others));
      assertThat(proxy.end()).isEmpty();
      assertThat(proxy.process().err()).isEmpty();
    }
  }

  private void get(PackagedProxy proxy, String name, String version) throws Exception {
    Program.run(
        directory,
        "curl -q -sSf --http1.0 %s --resolve %s:%d:127.0.0.1 --cacert %2$s.crt"
                .formatted(version, name, proxy.port())
            + " -o %s.page https://%1$s:%d/page".formatted(name, proxy.port()));
  }

  private Program server(String name, int port) throws Exception {
    Program.run(
        directory,
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=%s"
                .formatted(name)
            + " -addext subjectAltName=DNS:%s -keyout %1$s.key -out %1$s.crt".formatted(name));
    return Program.serve(
        directory,
        port,
        "openssl s_server -accept 127.0.0.1:%d -cert %s.crt -key %2$s.key -WWW"
            .formatted(port, name));
  }
}
