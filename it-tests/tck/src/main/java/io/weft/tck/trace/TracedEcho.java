package io.weft.tck.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Conn;
import io.weft.Listener;
import io.weft.Net;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Many short messages, echoed by a process that is traced. Its clients are the JDK's sockets,
 * outside the trace, and have a message on each connection on its way at once.
 *
 * @param connections how many there are
 * @param before how many messages come before those that count
 * @param messages how many count
 */
public record TracedEcho(int connections, int before, int messages) {
  /** How long a message is. */
  public static final int MESSAGE_BYTES = 64;

  /** The step in which the messages are echoed that count; what comes later is another one's. */
  public static final String STEP = "echo";

  /**
   * Echoes, in the process that is traced, until its standard input ends.
   *
   * @param net by which
   * @param out its standard output
   * @throws IOException it cannot listen
   * @throws InterruptedException the caller was interrupted
   */
  public void serve(Net net, PrintStream out) throws IOException, InterruptedException {
    Listener listener = net.listen("tcp", "127.0.0.1:0");
    out.println("port " + ((InetSocketAddress) listener.address()).getPort());
    Server server = new Server(net, out, this);
    Thread serving = Thread.ofPlatform().start(() -> server.serve(listener));
    int end = System.in.read();
    listener.close();
    serving.join();
    assert end == -1;
  }

  /** What has been echoed on all connections together. */
  private static final class Server {
    private final Net net;
    private final PrintStream out;
    private final TracedEcho due;
    private int echoed;

    Server(Net net, PrintStream out, TracedEcho due) {
      this.net = net;
      this.out = out;
      this.due = due;
    }

    void serve(Listener listener) {
      try {
        net.serve(listener, this::echo);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    private void echo(Conn conn) throws IOException {
      ByteBuffer buffer = ByteBuffer.allocateDirect(2 * MESSAGE_BYTES);
      while (conn.read(buffer.clear()) >= 0) {
        conn.write(buffer.flip());
        count();
      }
    }

    private synchronized void count() {
      echoed++;
      if (echoed == due.before) {
        step(STEP);
      } else if (echoed == due.before + due.messages) {
        step("rest");
      }
    }

    /** In one call, by which the trace of the calling thread is divided. */
    private void step(String name) {
      out.print("step " + name + "\n");
      out.flush();
    }
  }

  /**
   * Has all messages echoed, in the test that has started the process, and ends that.
   *
   * @param process the other process
   * @param strace how it was started
   * @return the lines that it has written besides
   * @throws IOException a message cannot be sent or received
   * @throws InterruptedException the caller was interrupted
   */
  public List<String> converse(Process process, Strace strace)
      throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>();
    try (BufferedReader output = process.inputReader()) {
      String line = Objects.requireNonNullElse(output.readLine(), "nothing");
      assertThat(line).as(strace.errors()).startsWith("port ");
      send(Integer.parseInt(line.substring("port ".length())));
      process.getOutputStream().close();
      output.lines().filter(other -> !other.startsWith("step ")).forEach(lines::add);
      assertThat(process.waitFor()).as(strace.errors()).isZero();
    } finally {
      process.destroy();
    }
    return lines;
  }

  private void send(int port) throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < connections; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        sockets.add(socket);
      }
      for (int done = 0; done < before + messages; done += connections) {
        round(sockets.subList(0, Math.min(connections, before + messages - done)), done);
      }
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  /** A message on each of them, all on their way at once. */
  private static void round(List<Socket> sockets, int number) throws IOException {
    byte[] message = new byte[MESSAGE_BYTES];
    Arrays.fill(message, (byte) number);
    for (Socket socket : sockets) {
      socket.getOutputStream().write(message);
    }
    for (Socket socket : sockets) {
      assertThat(socket.getInputStream().readNBytes(message.length)).isEqualTo(message);
    }
  }
}
