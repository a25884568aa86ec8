package io.weft.server;

import io.weft.Conn;
import io.weft.DialConfig;
import io.weft.Net;
import io.weft.server.notation.SocketUrl;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client said to an echo server, and what it heard.
 *
 * @param lines the conversation, for people
 */
record Conversation(List<String> lines) {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Dials, sends each line and waits for its echo, ends its side and waits for the other's end. */
  static Conversation hold(Net net, SocketUrl url, List<String> texts) throws IOException {
    List<String> lines = new ArrayList<>();
    long begin = System.nanoTime();
    try (Conn conn = url.dial(net, DialConfig.DEFAULT)) {
      lines.add("dialled " + url + " in " + since(begin));
      conn.setTimeout(PATIENCE);
      for (String text : texts) {
        long sent = System.nanoTime();
        String heard = exchange(conn, text);
        lines.add("  sent:     " + text);
        lines.add("  received: " + heard + "   after " + since(sent));
      }
      long ended = System.nanoTime();
      conn.closeWrite();
      if (conn.read(ByteBuffer.allocate(1)) != -1) {
        throw new IOException("echo on " + url + " sent more than it received");
      }
      lines.add("  ended our side, received end of stream after " + since(ended));
    }
    return new Conversation(List.copyOf(lines));
  }

  private static String exchange(Conn conn, String text) throws IOException {
    byte[] sent = text.getBytes(StandardCharsets.UTF_8);
    conn.write(sent);
    ByteBuffer heard = ByteBuffer.allocate(sent.length);
    while (heard.hasRemaining()) {
      if (conn.read(heard) < 0) {
        throw new IOException("end of stream in the middle of an echo");
      }
    }
    String echo = new String(heard.array(), StandardCharsets.UTF_8);
    if (!echo.equals(text)) {
      throw new IOException("sent \"" + text + "\" and received \"" + echo + "\"");
    }
    return echo;
  }

  private static String since(long beginNanos) {
    return (System.nanoTime() - beginNanos) / 1000 + " us";
  }
}
