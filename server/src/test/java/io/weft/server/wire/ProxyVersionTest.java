package io.weft.server.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weft.server.wire.Decoded.Done;
import io.weft.server.wire.ProxyHeader.Command;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: headers are written such that every receiver understands them. */
class ProxyVersionTest {
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
  private static final SocketAddress UNIX = UnixDomainSocketAddress.of("/run/a.sock");

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.2, PROXY TCP4 192.0.2.1 192.0.2.2 49152 443",
    "2001:db8:0:0:0:0:0:1, ::1, PROXY TCP6 2001:db8::1 ::1 49152 443",
    "::ffff:192.0.2.1, 192.0.2.2, PROXY TCP4 192.0.2.1 192.0.2.2 49152 443",
    "192.0.2.1, ::1, PROXY UNKNOWN",
  })
  void versionOneIsALine(String from, String to, String line) {
    ProxyHeader header = ProxyHeader.proxied(address(from, 49152), address(to, 443));
    assertThat(v1(header)).isEqualTo(line + "\r\n");
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.2, 2111 000c c0000201 c0000202 c000 01bb",
    "::1, ::2, 2121 0024 00000000000000000000000000000001"
        + " 00000000000000000000000000000002 c000 01bb",
    "192.0.2.1, ::1, 2100 0000",
  })
  void versionTwoIsBytes(String from, String to, String rest) {
    ProxyHeader header = ProxyHeader.proxied(address(from, 49152), address(to, 443));
    assertThat(v2(header)).isEqualTo(SIGNATURE + rest.replace(" ", ""));
  }

  @Test
  void aClientOfAUnixSocketHasNoAddress() {
    for (SocketAddress other : new SocketAddress[] {UNIX, address("::1", 1)}) {
      assertThat(v1(ProxyHeader.proxied(UNIX, other))).isEqualTo("PROXY UNKNOWN\r\n");
      assertThat(v2(ProxyHeader.proxied(other, UNIX))).isEqualTo(SIGNATURE + "21000000");
    }
  }

  @Test
  void aHealthCheckIsLocalOrNamesItsOwnEnds() {
    ProxyHeader check = ProxyHeader.local(address("192.0.2.1", 5), address("192.0.2.2", 80));
    assertThat(v1(check)).isEqualTo("PROXY TCP4 192.0.2.1 192.0.2.2 5 80\r\n");
    assertThat(v2(check)).isEqualTo(SIGNATURE + "20000000");
    assertThat(v1(ProxyHeader.local(UNIX, UNIX))).isEqualTo("PROXY UNKNOWN\r\n");
    assertThat(v2(ProxyHeader.local(UNIX, UNIX))).isEqualTo(SIGNATURE + "20000000");
  }

  @Test
  void anAddressKeepsTheFamilyThatItCameIn() {
    String text = "PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n";
    ProxyHeader header = decoded(US_ASCII.encode(text));
    assertThat(header.source()).isEqualTo(address("192.0.2.1", 1));
    assertThat(v1(header)).isEqualTo(text);
    assertThat(v2(header)).startsWith(SIGNATURE + "2121002400000000000000000000ffffc0000201");
    assertThat(decoded(ProxyVersion.V2.encode(header))).isEqualTo(header);
  }

  @Test
  void aZoneIsNobodyElsesBusiness() throws Exception {
    byte[] bytes = InetAddress.ofLiteral("fe80::1").getAddress();
    var scoped = new InetSocketAddress(Inet6Address.getByAddress(null, bytes, 1), 7);
    ProxyHeader header = ProxyHeader.proxied(scoped, address("fe80::2", 8));
    assertThat(v1(header)).isEqualTo("PROXY TCP6 fe80::1 fe80::2 7 8\r\n");
    assertThat(decoded(ProxyVersion.V2.encode(header))).isEqualTo(header);
    assertThat(header.source()).isEqualTo(address("fe80::1", 7));
  }

  @Test
  void whatVersionOneCannotTellIsUnknown() {
    SocketAddress ip = address("192.0.2.1", 1);
    assertThat(v1(header(Transport.UDP4, ip, ip))).isEqualTo("PROXY UNKNOWN\r\n");
    assertThat(v1(header(Transport.UDP6, ip, ip))).isEqualTo("PROXY UNKNOWN\r\n");
    assertThat(v1(header(Transport.UNIX_STREAM, UNIX, UNIX))).isEqualTo("PROXY UNKNOWN\r\n");
  }

  @Test
  void tlvsArePassedOn() {
    ByteBuffer tlvs = hex("05 0001 2a 04 0000");
    ProxyHeader header =
        ProxyHeader.proxied(address("1.2.3.4", 1), address("1.2.3.4", 2)).withTlvs(tlvs);
    assertThat(tlvs.position()).isZero();
    tlvs.put(0, (byte) 0x77);
    assertThat(v2(header)).endsWith("0500012a040000").contains(SIGNATURE + "21110013");
    assertThat(v1(header)).isEqualTo("PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\n");
  }

  @Test
  void aChecksumIsThatOfTheHeaderWhichIsWritten() {
    ProxyHeader header =
        ProxyHeader.proxied(address("172.31.7.113", 51442), address("172.31.10.31", 80));
    ByteBuffer tlvs =
        hex(
            "03 0004 00000000 ea 0017 01 767063652d3038643262663135666163353030316339 04 0024"
                + "00".repeat(36));
    assertThat(v2(header.withTlvs(tlvs))).contains("030004e8d6892dea");
    ProxyHeader other = ProxyHeader.proxied(address("::1", 1), address("::2", 2)).withTlvs(tlvs);
    assertThat(decoded(ProxyVersion.V2.encode(other)).transport()).isEqualTo(Transport.TCP6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"04", "04 0001", "03 0001 00"})
  void tlvsThatAreNoneAreRefused(String tlvs) {
    ProxyHeader header = ProxyHeader.unknown(Command.PROXY);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> header.withTlvs(hex(tlvs)))
        .withMessageStartingWith("TLVs: ");
  }

  @Test
  void tlvsHaveRoomBesideEveryAddress() {
    ProxyHeader header = header(Transport.UNIX_STREAM, UNIX, UNIX);
    ByteBuffer tlv = ByteBuffer.allocate(ProxyHeader.TLV_BYTES_MAX).put((byte) 4);
    tlv.putShort((short) (ProxyHeader.TLV_BYTES_MAX - 3)).rewind();
    assertThat(ProxyVersion.V2.encode(header.withTlvs(tlv)).remaining()).isEqualTo(16 + 0xffff);
    ByteBuffer more = ByteBuffer.allocate(ProxyHeader.TLV_BYTES_MAX + 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> header.withTlvs(more))
        .withMessage("TLVs: 65320 bytes");
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void anAddressThatTheTransportDoesNotHaveIsRefused(Transport transport) {
    SocketAddress four = address("192.0.2.1", 1);
    SocketAddress misfit =
        switch (transport) {
          case UNSPEC -> four;
          case TCP4, UDP4 -> address("::1", 1);
          case TCP6, UDP6 -> InetSocketAddress.createUnresolved("example.org", 1);
          case UNIX_STREAM, UNIX_DGRAM -> UnixDomainSocketAddress.of("/" + "p".repeat(108));
        };
    assertThatIllegalArgumentException()
        .isThrownBy(() -> header(transport, misfit, misfit))
        .withMessage(misfit + " is no address of " + transport);
  }

  @Test
  void digitsAreAsciiInEveryLanguage() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      assertThat(v1(ProxyHeader.proxied(address("1.2.3.4", 1), address("1.2.3.4", 2))))
          .isEqualTo("PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\n");
    } finally {
      Locale.setDefault(before);
    }
  }

  private static String v1(ProxyHeader header) {
    return US_ASCII.decode(ProxyVersion.V1.encode(header)).toString();
  }

  private static String v2(ProxyHeader header) {
    ByteBuffer bytes = ProxyVersion.V2.encode(header);
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return HexFormat.of().formatHex(copy);
  }

  private static ProxyHeader decoded(ByteBuffer bytes) {
    assertThat(new ProxyHeaderDecoder().decode(bytes)).isInstanceOf(Done.class);
    return ((Done<ProxyHeader>) new ProxyHeaderDecoder().decode(bytes)).value();
  }

  private static ByteBuffer hex(String text) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(text.replace(" ", "")));
  }

  private static ProxyHeader header(Transport transport, SocketAddress from, SocketAddress to) {
    return new ProxyHeader(Command.PROXY, transport, from, to, ProxyHeader.NO_TLVS);
  }

  private static InetSocketAddress address(String ip, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(ip), port);
  }
}
