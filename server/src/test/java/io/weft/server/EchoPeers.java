package io.weft.server;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Echo servers on the JDK's own sockets. */
final class EchoPeers implements AutoCloseable {
  private final List<ServerSocket> sockets = new ArrayList<>();

  EchoPeers(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      ServerSocket socket = new ServerSocket(0, 500, InetAddress.getByName("127.0.0.1"));
      sockets.add(socket);
      Thread.ofVirtual().start(() -> accept(socket));
    }
  }

  String url(int index) {
    return "tcp://127.0.0.1:" + sockets.get(index).getLocalPort();
  }

  private static void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket conn = socket.accept();
        Thread.ofVirtual().start(() -> echo(conn));
      } catch (IOException e) {
        // the end, or a lack of descriptors of which the clients hear
      }
    }
  }

  private static void echo(Socket conn) {
    try (conn;
        OutputStream out = conn.getOutputStream()) {
      conn.getInputStream().transferTo(out);
      conn.shutdownOutput();
    } catch (IOException e) {
      // the client has ended it
    }
  }

  @Override
  public void close() throws IOException {
    for (ServerSocket socket : sockets) {
      socket.close();
    }
  }
}
