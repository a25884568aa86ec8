package io.weft.tck;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** What the machine has, and what its kernel tells of sockets. */
final class Machine {
  private static final Path SOMAXCONN = Path.of("/proc/sys/net/core/somaxconn");
  private static final Path TABLE_V4 = Path.of("/proc/net/tcp");
  private static final Path TABLE_V6 = Path.of("/proc/net/tcp6");
  private static final String STATE_LISTEN = "0A";

  private Machine() {}

  /** Whether the loopback interface speaks IPv6. */
  static boolean hasIpv6() {
    try (ServerSocketChannel channel = ServerSocketChannel.open()) {
      channel.bind(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0));
      return true;
    } catch (IOException | UnsupportedAddressTypeException e) {
      return false;
    }
  }

  /** The most connections that the kernel queues for a listener, where it tells. */
  static OptionalInt backlogMax() throws IOException {
    return Files.exists(SOMAXCONN)
        ? OptionalInt.of(Integer.parseInt(text(SOMAXCONN).strip()))
        : OptionalInt.empty();
  }

  /** Whether the kernel tells which sockets listen. */
  static boolean tellsListeners() {
    return Files.exists(TABLE_V4);
  }

  /** How many sockets of IPv4 listen on a port. */
  static long listenersOfV4(int port) throws IOException {
    return listeners(TABLE_V4, port);
  }

  /** How many sockets of IPv6, or of both, listen on a port. */
  static long listenersOfV6(int port) throws IOException {
    return Files.exists(TABLE_V6) ? listeners(TABLE_V6, port) : 0;
  }

  private static long listeners(Path table, int port) throws IOException {
    String hexPort = "%04X".formatted(port);
    return text(table)
        .lines()
        .map(line -> List.of(line.strip().split("\\s+")))
        .filter(cells -> cells.get(1).endsWith(":" + hexPort))
        .filter(cells -> cells.get(3).equals(STATE_LISTEN))
        .count();
  }

  // not by a channel: that would leave a direct buffer with the calling thread
  private static String text(Path file) throws IOException {
    try (InputStream in = new FileInputStream(file.toFile())) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    }
  }
}
