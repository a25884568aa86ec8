package io.weft.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.Network;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: addresses are laid out as the kernel's headers say, byte by byte, and found again. */
@Timeout(60)
class SocketAddressCodecTest {
  private static final String LINK_LOCAL = "fe80000000000000" + "0123456789abcdef";

  private final ByteBuffer memory = ByteBuffer.allocateDirect(SocketAddressCodec.BYTES_MAX);

  SocketAddressCodecTest() {
    // what an earlier call left
    while (memory.hasRemaining()) {
      memory.put((byte) 0x55);
    }
  }

  private static InetAddress ip(String hex) throws Exception {
    return InetAddress.getByAddress(HexFormat.of().parseHex(hex));
  }

  private static UnixDomainSocketAddress unix(String path) {
    return UnixDomainSocketAddress.of(path);
  }

  /** The family in the kernel's order, as hex. */
  private static String family(int family) {
    boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    return HexFormat.of().toHexDigits((short) (little ? family << 8 : family));
  }

  /** Encodes, and insists on the position, and on zeros behind the address. */
  private String encoded(SocketAddress address, int family) throws Exception {
    memory.position(3).order(ByteOrder.BIG_ENDIAN);
    int length = SocketAddressCodec.encode(address, family, memory);
    assertThat(memory.position()).isEqualTo(3);
    byte[] all = new byte[SocketAddressCodec.BYTES_MAX];
    memory.clear().get(0, all);
    assertThat(Arrays.copyOfRange(all, length, all.length)).containsOnly(0);
    return HexFormat.of().formatHex(all, 0, length);
  }

  private SocketAddress thereAndBack(SocketAddress address, int family) throws Exception {
    return SocketAddressCodec.decode(
        memory, SocketAddressCodec.encode(address, family, memory.clear()));
  }

  private SocketAddress decoded(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    memory.clear().order(ByteOrder.BIG_ENDIAN).put(0, bytes);
    return SocketAddressCodec.decode(memory, bytes.length);
  }

  private void assertRefused(SocketAddress address, int family, Errno errno) {
    assertThatThrownBy(() -> SocketAddressCodec.encode(address, family, memory.clear()))
        .isInstanceOfSatisfying(
            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(errno.number()));
  }

  @Test
  void inet() throws Exception {
    SocketAddress address = new InetSocketAddress(ip("c0a80aff"), 0xfedc);
    assertThat(encoded(address, SocketAddressCodec.AF_INET))
        .isEqualTo(family(2) + "fedc" + "c0a80aff" + "0000000000000000");
    assertThat(thereAndBack(address, SocketAddressCodec.AF_INET)).isEqualTo(address);
  }

  @Test
  void inet6() throws Exception {
    SocketAddress address = new InetSocketAddress(ip("20010db8" + "0".repeat(23) + "1"), 443);
    assertThat(encoded(address, SocketAddressCodec.AF_INET6))
        .isEqualTo(
            family(10) + "01bb" + "00000000" + "20010db8" + "0".repeat(23) + "1" + "00000000");
    assertThat(thereAndBack(address, SocketAddressCodec.AF_INET6)).isEqualTo(address);
  }

  @Test
  void inet6KeepsItsScope() throws Exception {
    byte[] bytes = HexFormat.of().parseHex(LINK_LOCAL);
    InetAddress scoped = Inet6Address.getByAddress(null, bytes, 0x01020304);
    SocketAddress address = new InetSocketAddress(scoped, 1);
    assertThat(encoded(address, SocketAddressCodec.AF_INET6))
        .startsWith(family(10) + "0001" + "00000000" + LINK_LOCAL);
    assertThat(memory.getInt(24)).isEqualTo(0x01020304);
    // equals() of Inet6Address does not look at scopes
    var back = (InetSocketAddress) thereAndBack(address, SocketAddressCodec.AF_INET6);
    assertThat(back).isEqualTo(address);
    assertThat(((Inet6Address) back.getAddress()).getScopeId()).isEqualTo(0x01020304);
  }

  @Test
  void inetIsMappedOnAnInet6Socket() throws Exception {
    SocketAddress address = new InetSocketAddress(ip("7f000001"), 80);
    assertThat(encoded(address, SocketAddressCodec.AF_INET6))
        .isEqualTo(
            family(10) + "0050" + "00000000" + "0".repeat(20) + "ffff" + "7f000001" + "00000000");
    assertThat(thereAndBack(address, SocketAddressCodec.AF_INET6)).isEqualTo(address);
  }

  @Test
  void theWildcardOfInetIsThatOfBothOnAnInet6Socket() throws Exception {
    SocketAddress address = new InetSocketAddress(ip("00000000"), 80);
    assertThat(encoded(address, SocketAddressCodec.AF_INET6))
        .isEqualTo(family(10) + "0050" + "00000000" + "0".repeat(32) + "00000000");
    assertThat(encoded(address, SocketAddressCodec.AF_INET))
        .isEqualTo(family(2) + "0050" + "00000000" + "0000000000000000");
  }

  @Test
  void unixPathEndsWithAZero() throws Exception {
    assertThat(encoded(unix("/tmp/ä"), SocketAddressCodec.AF_UNIX))
        .isEqualTo(family(1) + "2f746d702fc3a4" + "00");
    assertThat(decoded(family(1) + "2f746d702f61" + "00")).isEqualTo(unix("/tmp/a"));
    assertThat(decoded(family(1) + "2f746d702f61" + "00" + "7878")).isEqualTo(unix("/tmp/a"));
    assertThat(decoded(family(1) + "2f746d702f61")).isEqualTo(unix("/tmp/a"));
  }

  @Test
  void abstractNameBeginsWithAZeroAndHasNoEnd() throws Exception {
    assertThat(encoded(unix("@name"), SocketAddressCodec.AF_UNIX))
        .isEqualTo(family(1) + "00" + "6e616d65");
    assertThat(thereAndBack(unix("@name"), SocketAddressCodec.AF_UNIX)).isEqualTo(unix("@name"));
    assertThat(decoded(family(1) + "00" + "6e00" + "6d00")).isEqualTo(unix("@n@m@"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "@"})
  void noNameIsTheFamilyAlone(String path) throws Exception {
    assertThat(encoded(unix(path), SocketAddressCodec.AF_UNIX)).isEqualTo(family(1));
    assertThat(thereAndBack(unix(path), SocketAddressCodec.AF_UNIX)).isEqualTo(unix("@"));
  }

  @Test
  void nothingAtAllIsAUnixSocketWithoutAName() {
    memory.order(ByteOrder.nativeOrder()).putShort(0, (short) SocketAddressCodec.AF_INET);
    assertThat(SocketAddressCodec.decode(memory, 0)).isEqualTo(unix("@"));
  }

  @Test
  void unixNamesHaveALimit() throws Exception {
    SocketAddress longest = unix("/" + "x".repeat(106));
    assertThat(encoded(longest, SocketAddressCodec.AF_UNIX))
        .hasSize(2 * (2 + 108))
        .endsWith("7800");
    assertThat(thereAndBack(longest, SocketAddressCodec.AF_UNIX)).isEqualTo(longest);
    SocketAddress longestAbstract = unix("@" + "x".repeat(107));
    assertThat(thereAndBack(longestAbstract, SocketAddressCodec.AF_UNIX))
        .isEqualTo(longestAbstract);
    assertRefused(unix("/" + "x".repeat(107)), SocketAddressCodec.AF_UNIX, Errno.EINVAL);
    assertRefused(unix("@" + "x".repeat(108)), SocketAddressCodec.AF_UNIX, Errno.EINVAL);
    String twoBytesEach = "ä".repeat(54);
    assertThat(twoBytesEach.getBytes(StandardCharsets.UTF_8)).hasSize(108);
    assertRefused(unix(twoBytesEach), SocketAddressCodec.AF_UNIX, Errno.EINVAL);
  }

  @Test
  void anAddressOfAnotherFamilyIsRefused() throws Exception {
    SocketAddress four = new InetSocketAddress(ip("7f000001"), 1);
    SocketAddress six = new InetSocketAddress(ip(LINK_LOCAL), 1);
    SocketAddress unresolved = InetSocketAddress.createUnresolved("a.test", 1);
    assertRefused(six, SocketAddressCodec.AF_INET, Errno.EAFNOSUPPORT);
    assertRefused(four, SocketAddressCodec.AF_UNIX, Errno.EAFNOSUPPORT);
    assertRefused(unix("/a"), SocketAddressCodec.AF_INET, Errno.EAFNOSUPPORT);
    assertRefused(unix("/a"), SocketAddressCodec.AF_INET6, Errno.EAFNOSUPPORT);
    assertRefused(unresolved, SocketAddressCodec.AF_INET, Errno.EAFNOSUPPORT);
    assertRefused(unresolved, SocketAddressCodec.AF_INET6, Errno.EAFNOSUPPORT);
  }

  @Test
  void networksHaveFamilies() {
    assertThat(SocketAddressCodec.family(Network.UNIX)).isEqualTo(SocketAddressCodec.AF_UNIX);
    assertThat(SocketAddressCodec.family(Network.UNIXPACKET)).isEqualTo(SocketAddressCodec.AF_UNIX);
    assertThat(SocketAddressCodec.family(Network.TCP4)).isEqualTo(SocketAddressCodec.AF_INET);
    assertThat(SocketAddressCodec.family(Network.TCP6)).isEqualTo(SocketAddressCodec.AF_INET6);
    assertThat(SocketAddressCodec.family(Network.TCP))
        .isIn(SocketAddressCodec.AF_INET, SocketAddressCodec.AF_INET6);
  }
}
