package io.weft.bench.port;

import io.weft.Network;
import io.weft.spi.Completion;
import io.weft.spi.ListenHandle;
import io.weft.spi.Poller;
import io.weft.spi.PollerProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.ServiceLoader;

/**
 * An echo server on one poller and one thread, for a load generator: {@code PortEcho NAME PORT}, as
 * in
 *
 * <pre>java -cp 'target/bench.jar:target/lib/*' io.weft.bench.port.PortEcho io_uring 7000</pre>
 */
public final class PortEcho {
  private static final int BACKLOG_MAX = 4096;
  private static final long NO_LIMIT = -1;

  private final Poller poller;
  private final ListenHandle listener;
  private final Queue<Runnable> ready = new ArrayDeque<>();

  private PortEcho(Poller poller, int port) throws IOException {
    this.poller = poller;
    listener = poller.listener(Network.TCP4);
    listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    listener.listen(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), BACKLOG_MAX);
  }

  /**
   * Runs until it is killed.
   *
   * @param args the poller's name and a port
   * @throws IOException the server cannot go on
   */
  public static void main(String[] args) throws IOException {
    PollerProvider provider =
        ServiceLoader.load(PollerProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(candidate -> candidate.name().equals(args[0]))
            .findFirst()
            .orElseThrow(() -> new IOException("no poller " + args[0]));
    try (Poller poller = provider.open()) {
      PortEcho echo = new PortEcho(poller, Integer.parseInt(args[1]));
      System.out.println("ready: " + args[0] + ", pid " + ProcessHandle.current().pid());
      echo.run();
    }
  }

  private void run() throws IOException {
    accept();
    for (; ; ) {
      for (Runnable next = ready.poll(); next != null; next = ready.poll()) {
        next.run();
      }
      poller.poll(NO_LIMIT);
    }
  }

  private void accept() {
    try {
      int result = listener.accept(this::accepted);
      for (; result == 0; result = listener.accept(this::accepted)) {
        new PortEchoConn(listener.accepted(poller), ready).run();
      }
      if (result != Completion.PENDING) {
        throw new IOException("accept: " + result);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accepted(int result) {
    ready.add(this::accept);
  }
}
