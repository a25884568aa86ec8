package io.weft.tck;

import io.weft.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Callable;

/**
 * Has the JDK open once what it keeps open for ever, before the first count: the jars of the class
 * path, its own pollers, the descriptor that it closes sockets with, devices of randomness.
 */
final class WarmUp {
  private WarmUp() {}

  static void run(SuiteConfig config) throws Exception {
    WarmUp.class.getClassLoader().getResources("no/such/resource").asIterator();
    new java.security.SecureRandom().nextLong();
    System.getLogger("io.weft").log(System.Logger.Level.TRACE, "warm-up");
    for (Network network : new Network[] {Network.TCP, Network.UNIX}) {
      for (Placement placement : Placement.values()) {
        try (TestingNet net = new TestingNet(config, network, placement)) {
          ConnPair pair = net.pair();
          net.start(pair.server(), () -> Traffic.echo(pair.server()));
          net.start(pair.client(), () -> Traffic.echoRoundTrip(pair.client())).join();
          net.start(pair.client(), pair.client()::close).join();
          net.start(WarmUp::jdkRoundTrip).join();
        }
      }
    }
    Thread.startVirtualThread(() -> unchecked(WarmUp::jdkRoundTrip)).join();
    refuse(config);
  }

  /** A conversation over the JDK's own sockets, on the calling thread. */
  static boolean jdkRoundTrip() throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (ServerSocketChannel listener = ServerSocketChannel.open().bind(any);
        SocketChannel client = SocketChannel.open(listener.getLocalAddress());
        SocketChannel server = listener.accept()) {
      Thread writer =
          Thread.startVirtualThread(
              () -> unchecked(() -> client.write(ByteBuffer.wrap(new byte[] {1}))));
      ByteBuffer one = ByteBuffer.allocate(1);
      while (one.hasRemaining()) {
        server.read(one);
      }
      writer.join();
      return true;
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void refuse(SuiteConfig config) throws Exception {
    try (TestingNet net = new TestingNet(config, Network.TCP, Placement.PLATFORM)) {
      try {
        net.net().dial("tcp", "127.0.0.1:1").close();
      } catch (IOException e) {
        // refused, as it should be: only its classes were wanted
      }
    }
  }

  private static <T> T unchecked(Callable<T> call) {
    try {
      return call.call();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
