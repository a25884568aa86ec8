package io.weft.server.wire;

import io.weft.AddressException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A set of peers, as the command line writes it: {@code 10.0.0.0/8}, {@code 2001:db8::/32}, a
 * single address, or {@code unix} for all unix sockets. A network of IPv4 also has the addresses of
 * IPv6 that carry IPv4 ones; one of IPv6 has no IPv4 address.
 */
public final class PeerNetwork {
  private static final String UNIX = "unix";
  private static final int MAPPED_BITS = 96;

  private final String text;

  /** The address, in full; null for unix sockets. */
  private final byte @Nullable [] address;

  private final int prefixBits;

  private PeerNetwork(String text, byte @Nullable [] address, int prefixBits) {
    this.text = text;
    this.address = address;
    this.prefixBits = prefixBits;
  }

  /**
   * Reads a network.
   *
   * @param text the network
   * @return the network
   * @throws AddressException naming the text and what is wrong with it
   */
  public static PeerNetwork parse(String text) throws AddressException {
    if (text.equals(UNIX)) {
      return new PeerNetwork(text, null, 0);
    }
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    byte[] address = host.indexOf(':') < 0 ? IpLiteral.parse4(host) : IpLiteral.parse6(host);
    if (address == null) {
      throw malformed(text, "not an IP address (use 10.0.0.0/8, ::1/128, 127.0.0.1 or unix)");
    }
    int bits = address.length * Byte.SIZE;
    int prefixBits = slash < 0 ? bits : IpLiteral.decimal(text.substring(slash + 1), bits);
    if (prefixBits < 0) {
      throw malformed(text, "the prefix length is not a number from 0 to " + bits);
    }
    byte[] network = address.clone();
    for (int bit = prefixBits; bit < bits; bit++) {
      network[bit / Byte.SIZE] &= (byte) ~(0x80 >> (bit % Byte.SIZE));
    }
    if (!Arrays.equals(network, address)) {
      String proper = IpLiteral.text(IpLiteral.of(network), network.length) + "/" + prefixBits;
      throw malformed(text, "bits are set behind the prefix (use " + proper + ")");
    }
    byte[] plain = IpLiteral.of(network).getAddress();
    return plain.length < network.length && prefixBits >= MAPPED_BITS
        ? new PeerNetwork(text, plain, prefixBits - MAPPED_BITS)
        : new PeerNetwork(text, network, prefixBits);
  }

  /**
   * Whether a peer is one of these.
   *
   * @param peer its address
   * @return true if it is
   */
  public boolean contains(SocketAddress peer) {
    if (address == null) {
      return peer instanceof UnixDomainSocketAddress;
    }
    if (!(peer instanceof InetSocketAddress inet) || inet.getAddress() == null) {
      return false;
    }
    byte[] ip = IpLiteral.of(inet.getAddress().getAddress()).getAddress();
    if (ip.length != address.length) {
      return false;
    }
    int whole = prefixBits / Byte.SIZE;
    int rest = prefixBits % Byte.SIZE;
    return Arrays.equals(ip, 0, whole, address, 0, whole)
        && (rest == 0 || (ip[whole] ^ address[whole]) >> (Byte.SIZE - rest) == 0);
  }

  /** Whether they were read from the same text. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PeerNetwork network && network.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The text that it was read from. */
  @Override
  public String toString() {
    return text;
  }

  private static AddressException malformed(String text, String problem) {
    return new AddressException("network " + text + ": " + problem);
  }
}
