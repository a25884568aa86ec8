package io.weft.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Clients and upstreams of a server's process, on the JDK's sockets. */
final class PlainSockets {
  private static final int PATIENCE_MILLIS = 30_000;

  private PlainSockets() {}

  /** An upstream whose conversations the test leads. */
  static ServerSocket backend() throws IOException {
    ServerSocket backend = new ServerSocket(0, 500, InetAddress.getByName("127.0.0.1"));
    backend.setSoTimeout(PATIENCE_MILLIS);
    return backend;
  }

  static Socket connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  /** Four bytes each way. */
  static void exchange(Socket one, Socket other) throws IOException {
    for (Socket[] pair : new Socket[][] {{one, other}, {other, one}}) {
      pair[0].getOutputStream().write("ping".getBytes(StandardCharsets.UTF_8));
      assertThat(pair[1].getInputStream().readNBytes(4)).asString().isEqualTo("ping");
    }
  }
}
