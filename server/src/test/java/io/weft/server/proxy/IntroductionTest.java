package io.weft.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Network;
import io.weft.server.notation.SocketUrl;
import io.weft.server.proxy.SessionRecord.Bytes;
import io.weft.server.upstream.HealthConfig;
import io.weft.server.wire.PeerNetwork;
import io.weft.server.wire.ProxyHeader;
import io.weft.server.wire.ProxyVersion;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: what stands before the stream is read, passed on or refused, and the stream is whole. */
@ParameterizedClass
@MethodSource("io.weft.server.proxy.Runner#pollers")
class IntroductionTest {
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final String HEADER = "PROXY TCP4 192.0.2.1 198.51.100.1 51034 443\r\n";
  private static final InetSocketAddress SOURCE = new InetSocketAddress("192.0.2.1", 51034);
  private static final InetSocketAddress DESTINATION = new InetSocketAddress("198.51.100.1", 443);

  private final Runner runner;
  @TempDir private Path directory;

  IntroductionTest(Runner runner) {
    this.runner = runner;
  }

  @Test
  void aHeaderInPiecesIsTakenAwayAndItsAddressesCount() throws Exception {
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = new TestingProxy(runner, accepting(backend, "127.0.0.0/8"));
        Plain client = proxy.dial()) {
      for (byte each : HEADER.getBytes(StandardCharsets.US_ASCII)) {
        client.say(new byte[] {each});
      }
      client.say("question");
      try (Plain server = backend.accept()) {
        server.hear("question");
        server.say("answer");
        client.hear("answer");
        client.end();
        server.hearTheEndAfter("");
        server.end();
        client.hearTheEndAfter("");
      }
      SessionRecord session = proxy.session();
      assertThat(session.from().client()).isEqualTo(SOURCE);
      assertThat(session.from().peer()).isEqualTo(client.channel().getLocalAddress());
      assertThat(session.measures().bytes()).isEqualTo(new Bytes(8, 6));
    }
  }

  @Test
  void bytesBehindAHeaderInTheSamePieceAreRelayed() throws Exception {
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = new TestingProxy(runner, accepting(backend, "127.0.0.1"));
        Plain client = proxy.dial()) {
      client.say(
          bytes(ProxyVersion.V2.encode(ProxyHeader.proxied(SOURCE, DESTINATION)), "question"));
      client.end();
      try (Plain server = backend.accept()) {
        server.hearTheEndAfter("question");
        server.end();
      }
      client.hearTheEndAfter("");
      SessionRecord session = proxy.session();
      assertThat(session.from().client()).isEqualTo(SOURCE);
      assertThat(session.measures().bytes()).isEqualTo(new Bytes(8, 0));
    }
  }

  @Test
  void ofAStrangerAHeaderIsAsGoodAsAnyBytes() throws Exception {
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = new TestingProxy(runner, accepting(backend, "10.0.0.0/8"));
        Plain client = proxy.dial();
        Plain server = backend.accept()) {
      client.say(HEADER);
      server.hear(HEADER);
      server.reset();
      assertThat(client.isReset()).isTrue();
      assertThat(proxy.session().from().client()).isEqualTo(client.channel().getLocalAddress());
    }
  }

  @Test
  void aFriendWithoutAHeaderIsRefused() throws Exception {
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = new TestingProxy(runner, accepting(backend, "127.0.0.1"));
        Plain client = proxy.dial()) {
      client.say("GET / HTTP/1.1\r\n");
      assertThat(client.isReset()).isTrue();
      Ending ending = proxy.session().ending();
      assertThat(ending.by()).isEqualTo(Party.PROXY);
      assertThat(ending.phase()).isEqualTo(Phase.HEADER);
      assertThat(ending.cause()).isEqualTo(Cause.BAD_PROXY_HEADER);
      assertThat(ending.detail()).contains("PROXY header missing", "'G");
    }
  }

  @Test
  void aHeaderThatDoesNotComeInTimeIsNotWaitedFor() throws Exception {
    try (Backend backend = Backend.tcp()) {
      Setup setup = accepting(backend, "127.0.0.1");
      try (TestingProxy proxy = new TestingProxy(runner, setup);
          Plain client = proxy.dial()) {
        client.say("PROXY TCP4");
        assertThat(client.isReset()).isTrue();
        SessionRecord session = proxy.session();
        assertThat(session.ending())
            .isEqualTo(new Ending(Party.PROXY, Phase.HEADER, Cause.HEADER_TIMEOUT));
        assertThat(session.measures().total()).isGreaterThanOrEqualTo(SHORT.toNanos());
      }
    }
  }

  @Test
  void aClientThatEndsInItsHeaderHasEndedTheSession() throws Exception {
    try (Backend backend = Backend.tcp();
        TestingProxy proxy = new TestingProxy(runner, accepting(backend, "127.0.0.1"));
        Plain client = proxy.dial()) {
      client.say("PROXY");
      client.end();
      client.hearTheEndAfter("");
      assertThat(proxy.session().ending())
          .isEqualTo(new Ending(Party.CLIENT, Phase.HEADER, Cause.EOF));
    }
  }

  @ParameterizedTest
  @EnumSource
  void anUpstreamIsToldWhereTheSessionComesFrom(ProxyVersion version) throws Exception {
    try (Backend backend = Backend.tcp()) {
      Setup setup = Setup.to(backend);
      setup.introduction = new Introduction(List.of(), SHORT, SHORT, version);
      try (TestingProxy proxy = new TestingProxy(runner, setup);
          Plain client = proxy.dial();
          Plain server = backend.accept()) {
        client.say("question");
        client.end();
        ProxyHeader header =
            ProxyHeader.proxied(client.channel().getLocalAddress(), proxy.address());
        hears(server, bytes(version.encode(header), "question"));
        server.end();
        client.hearTheEndAfter("");
        assertThat(proxy.session().measures().bytes()).isEqualTo(new Bytes(8, 0));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCheckSaysThatItIsNobodys(ProxyVersion version) throws Exception {
    try (Backend backend = Backend.tcp()) {
      Setup setup = Setup.to(backend);
      setup.health = HealthConfig.DEFAULT;
      setup.introduction = new Introduction(List.of(), SHORT, SHORT, version);
      try (TestingProxy _ = new TestingProxy(runner, setup);
          Plain server = backend.accept()) {
        ProxyHeader header =
            ProxyHeader.local(server.channel().getRemoteAddress(), backend.address());
        hears(server, bytes(version.encode(header), ""));
      }
    }
  }

  @Test
  void aHeaderIsHandedOnToTheUpstream() throws Exception {
    try (Backend backend = Backend.unix(directory.resolve("backend.sock"))) {
      Setup setup = accepting(backend, "unix");
      setup.listen =
          List.of(new SocketUrl(Network.UNIX, directory.resolve("proxy.sock").toString()));
      setup.introduction =
          new Introduction(List.of(PeerNetwork.parse("unix")), SHORT, SHORT, ProxyVersion.V1);
      try (TestingProxy proxy = new TestingProxy(runner, setup);
          Plain client = proxy.dial()) {
        client.say(bytes(ProxyVersion.V2.encode(ProxyHeader.proxied(SOURCE, DESTINATION)), "x"));
        client.end();
        try (Plain server = backend.accept()) {
          server.hearTheEndAfter(HEADER + "x");
          server.end();
        }
        client.hearTheEndAfter("");
        assertThat(proxy.session().measures().bytes()).isEqualTo(new Bytes(1, 0));
      }
    }
  }

  @Test
  void aServerNameLeadsToItsUpstream() throws Exception {
    try (Backend exact = Backend.tcp();
        Backend wild = Backend.tcp();
        Backend others = Backend.tcp()) {
      Setup setup = Setup.to(others);
      setup.named.put("www.example.org", List.of(exact.spec()));
      setup.named.put("*.example.org", List.of(wild.spec()));
      try (TestingProxy proxy = new TestingProxy(runner, setup)) {
        leads(proxy, "WWW.example.org", "www.example.org", exact);
        leads(proxy, "api.example.org", "api.example.org", wild);
        leads(proxy, "example.com", "example.com", others);
        leads(proxy, null, null, others);
      }
    }
  }

  @Test
  void aClientHelloInPiecesIsPutTogether() throws Exception {
    try (Backend backend = Backend.tcp()) {
      Setup setup = new Setup();
      setup.named.put("example.org", List.of(backend.spec()));
      try (TestingProxy proxy = new TestingProxy(runner, setup);
          Plain client = proxy.dial()) {
        byte[] hello = hello("example.org");
        for (byte each : hello) {
          client.say(new byte[] {each});
        }
        try (Plain server = backend.accept()) {
          hears(server, hello);
          server.reset();
        }
        assertThat(client.isReset()).isTrue();
        assertThat(proxy.session().to().serverName()).isEqualTo("example.org");
      }
    }
  }

  @Test
  void whatIsNotTlsGoesToTheOthers() throws Exception {
    try (Backend named = Backend.tcp();
        Backend others = Backend.tcp()) {
      Setup setup = Setup.to(others);
      setup.named.put("example.org", List.of(named.spec()));
      try (TestingProxy proxy = new TestingProxy(runner, setup);
          Plain client = proxy.dial()) {
        client.say("SSH-2.0");
        try (Plain server = others.accept()) {
          server.hear("SSH-2.0");
          server.reset();
        }
        assertThat(client.isReset()).isTrue();
        assertThat(proxy.session().to().serverName()).isNull();
      }
    }
  }

  @Test
  void aNameThatLeadsNowhereIsRefused() throws Exception {
    try (Backend backend = Backend.tcp()) {
      Setup setup = new Setup();
      setup.named.put("example.org", List.of(backend.spec()));
      try (TestingProxy proxy = new TestingProxy(runner, setup);
          Plain client = proxy.dial()) {
        client.say(hello("example.com"));
        assertThat(client.isReset()).isTrue();
        SessionRecord session = proxy.session();
        assertThat(session.ending().cause()).isEqualTo(Cause.NO_UPSTREAM);
        assertThat(session.to().serverName()).isEqualTo("example.com");
      }
    }
  }

  @Test
  void aHelloThatStallsIsNotWaitedFor() throws Exception {
    try (Backend backend = Backend.tcp()) {
      Setup setup = Setup.to(backend);
      setup.named.put("example.org", List.of(backend.spec()));
      setup.introduction = new Introduction(List.of(), SHORT, SHORT, null);
      try (TestingProxy proxy = new TestingProxy(runner, setup);
          Plain client = proxy.dial()) {
        client.say(new byte[] {22, 3, 1});
        assertThat(client.isReset()).isTrue();
        assertThat(proxy.session().ending())
            .isEqualTo(new Ending(Party.PROXY, Phase.SNI, Cause.SNI_TIMEOUT));
      }
    }
  }

  private static Setup accepting(Backend backend, String network) throws Exception {
    Setup setup = Setup.to(backend);
    setup.introduction = new Introduction(List.of(PeerNetwork.parse(network)), SHORT, SHORT, null);
    return setup;
  }

  private static void leads(
      TestingProxy proxy, @Nullable String asked, @Nullable String noted, Backend there)
      throws Exception {
    byte[] hello = hello(asked);
    try (Plain client = proxy.dial()) {
      client.say(hello);
      try (Plain server = there.accept()) {
        hears(server, hello);
        server.end();
      }
      client.end();
      client.hearTheEndAfter("");
      SessionRecord session = proxy.session();
      assertThat(session.to().serverName()).isEqualTo(noted);
      assertThat(session.measures().bytes()).isEqualTo(new Bytes(hello.length, 0));
    }
  }

  private static byte[] hello(@Nullable String name) throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();
    engine.setUseClientMode(true);
    if (name != null) {
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(name)));
      engine.setSSLParameters(parameters);
    }
    ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), hello);
    byte[] bytes = new byte[hello.flip().remaining()];
    hello.get(bytes);
    return bytes;
  }

  private static byte[] bytes(ByteBuffer header, String text) {
    byte[] rest = text.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(header.remaining() + rest.length).put(header).put(rest).array();
  }

  private static void hears(Plain server, byte[] expected) throws Exception {
    ByteBuffer heard = ByteBuffer.allocate(expected.length);
    while (heard.hasRemaining() && server.channel().read(heard) >= 0) {
      // more may come
    }
    assertThat(heard.array()).isEqualTo(expected);
  }
}
