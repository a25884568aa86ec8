package io.weft.server.admin;

import io.weft.Network;
import io.weft.server.upstream.UpstreamSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * An upstream on the JDK's own sockets: sends back what it receives, in no hurry to be read; resets
 * who begins with {@link #RESET}.
 */
final class Echo implements AutoCloseable {
  static final byte RESET = '!';

  private final ServerSocket listener;

  Echo() throws IOException {
    listener = new ServerSocket(0, 500, InetAddress.getByName("127.0.0.1"));
    Thread.ofVirtual().start(this::accept);
  }

  UpstreamSpec spec(String name) {
    return UpstreamSpec.of(name, Network.TCP, "127.0.0.1:" + listener.getLocalPort());
  }

  private void accept() {
    try {
      while (!listener.isClosed()) {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException e) {
      assert listener.isClosed();
    }
  }

  private static void serve(Socket client) {
    try (client) {
      byte[] buffer = new byte[8192];
      boolean first = true;
      for (int n = client.getInputStream().read(buffer);
          n >= 0;
          n = client.getInputStream().read(buffer)) {
        if (first && buffer[0] == RESET) {
          client.setSoLinger(true, 0);
          return;
        }
        first = false;
        client.getOutputStream().write(buffer, 0, n);
      }
    } catch (IOException e) {
      // the client has gone
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
