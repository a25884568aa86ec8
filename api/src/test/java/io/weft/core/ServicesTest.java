package io.weft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: service names mean what services(5) says, and a few mean something without it. */
@Timeout(60)
class ServicesTest {
  private static final String FILE =
      """
      # Network services, Internet style
      tcpmux\t\t1/tcp\t\t\t\t# TCP port service multiplexer
      http		80/tcp		www www-http	# WorldWideWeb HTTP
      kerberos	88/tcp		kerberos5 krb5 kerberos-sec
      syslog		514/udp
      domain		53/tcp
      domain		53/udp
        indented   7001/tcp   afs3
      PostgreSQL	5432/tcp	postgres
      ssh		2222/tcp
      no-port
      no-number	x/tcp
      no-slash	99
      no-protocol	99/
      zero		0/tcp
      negative	-1/tcp
      large		65536/tcp
      last		65535/tcp	hidden#comment
      """;

  @TempDir private Path folder;

  private Services services(String text) throws IOException {
    return new Services(Files.writeString(folder.resolve("services"), text));
  }

  @ParameterizedTest
  @CsvSource({
    "tcpmux, 1",
    "www, 80",
    "www-http, 80",
    "kerberos, 88",
    "krb5, 88",
    "kerberos-sec, 88",
    "domain, 53",
    "indented, 7001",
    "afs3, 7001",
    "last, 65535",
    "hidden, 65535",
    // the case does not matter, neither of the question nor of the file
    "HTTP, 80",
    "WwW, 80",
    "postgresql, 5432",
    "POSTGRES, 5432",
    // the file is right, also about what is well known
    "ssh, 2222",
  })
  void theFileTells(String name, int port) throws IOException {
    assertThat(services(FILE).port(name)).isEqualTo(port);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "syslog",
        "no-port",
        "no-number",
        "no-slash",
        "no-protocol",
        "zero",
        "negative",
        "large",
        "comment",
        "80/tcp",
        "",
        "http ",
        "TCP",
      })
  void whatItDoesNotTellIsUnknown(String name) throws IOException {
    assertThat(services(FILE).port(name)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "ftp, 21",
    "ftps, 990",
    "gopher, 70",
    "http, 80",
    "https, 443",
    "imap2, 143",
    "imap3, 220",
    "imaps, 993",
    "pop3, 110",
    "pop3s, 995",
    "smtp, 25",
    "submissions, 465",
    "ssh, 22",
    "telnet, 23",
    "HTTPS, 443",
  })
  void aFewAreKnownWithoutAFile(String name, int port) {
    assertThat(new Services(folder.resolve("missing")).port(name)).isEqualTo(port);
  }

  @Test
  void anythingMayStandInTheFile() throws IOException {
    Path file = folder.resolve("services");
    Files.write(file, "caf\u00e9 7/tcp\nnext 8/tcp".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(new Services(file).port("next")).isEqualTo(8);
    assertThat(new Services(folder).port("http")).as("a folder").isEqualTo(80);
  }

  @Test
  void theFileIsReadOnce() throws IOException {
    Services services = services("one 1/tcp");
    assertThat(services.port("one")).isEqualTo(1);
    services("one 2/tcp");
    assertThat(services.port("one")).isEqualTo(1);
  }

  @Test
  void theMachinesOwnFileIsUnderstood() {
    Services services = new Services(Services.FILE);
    assertThat(services.port("http")).isEqualTo(80);
    assertThat(services.port("no-such-service")).isZero();
  }
}
