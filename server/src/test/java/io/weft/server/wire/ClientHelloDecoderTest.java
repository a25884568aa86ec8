package io.weft.server.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weft.server.wire.Decoded.Done;
import io.weft.server.wire.Decoded.Malformed;
import io.weft.server.wire.Decoded.More;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: the name that a client asks for is found, in whatever pieces the hello arrives. */
class ClientHelloDecoderTest {
  private static final String NAME = "www.example.org";
  private static final byte[] NAMED =
      Hellos.extension(Hellos.SERVER_NAME, Hellos.names(Hellos.host(NAME)));
  private static final byte[] OTHER = Hellos.extension(43, new byte[] {2, 3, 4});

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2", "TLSv1.3,TLSv1.2"})
  void findsTheNameInHellosOfTheJdk(String protocols) throws Exception {
    String[] all = protocols.split(",", -1);
    assertThat(EveryWay.hello(Hellos.ofJdk("WWW.example.org", all))).isEqualTo(found(NAME));
    assertThat(EveryWay.hello(Hellos.ofJdk(null, all))).isEqualTo(found(null));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 60, 100, 0x4000})
  void recordsMayCutTheMessageAnywhere(int fragmentBytes) {
    byte[] message = Hellos.message(Hellos.body(OTHER, NAMED, OTHER));
    assertThat(EveryWay.hello(Hellos.records(message, fragmentBytes))).isEqualTo(found(NAME));
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 0x4000})
  void aHelloMayBeLongerThanARecord(int fragmentBytes) {
    byte[] padding = Hellos.extension(21, new byte[50_000]);
    byte[] message = Hellos.message(Hellos.body(OTHER, padding, NAMED));
    assertThat(EveryWay.hello(Hellos.records(message, fragmentBytes))).isEqualTo(found(NAME));
  }

  @Test
  void aHelloOfTheGreatestLengthIsTakenAndALongerOneIsNot() {
    byte[] hello = Hellos.ofName(NAME);
    int bytes = hello.length;
    assertThat(decode(hello, bytes)).isEqualTo(found(NAME));
    assertThat(decode(hello, bytes - 1))
        .isEqualTo(
            malformed("it has " + bytes + " bytes, and at most " + (bytes - 1) + " are taken"));
    byte[] cut = Hellos.records(Hellos.message(Hellos.body(NAMED)), 50);
    int less = cut.length - 1;
    assertThat(decode(cut, cut.length)).isEqualTo(found(NAME));
    assertThat(decode(cut, less))
        .isEqualTo(
            malformed("it has more than " + less + " bytes, and at most " + less + " are taken"));
  }

  @Test
  void aLengthThatIsTooGreatIsRefusedBeforeTheRestArrives() {
    assertThat(hello("\26\3\1\100\0\1\0\377\370"))
        .isEqualTo(malformed("it has 65537 bytes, and at most 65536 are taken"));
  }

  @Test
  void withoutExtensionsOrWithoutTheOneThereIsNoName() {
    byte[] bare = Hellos.message(Hellos.bodyWithoutExtensions());
    assertThat(EveryWay.hello(Hellos.records(bare, 0x4000))).isEqualTo(found(null));
    assertThat(body(Hellos.body())).isEqualTo(found(null));
    assertThat(body(Hellos.body(OTHER, OTHER))).isEqualTo(found(null));
  }

  @Test
  void aNameOfAnUnknownKindIsNoHostName() {
    byte[] unknown = Hellos.joined(new byte[] {7}, Hellos.vector(new byte[] {1, 2, 3}));
    assertThat(named(Hellos.names(unknown))).isEqualTo(found(null));
    assertThat(named(Hellos.names(unknown, Hellos.host(NAME), unknown))).isEqualTo(found(NAME));
  }

  @ParameterizedTest
  @CsvSource({
    "example.org, example.org",
    "EXAMPLE.Org, example.org",
    "example.org., example.org",
    "a_b.example, a_b.example",
    "192.0.2.1, 192.0.2.1",
    "xn--bcher-kva.example, xn--bcher-kva.example",
  })
  void theNameIsInLowerCaseWithoutADotAtItsEnd(String sent, String name) {
    assertThat(named(Hellos.names(Hellos.host(sent)))).isEqualTo(found(name));
  }

  @ParameterizedTest
  @CsvSource({
    "'', 'a host name has 0 bytes, not 1 to 253'",
    "., 'a host name has 0 bytes, not 1 to 253'",
    "b\u00fccher.example, 'the host name ''b\\xfccher.example'' is not printable ASCII'",
    "a b, 'the host name ''a b'' is not printable ASCII'",
  })
  void aNameThatIsNoneIsRefused(String sent, String reason) {
    assertThat(named(Hellos.names(Hellos.host(sent)))).isEqualTo(malformed(reason));
  }

  @Test
  void aNameWithAZeroIsRefused() {
    assertThat(named(Hellos.names(Hellos.host("good.example\0.evil"))))
        .isEqualTo(malformed("the host name 'good.example\\x00.evil' is not printable ASCII"));
  }

  @Test
  void aNameThatIsTooLongIsRefused() {
    assertThat(named(Hellos.names(Hellos.host("a".repeat(253))))).isEqualTo(found("a".repeat(253)));
    assertThat(named(Hellos.names(Hellos.host("a".repeat(254)))))
        .isEqualTo(malformed("a host name has 254 bytes, not 1 to 253"));
  }

  @Test
  void twoNamesAreRefused() {
    assertThat(body(Hellos.body(NAMED, OTHER, NAMED)))
        .isEqualTo(malformed("there is a second extension server_name"));
    assertThat(named(Hellos.names(Hellos.host("a"), Hellos.host("b"))))
        .isEqualTo(malformed("there is a second host name"));
  }

  @Test
  void anEmptyListOfNamesIsRefused() {
    assertThat(named(Hellos.names())).isEqualTo(malformed("the list of server names is empty"));
    assertThat(named(new byte[0]))
        .isEqualTo(malformed("the list of server names needs 2 bytes, and 0 are left"));
  }

  @Test
  void lengthsThatDoNotFitAreRefused() {
    assertThat(named(Hellos.joined(Hellos.names(Hellos.host(NAME)), new byte[3])))
        .isEqualTo(malformed("3 bytes are left behind the list of server names"));
    assertThat(named(Hellos.names(new byte[] {0, 0})))
        .isEqualTo(malformed("a server name needs 2 bytes, and 1 are left"));
    assertThat(named(Hellos.names(new byte[] {0, 0, 5, 'a'})))
        .isEqualTo(malformed("a server name needs 5 bytes, and 1 are left"));
    assertThat(body(Hellos.joined(Hellos.body(OTHER), new byte[1])))
        .isEqualTo(malformed("1 bytes are left behind the extensions"));
    assertThat(body(Hellos.joined(Hellos.bodyWithoutExtensions(), new byte[] {0, 4, 0, 1, 0, 1})))
        .isEqualTo(malformed("an extension needs 1 bytes, and 0 are left"));
    byte[] bare = Hellos.bodyWithoutExtensions();
    assertThat(body(Arrays.copyOf(bare, 20)))
        .isEqualTo(malformed("the random value needs 34 bytes, and 20 are left"));
    assertThat(body(Arrays.copyOf(bare, 40)))
        .isEqualTo(malformed("the session id needs 32 bytes, and 5 are left"));
    assertThat(body(Arrays.copyOf(bare, 70)))
        .isEqualTo(malformed("the cipher suites needs 2 bytes, and 1 are left"));
    assertThat(body(Arrays.copyOf(bare, 72)))
        .isEqualTo(malformed("the compression methods needs 1 bytes, and 0 are left"));
    assertThat(body(new byte[0]))
        .isEqualTo(malformed("the random value needs 34 bytes, and 0 are left"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n",
        "\200\56\1\3\1\0\25\0\0\0\20", // SSL 2.0, which may offer 3.0 and above
        "\0",
        "\27\3\3\0\1\0",
        "\25\3\1\0\2\1\0",
        "\26\2\0\0\5",
        "\26\376\377\0\0", // DTLS
      })
  void whatDoesNotBeginWithAHandshakeIsNotTls(String text) {
    assertThat(hello(text)).isEqualTo(new Done<>(new ClientHello(false, null), 0));
  }

  @ParameterizedTest
  @CsvSource({
    "160301000102, the handshake begins with a message of type 2",
    "160301000100, the handshake begins with a message of type 0",
    "1603010000, 'a record has 0 bytes, not 1 to 16384'",
    "1603014001, 'a record has 16385 bytes, not 1 to 16384'",
    "160301000101150301, a record of type 21 comes within it",
    "1603010001011602, a record of version 2 comes within it",
  })
  void aHandshakeThatBeginsOtherwiseIsMalformed(String hex, String reason) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThat(EveryWay.hello(bytes)).isEqualTo(malformed(reason));
  }

  @Test
  void whatIsNotThereYetIsAwaited() {
    for (String text : new String[] {"", "\26", "\26\3", "\26\3\1\0\5", "\26\3\1\0\5\1\0\0\1"}) {
      assertThat(hello(text)).isEqualTo(new More<>(64 * 1024));
    }
  }

  @Test
  void whatFollowsTheHelloIsNotLookedAt() {
    byte[] more = Hellos.joined(Hellos.ofName(NAME), "anything".getBytes(ISO_8859_1));
    assertThat(EveryWay.hello(more)).isEqualTo(found(NAME));
    byte[] message = Hellos.joined(Hellos.message(Hellos.body(NAMED)), new byte[10]);
    assertThat(EveryWay.hello(Hellos.records(message, 0x4000))).isEqualTo(found(NAME));
  }

  @Test
  void aLimitIsPositive() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClientHelloDecoder(0))
        .withMessage("bytesMax 0 is not positive");
  }

  private static Decoded<ClientHello> decode(byte[] bytes, int bytesMax) {
    return EveryWay.decode(bytes, () -> new ClientHelloDecoder(bytesMax)::decode);
  }

  private static Decoded<ClientHello> hello(String bytes) {
    return EveryWay.hello(bytes.getBytes(ISO_8859_1));
  }

  private static Decoded<ClientHello> body(byte[] body) {
    return EveryWay.hello(Hellos.records(Hellos.message(body), 0x4000));
  }

  private static Decoded<ClientHello> named(byte[] extension) {
    return body(Hellos.body(OTHER, Hellos.extension(Hellos.SERVER_NAME, extension)));
  }

  private static Decoded<ClientHello> found(@Nullable String name) {
    return new Done<>(new ClientHello(true, name), 0);
  }

  private static Decoded<ClientHello> malformed(String reason) {
    return new Malformed<>("TLS ClientHello: " + reason);
  }
}
