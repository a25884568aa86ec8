package io.weft.tck;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Connections that say nothing, held by a process of its own: neither their memory nor their
 * descriptors count here.
 */
final class IdleClients implements AutoCloseable {
  // what a process needs beside
  private static final long DESCRIPTORS_SPARE = 1000;

  private final Process process;
  private final PrintWriter orders;

  private IdleClients(Process process) {
    this.process = process;
    OutputStream stdin = process.getOutputStream();
    orders = new PrintWriter(new OutputStreamWriter(stdin, StandardCharsets.UTF_8), true);
  }

  static IdleClients start(SocketAddress to) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        new ArrayList<>(
            List.of(java, "-cp", System.getProperty("java.class.path"), "-XX:+UseSerialGC"));
    command.add(IdleClients.class.getName());
    switch (to) {
      case InetSocketAddress inet -> {
        command.add(inet.getAddress().getHostAddress());
        command.add(Integer.toString(inet.getPort()));
      }
      case UnixDomainSocketAddress unix -> command.add(unix.getPath().toString());
      default -> throw new AssertionError("an address of a new kind: " + to);
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectOutput(ProcessBuilder.Redirect.INHERIT);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    return new IdleClients(builder.start());
  }

  /** How many connections a process can hold. */
  static int countMax() {
    UnixOperatingSystemMXBean system =
        ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
    long max = system.getMaxFileDescriptorCount() - DESCRIPTORS_SPARE;
    return (int) Math.min(max, Integer.MAX_VALUE);
  }

  /** Has the process make so many connections; does not wait for them. */
  void connect(int count) {
    orders.println(count);
  }

  /** Ends the process, and with it the connections. */
  @Override
  public void close() {
    orders.close();
    process.onExit().join();
  }

  /** The process: makes as many connections as a line says, until there are no more lines. */
  public static void main(String[] address) throws IOException {
    SocketAddress to =
        address.length == 1
            ? UnixDomainSocketAddress.of(address[0])
            : new InetSocketAddress(address[0], Integer.parseInt(address[1]));
    List<SocketChannel> held = new ArrayList<>();
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = orders.readLine(); line != null; line = orders.readLine()) {
      for (int i = Integer.parseInt(line); i > 0; i--) {
        held.add(SocketChannel.open(to));
      }
    }
    for (SocketChannel channel : held) {
      if (to instanceof InetSocketAddress) {
        // a reset: no ports that have to wait
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
      channel.close();
    }
  }
}
