package io.weft.containers.inside;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Clients of an echo server, on the JDK's sockets: all connect, and then one after the other sends,
 * hears the same bytes, ends its side and hears the end. Arguments: port, how many, bytes of each.
 */
public final class EchoClients {
  private static final int TIMEOUT_MILLIS = 30_000;

  private EchoClients() {}

  public static void main(String[] args) throws IOException {
    int port = Integer.parseInt(args[0]);
    int count = Integer.parseInt(args[1]);
    byte[] sent = new byte[Integer.parseInt(args[2])];
    new Random(1).nextBytes(sent);
    List<Socket> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Socket client = new Socket();
      client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
      client.setSoTimeout(TIMEOUT_MILLIS);
      clients.add(client);
    }
    int done = 0;
    for (Socket client : clients) {
      converse(client, sent);
      done++;
    }
    IO.println("conversations: " + done);
  }

  private static void converse(Socket client, byte[] sent) throws IOException {
    try (client) {
      DataInputStream in = new DataInputStream(client.getInputStream());
      byte[] heard = new byte[sent.length];
      client.getOutputStream().write(sent);
      in.readFully(heard);
      if (!Arrays.equals(heard, sent)) {
        throw new IOException("other bytes came back");
      }
      client.shutdownOutput();
      if (in.read() >= 0) {
        throw new IOException("more came back than was sent");
      }
    }
  }
}
