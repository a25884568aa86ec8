package io.weft.core;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which of a host's addresses to try first: RFC 6724, section 6. Like Go it leaves out the rules
 * that need to know more than the addresses (3, 4 and 7), and takes rule 9 for IPv6 only: an equal
 * prefix says nothing about the way to an IPv4 address. Different routes may be equally good.
 *
 * @param ip the destination
 * @param source the address from which this machine would reach it; null when it cannot
 */
record AddressOrder(InetAddress ip, @Nullable InetAddress source)
    implements Comparable<AddressOrder> {
  private static final int LINK_LOCAL = 0x2;
  private static final int SITE_LOCAL = 0x5;
  private static final int GLOBAL = 0xe;
  private static final int ANY_PORT = 9;

  /** Sorts; what is equally good stays in its order. */
  static InetAddress[] bestFirst(
      InetAddress[] all, Function<InetAddress, @Nullable InetAddress> sources) {
    if (all.length < 2) {
      return all;
    }
    return Arrays.stream(all)
        .map(ip -> new AddressOrder(ip, sources.apply(ip)))
        .sorted()
        .map(AddressOrder::ip)
        .toArray(InetAddress[]::new);
  }

  /** Connects a datagram socket, which sends nothing, to see which way the kernel would take. */
  static @Nullable InetAddress source(InetAddress ip) {
    StandardProtocolFamily family =
        ip instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    try (DatagramChannel channel = DatagramChannel.open(family)) {
      channel.connect(new InetSocketAddress(ip, ANY_PORT));
      return ((InetSocketAddress) channel.getLocalAddress()).getAddress();
    } catch (IOException | UnsupportedOperationException e) {
      return null;
    }
  }

  @Override
  public int compareTo(AddressOrder other) {
    InetAddress from = source;
    InetAddress otherFrom = other.source;
    if (from == null || otherFrom == null) {
      // rule 1: those that cannot be reached come last
      return Boolean.compare(from == null, otherFrom == null);
    }
    // rule 2: the source's scope is the destination's
    int order = Boolean.compare(scope(otherFrom) == other.scope(), scope(from) == scope());
    if (order == 0) {
      // rule 5: so is its label
      order =
          Boolean.compare(
              Policy.of(otherFrom).label == other.policy().label,
              Policy.of(from).label == policy().label);
    }
    if (order == 0) {
      // rule 6: the higher precedence
      order = Integer.compare(other.policy().precedence, policy().precedence);
    }
    if (order == 0) {
      // rule 8: the smaller scope
      order = Integer.compare(scope(), other.scope());
    }
    // rule 9: the longer prefix in common with the source
    return order == 0 ? Integer.compare(other.commonBits(otherFrom), commonBits(from)) : order;
  }

  private int scope() {
    return scope(ip);
  }

  private Policy policy() {
    return Policy.of(ip);
  }

  /** RFC 6724, section 3.1, in numbers of RFC 4291. */
  static int scope(InetAddress ip) {
    if (ip.isLoopbackAddress() || ip.isLinkLocalAddress()) {
      return LINK_LOCAL;
    }
    if (ip instanceof Inet4Address) {
      return GLOBAL;
    }
    if (ip.isMulticastAddress()) {
      return ip.getAddress()[1] & 0xf;
    }
    return ip.isSiteLocalAddress() ? SITE_LOCAL : GLOBAL;
  }

  /** How many of the 64 bits that number a network are equal; 0 for IPv4. */
  int commonBits(InetAddress from) {
    if (ip instanceof Inet4Address || from instanceof Inet4Address) {
      return 0;
    }
    long here = ByteBuffer.wrap(ip.getAddress()).getLong();
    long there = ByteBuffer.wrap(from.getAddress()).getLong();
    return Long.numberOfLeadingZeros(here ^ there);
  }

  /** The table of RFC 6724, section 2.1. */
  enum Policy {
    LOOPBACK(50, 0),
    IPV6(40, 1),
    IPV4(35, 4),
    SIX_TO_FOUR(30, 2),
    TEREDO(5, 5),
    UNIQUE_LOCAL(3, 13),
    IPV4_COMPATIBLE(1, 3),
    SITE_LOCAL(1, 11),
    SIX_BONE(1, 12);

    final int precedence;
    final int label;

    Policy(int precedence, int label) {
      this.precedence = precedence;
      this.label = label;
    }

    static Policy of(InetAddress ip) {
      if (ip instanceof Inet4Address) {
        return IPV4;
      }
      ByteBuffer bits = ByteBuffer.wrap(ip.getAddress());
      long high = bits.getLong();
      long low = bits.getLong();
      if (high == 0 && low >>> 32 == 0) {
        return low == 1 ? LOOPBACK : IPV4_COMPATIBLE;
      }
      if (high >>> 32 == 0x2001_0000L) {
        return TEREDO;
      }
      int first = (int) (high >>> 48);
      return switch (first) {
        case 0x2002 -> SIX_TO_FOUR;
        case 0x3ffe -> SIX_BONE;
        default -> ofRange(first);
      };
    }

    private static Policy ofRange(int first) {
      if ((first & 0xffc0) == 0xfec0) {
        return SITE_LOCAL;
      }
      return (first & 0xfe00) == 0xfc00 ? UNIQUE_LOCAL : IPV6;
    }
  }
}
