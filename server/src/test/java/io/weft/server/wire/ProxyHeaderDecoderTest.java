package io.weft.server.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weft.HostPort;
import io.weft.server.wire.Decoded.Done;
import io.weft.server.wire.Decoded.Malformed;
import io.weft.server.wire.Decoded.More;
import io.weft.server.wire.ProxyHeader.Command;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: every header that is one is understood, and nothing else; however it arrives. */
class ProxyHeaderDecoderTest {
  private static final String V2 = "0d0a0d0a000d0a515549540a";
  private static final String TCP4 = "c0000201 c0000202 c000 01bb";
  private static final SocketAddress SOURCE = address("192.0.2.1", 49152);
  private static final SocketAddress DESTINATION = address("192.0.2.2", 443);
  private static final ProxyHeader TCP4_HEADER = header(Transport.TCP4, SOURCE, DESTINATION);

  /** As a network load balancer of AWS sends it for an endpoint service. */
  private static final String WITH_CHECKSUM =
      "2111 0054 ac1f0771 ac1f0a1f c8f2 0050 03 0004 e8d6892d ea 0017"
          + "01 767063652d3038643262663135666163353030316339"
          + "04 0024"
          + "00".repeat(36);

  @ParameterizedTest
  @CsvSource({
    "PROXY TCP4 192.0.2.1 192.0.2.2 49152 443, TCP4, 192.0.2.1:49152, 192.0.2.2:443",
    "PROXY TCP4 0.0.0.0 255.255.255.255 0 65535, TCP4, 0.0.0.0:0, 255.255.255.255:65535",
    "PROXY TCP6 2001:db8::1 ::1 1 2, TCP6, [2001:db8::1]:1, [::1]:2",
    "PROXY TCP6 2001:DB8:0:0:0:0:0:1 :: 1 2, TCP6, [2001:db8::1]:1, [::]:2",
    "PROXY TCP6 ::ffff:192.0.2.1 64:ff9b::192.0.2.2 1 2, TCP6, 192.0.2.1:1, [64:ff9b::c000:202]:2",
    "PROXY TCP6 1:2:3:4:5:6:7:: ::2:3:4:5:6:7:8 1 2, TCP6, [1:2:3:4:5:6:7:0]:1,"
        + " [0:2:3:4:5:6:7:8]:2",
  })
  void readsALine(String line, Transport transport, String from, String to) throws Exception {
    HostPort source = HostPort.split(from);
    HostPort destination = HostPort.split(to);
    ProxyHeader header =
        header(
            transport,
            address(source.host(), Integer.parseInt(source.port())),
            address(destination.host(), Integer.parseInt(destination.port())));
    assertThat(v1(line + "\r\n")).isEqualTo(new Done<>(header, line.length() + 2));
  }

  @Test
  void theLongestLinesAreTaken() {
    String ip = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
    String unknown = "PROXY UNKNOWN " + ip + " " + ip + " 65535 65535\r\n";
    assertThat(unknown).hasSize(107);

    assertThat(v1(unknown)).isEqualTo(new Done<>(ProxyHeader.unknown(Command.PROXY), 107));
    assertThat(v1(unknown.replace("UNKNOWN", "TCP6")))
        .isEqualTo(new Done<>(header(Transport.TCP6, address(ip, 65535), address(ip, 65535)), 104));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN \r\n", "PROXY UNKNOWN any thing \0\377\r\n"})
  void whatFollowsUnknownIsIgnored(String line) {
    assertThat(v1(line)).isEqualTo(new Done<>(ProxyHeader.unknown(Command.PROXY), line.length()));
  }

  @ParameterizedTest
  @CsvSource({
    "PROXY TCP5 1.2.3.4 1.2.3.4 1 2, '''TCP5'' is not TCP4, TCP6 or UNKNOWN'",
    "PROXY tcp4 1.2.3.4 1.2.3.4 1 2, '''tcp4'' is not TCP4, TCP6 or UNKNOWN'",
    "PROXY UNKNOWNS, '''UNKNOWNS'' is not TCP4, TCP6 or UNKNOWN'",
    "'PROXY  TCP4 1.2.3.4 1.2.3.4 1 2', ''''' is not TCP4, TCP6 or UNKNOWN'",
    "'PROXY TCP4\t1.2.3.4 1.2.3.4 1 2', '''TCP4\\x091.2.3.4'' is not TCP4, TCP6 or UNKNOWN'",
    "PROXY TCP4, '0 fields behind TCP4, not 4'",
    "PROXY TCP6 ::1 ::1 1, '3 fields behind TCP6, not 4'",
    "'PROXY TCP4 1.2.3.4 1.2.3.4 1 2 ', '5 fields behind TCP4, not 4'",
    "'PROXY TCP4 1.2.3.4  1.2.3.4 1 2', '5 fields behind TCP4, not 4'",
    "PROXY TCP4 ::1 1.2.3.4 1 2, 'the source address ''::1'' is not an IPv4 address as text'",
    "PROXY TCP4 1.2.3.4 x 1 2, 'the destination address ''x'' is not an IPv4 address as text'",
    "PROXY TCP4 1.2.3.04 1.2.3.4 1 2, "
        + "'the source address ''1.2.3.04'' is not an IPv4 address as text'",
    "PROXY TCP6 1.2.3.4 ::1 1 2, 'the source address ''1.2.3.4'' is not an IPv6 address as text'",
    "PROXY TCP6 ::1 ::1%lo 1 2, "
        + "'the destination address ''::1%lo'' is not an IPv6 address as text'",
    "PROXY TCP4 1.2.3.4 1.2.3.4 65536 2, 'the source port ''65536'' is not a number from 0 to"
        + " 65535'",
    "PROXY TCP4 1.2.3.4 1.2.3.4 1 02, 'the destination port ''02'' is not a number from 0 to"
        + " 65535'",
    "PROXY TCP4 1.2.3.4 1.2.3.4 +1 2, 'the source port ''+1'' is not a number from 0 to 65535'",
    "PROXY TCP4 1.2.3.4 1.2.3.4 1 -0, 'the destination port ''-0'' is not a number from 0 to"
        + " 65535'",
    "PROXY TCP4 1.2.3.4 1.2.3.4 99999999999 2, "
        + "'the source port ''99999999999'' is not a number from 0 to 65535'",
  })
  void aLineThatIsWrongIsRefusedWithAReason(String line, String reason) {
    assertThat(v1(line + "\r\n"))
        .isEqualTo(new Malformed<>("PROXY header of version 1: " + reason));
  }

  @Test
  void aLineEndsWithBothOfItsTwoBytes() {
    assertThat(v1("PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n"))
        .isEqualTo(
            new Malformed<>("PROXY header of version 1: the line ends with an LF without a CR"));
    assertThat(v1("PROXY UNKNOWN\rA\r\n"))
        .isEqualTo(new Malformed<>("PROXY header of version 1: a CR without an LF"));
    assertThat(v1("PROXY UNKNOWN\r\r\n"))
        .isEqualTo(new Malformed<>("PROXY header of version 1: a CR without an LF"));
  }

  @ParameterizedTest
  @ValueSource(ints = {107, 108, 500})
  void aLineHasAtMost107Bytes(int length) {
    String line = "PROXY UNKNOWN" + " ".repeat(length - 14) + "\r\n";
    assertThat(line).hasSize(length + 1);
    assertThat(v1(line))
        .isEqualTo(new Malformed<>("PROXY header of version 1: no CR LF within 107 bytes"));
  }

  @ParameterizedTest
  @CsvSource({
    "'GET / HTTP/1.1', '''G'''",
    "PROXYTCP4, '''PROXYT'''",
    "'PROXy TCP4', '''PROXy'''",
    "'\r\nPROXY', '''\\x0d\\x0aP'''",
    "'\u0016\u0003\u0001', '''\\x16'''",
  })
  void whatBeginsOtherwiseIsRefusedAtTheFirstByteThatDiffers(String text, String begin) {
    Malformed<ProxyHeader> missing =
        new Malformed<>("PROXY header missing: the connection begins with " + begin);
    assertThat(v1(text)).isEqualTo(missing);
  }

  @Test
  void whatIsNotThereYetIsAwaitedAndNoMoreIsReadThanThat() {
    ProxyHeaderDecoder decoder = new ProxyHeaderDecoder(1000);
    assertThat(decoder.decode(ByteBuffer.allocate(0))).isEqualTo(new More<>(1000));
    assertThat(decoder.decode(ascii("P"))).isEqualTo(new More<>(107));
    assertThat(decoder.decode(ascii("PROXY TCP4 "))).isEqualTo(new More<>(107));
    assertThat(decoder.decode(ascii("\r"))).isEqualTo(new More<>(1000));
    assertThat(decoder.decode(hex(V2 + "2111 00"))).isEqualTo(new More<>(1000));
    assertThat(decoder.decode(hex(V2 + "2111 000c"))).isEqualTo(new More<>(28));
  }

  @Test
  void whatFollowsAHeaderIsNotTouched() {
    assertThat(v1("PROXY UNKNOWN\r\nPROXY UNKNOWN\r\n"))
        .isEqualTo(new Done<>(ProxyHeader.unknown(Command.PROXY), 15));
    assertThat(v2("2111 000c" + TCP4 + V2 + "ff")).isEqualTo(new Done<>(TCP4_HEADER, 28));
  }

  @ParameterizedTest
  @CsvSource({"11, TCP4", "12, UDP4"})
  void readsAddressesOfIpv4(String code, Transport transport) {
    assertThat(v2("21" + code + "000c" + TCP4))
        .isEqualTo(new Done<>(header(transport, SOURCE, DESTINATION), 28));
  }

  @ParameterizedTest
  @CsvSource({"21, TCP6", "22, UDP6"})
  void readsAddressesOfIpv6(String code, Transport transport) {
    String one = "20010db8000000000000000000000001";
    String mapped = "00000000000000000000ffffc0000202";
    assertThat(v2("21" + code + "0024" + one + mapped + "0001ffff"))
        .isEqualTo(
            new Done<>(
                header(transport, address("2001:db8::1", 1), address("192.0.2.2", 65535)), 52));
  }

  @ParameterizedTest
  @CsvSource({"31, UNIX_STREAM", "32, UNIX_DGRAM"})
  void readsPathsOfUnixSockets(String code, Transport transport) {
    assertThat(v2("21" + code + "00d8" + path("/run/a.sock\0rest") + path("\0name")))
        .isEqualTo(new Done<>(header(transport, unix("/run/a.sock"), unix("@name")), 232));
    assertThat(v2("21" + code + "00d8" + path("") + path("/" + "p".repeat(107))))
        .isEqualTo(new Done<>(header(transport, unix("@"), unix("/" + "p".repeat(107))), 232));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0na\0me", "/run/\377"})
  void aUnixPathThatCannotBeToldIsRefused(String path) {
    assertThat(v2("213100d8" + path("/a") + path(path)))
        .isEqualTo(
            new Malformed<>(
                "PROXY header of version 2: a unix path is not UTF-8, "
                    + "or has a zero within an abstract name"));
  }

  @ParameterizedTest
  @CsvSource({
    "2000 0000, 16",
    "2011 000c 00000000 00000000 0000 0000, 28",
    "2011 0003 ffffff, 19",
    "20ff 0003 ffffff, 19",
    "2000 0003 040000, 19",
  })
  void aLocalHeaderTellsNoAddressWhateverItContains(String rest, int bytes) {
    assertThat(v2(rest)).isEqualTo(new Done<>(ProxyHeader.unknown(Command.LOCAL), bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"00", "01", "02", "10", "20", "30"})
  void withoutFamilyOrTransportThereIsNoAddress(String code) {
    assertThat(v2("21" + code + "0003 ff0001"))
        .as("what is not TLVs is skipped")
        .isEqualTo(new Done<>(ProxyHeader.unknown(Command.PROXY), 19));
    assertThat(v2("21" + code + "0004 05 0001 2a"))
        .as("TLVs are kept")
        .isEqualTo(new Done<>(ProxyHeader.unknown(Command.PROXY).withTlvs(hex("0500012a")), 20));
  }

  @ParameterizedTest
  @CsvSource({
    "1111 000c, the version is 1",
    "3111 000c, the version is 3",
    "22, command 2 is neither LOCAL (0) nor PROXY (1)",
    "2141, 0x41 is no address family and transport",
    "2113, 0x13 is no address family and transport",
    "2103, 0x03 is no address family and transport",
    "2111 000b, 'its length is 11, and the addresses of TCP4 have 12 bytes'",
    "2121 000c, 'its length is 12, and the addresses of TCP6 have 36 bytes'",
    "2131 00d7, 'its length is 215, and the addresses of UNIX_STREAM have 216 bytes'",
    "2111 ffff, 'it has 65551 bytes, and at most 16384 are taken'",
    "2000 3ff1, 'it has 16385 bytes, and at most 16384 are taken'",
  })
  void aHeadThatIsWrongIsRefusedBeforeAnythingElseArrives(String rest, String reason) {
    assertThat(v2(rest)).isEqualTo(new Malformed<>("PROXY header of version 2: " + reason));
  }

  @ParameterizedTest
  @CsvSource({
    "000e, 0400, '2 bytes are left, and a TLV has 3 at least'",
    "0010, 04 0002 00, 'the TLV of type 0x04 has 2 bytes, and 1 are left'",
    "000f, ee ffff, 'the TLV of type 0xee has 65535 bytes, and 0 are left'",
    "0011, 03 0002 0000, 'the CRC32C has 2 bytes, not 4'",
    "001a, 03 0004 00000000 03 0004 00000000, there is a second CRC32C",
  })
  void tlvsThatDoNotFillTheLengthAreRefused(String length, String tlvs, String reason) {
    assertThat(v2("2111" + length + TCP4 + tlvs))
        .isEqualTo(new Malformed<>("PROXY header of version 2: " + reason));
  }

  @Test
  void tlvsAreKeptAsTheyAre() {
    String tlvs = "05 0001 2a 04 0000 ee 0002 0102";
    assertThat(v2("2111 0018" + TCP4 + tlvs))
        .isEqualTo(new Done<>(TCP4_HEADER.withTlvs(hex(tlvs)), 40));
  }

  @Test
  void aChecksumIsVerified() {
    assertThat(v2(WITH_CHECKSUM))
        .isInstanceOfSatisfying(
            Done.class,
            done -> {
              assertThat(done.bytes()).isEqualTo(100);
              assertThat(done.value())
                  .hasFieldOrPropertyWithValue("source", address("172.31.7.113", 51442))
                  .hasFieldOrPropertyWithValue("destination", address("172.31.10.31", 80));
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2000 0007 03 0004 00000000",
        "2011 0013 c0000201 c0000202 c000 01bb 03 0004 00000000",
        "2100 0007 03 0004 00000000",
        "2111 0013 c0000201 c0000202 c000 01bb 03 0004 00000000",
      })
  void aChecksumThatDoesNotMatchIsRefused(String rest) {
    assertThat(v2(rest))
        .isEqualTo(new Malformed<>("PROXY header of version 2: its CRC32C does not match"));
  }

  @Test
  void aHeaderOfTheGreatestLengthIsTaken() {
    String tlv = "04 3fe1" + "00".repeat(0x3fe1);
    assertThat(v2("2111 3ff0" + TCP4 + tlv))
        .isEqualTo(new Done<>(TCP4_HEADER.withTlvs(hex(tlv)), 16 * 1024));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 535, 32 * 1024 + 1})
  void aLimitThatExcludesWhatEverybodySendsIsRefused(int bytesMax) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProxyHeaderDecoder(bytesMax))
        .withMessage("bytesMax " + bytesMax + " is not in 536-32768");
  }

  private static Decoded<ProxyHeader> v1(String text) {
    return EveryWay.header(text.getBytes(ISO_8859_1));
  }

  private static Decoded<ProxyHeader> v2(String rest) {
    return EveryWay.header(hex(V2 + rest).array());
  }

  private static ByteBuffer ascii(String text) {
    return ISO_8859_1.encode(text);
  }

  private static ByteBuffer hex(String text) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(text.replace(" ", "")));
  }

  private static String path(String path) {
    byte[] room = new byte[108];
    ByteBuffer.wrap(room).put(path.getBytes(ISO_8859_1));
    return HexFormat.of().formatHex(room);
  }

  private static ProxyHeader header(Transport transport, SocketAddress from, SocketAddress to) {
    return new ProxyHeader(Command.PROXY, transport, from, to, ProxyHeader.NO_TLVS);
  }

  private static InetSocketAddress address(String ip, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(ip), port);
  }

  private static SocketAddress unix(String path) {
    return UnixDomainSocketAddress.of(path);
  }
}
